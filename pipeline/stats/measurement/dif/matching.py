"""People of two groups matched by score: the counts that every method of this package reads.

People are matched by their points on the matching items together with the item studied, and
only with people who were asked the same matching items. The item studied always belongs to
its own matching score: leaving it out makes clean items look biased where the groups differ
in ability (Holland & Thayer 1988).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

WHERE = "differential item functioning"
_MOST_FORMS = 1000  # sets of items asked; more than any design of forms, few enough for memory
_ASK = "count an answer left out as wrong (0) and keep -1 for items that were not asked"


@dataclass(frozen=True, eq=False)
class MatchedCounts:
    """People by item, matching score and group; the last axis is reference, focal.

    Attributes:
        right: (J, S, 2) people with full credit.
        wrong: (J, S, 2) people with less.
        score: (J, S) matching score as a share of the points of the items asked.
    """

    right: FloatArray
    wrong: FloatArray
    score: FloatArray

    @property
    def people(self) -> FloatArray:
        """(J, S, 2) people asked the item."""
        return self.right + self.wrong

    @property
    def share_right(self) -> FloatArray:
        """(J, 2) share with full credit in each group, unmatched; NaN where nobody was asked."""
        asked = self.people.sum(axis=1)
        right = self.right.sum(axis=1)
        share = np.divide(right, asked, out=np.full(asked.shape, np.nan), where=asked > 0)
        return np.asarray(share)


def matched_counts(
    responses: CodeArray,
    is_focal: BoolArray,
    *,
    matching: BoolArray | None = None,
    categories: CodeArray | None = None,
) -> MatchedCounts:
    """Count full credit and less by item, matching score and group.

    Args:
        responses: (n, J) scores, -1 = not asked: the person is in no count of that item.
        is_focal: (n,) member of the focal group; the others are the reference group.
        matching: (J,) items whose points are the matching score; None: all.
        categories: (J,) categories per item; full credit is the highest. None: two each.

    Raises:
        ContractError: shapes that differ, scores outside the categories, no matching item, or
            answers missing in too many different ways to match people asked the same items.

    Source: Holland & Thayer (1988), in Wainer & Braun, Test Validity, 129-145.
    """
    given = np.asarray(responses)
    used = np.ones(given.shape[-1], dtype=np.bool_) if matching is None else np.asarray(matching)
    full = _full_credit(given, np.asarray(is_focal), used, categories)
    form, asked = _forms(given[:, used] >= 0)
    width = int(full[used].sum() + full.max()) + 1
    total = np.maximum(given[:, used], 0).sum(axis=1)
    cell = (form * width + total) * 2 + np.asarray(is_focal)
    counts = _by_category(given, cell, len(asked) * width, int(full.max()) + 1)
    counts = counts.reshape(len(full), len(asked), width, 2, -1)
    for item in np.flatnonzero(~used):
        counts[item] = _with_own_points(counts[item])
    right = np.stack([part[..., top] for part, top in zip(counts, full, strict=True)])
    possible = asked @ full[used] + np.where(used, 0, full)[:, None]
    score = np.arange(width) / np.maximum(possible, 1)[:, :, None]
    shape = (len(full), len(asked) * width)
    return MatchedCounts(
        right=right.reshape(*shape, 2),
        wrong=(counts.sum(axis=-1) - right).reshape(*shape, 2),
        score=score.reshape(shape),
    )


def named(item: int, items: Sequence[str] | None) -> str:
    """An item as messages and tables call it: its name, or its number from 1."""
    return str(item + 1) if items is None else items[item]


def _forms(asked: BoolArray) -> tuple[CodeArray, FloatArray]:
    """(n,) set of items asked, and the (F, J) sets."""
    if asked.all():
        return np.zeros(len(asked), dtype=np.int64), np.ones((1, asked.shape[1]))
    packed = np.packbits(asked, axis=1)
    _, first, form = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    if len(first) > _MOST_FORMS:
        raise ContractError(
            WHERE,
            f"expected at most {_MOST_FORMS} different sets of items asked, got {len(first)}",
            hint=_ASK,
        )
    return form.reshape(-1).astype(np.int64), asked[first].astype(np.float64)


def _by_category(responses: CodeArray, cell: CodeArray, strata: int, categories: int) -> FloatArray:
    """(J, 2 * strata, K) people by item, cell and category."""
    slots = categories + 1  # one for those not asked
    place = cell * slots + 1
    counts = np.empty((responses.shape[1], strata * 2, categories))
    for item, answer in enumerate(np.ascontiguousarray(responses.T)):
        found = np.bincount(place + answer, minlength=strata * 2 * slots)
        counts[item] = found.reshape(-1, slots)[:, 1:]
    return counts


def _with_own_points(counts: FloatArray) -> FloatArray:
    """(F, S, 2, K) counts moved up by the points of the item itself."""
    moved = np.zeros_like(counts)
    for points in range(counts.shape[-1]):
        moved[:, points:, :, points] = counts[:, : counts.shape[1] - points, :, points]
    return moved


def _full_credit(
    responses: CodeArray, is_focal: BoolArray, matching: BoolArray, categories: CodeArray | None
) -> CodeArray:
    """(J,) highest score of each item, after the checks."""
    if responses.ndim != 2 or is_focal.shape != responses.shape[:1]:
        raise ContractError(
            WHERE,
            f"expected (n, J) responses and (n,) groups, got {responses.shape} "
            f"and {is_focal.shape}",
        )
    size = responses.shape[1]
    held = np.full(size, 2) if categories is None else np.asarray(categories)
    if held.shape != (size,) or matching.shape != (size,):
        raise ContractError(
            WHERE,
            f"expected categories and matching items for {size} items, got {held.shape} "
            f"and {matching.shape}",
        )
    if not matching.any():
        raise ContractError(WHERE, "expected a matching item, got none")
    outside = np.flatnonzero(((responses < -1) | (responses >= held)).any(axis=0))
    if len(outside):
        listed = ", ".join(named(int(item), None) for item in outside)
        raise ContractError(
            WHERE,
            f"expected scores from 0 to the number of categories less one, or -1; items {listed} "
            f"have others",
            hint="give the categories of items with part credit",
        )
    return np.asarray(held - 1, dtype=np.int64)
