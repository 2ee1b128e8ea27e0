"""What becomes of the share above the cut, and of the gaps, when items are taken out."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

_WHERE = "removal of items"
# Points are sums of short decimals; comparing them with a cut must not see binary dust.
_DECIMALS = 9


@dataclass(frozen=True, kw_only=True, eq=False)
class Removal:
    """Shares that reach the cut with all items and with those kept.

    Attributes:
        n: (G,) people of each group with weight and points on every item.
        before: (G,) share with all items; NaN without such people.
        after: (G,) share with the items kept, the cut at the same share of their points.
        total_before: share of all people.
        total_after: likewise.
        reference: number of the group that gaps are measured from.
    """

    n: CodeArray
    before: FloatArray
    after: FloatArray
    total_before: float
    total_after: float
    reference: int

    @property
    def gap_before(self) -> FloatArray:
        """(G,) share of each group less that of the reference group."""
        return np.asarray(self.before - self.before[self.reference])

    @property
    def gap_after(self) -> FloatArray:
        """(G,) likewise with the items kept."""
        return np.asarray(self.after - self.after[self.reference])


def removal(
    points: FloatArray,
    is_kept: BoolArray,
    *,
    full: FloatArray,
    cut_share: float,
    is_inclusive: bool = True,
    group: CodeArray,
    reference: int,
    weights: FloatArray | None = None,
) -> Removal:
    """Share above the cut by group, with and without some items.

    The cut stays the same share of the points that can be earned. People without points on an
    item are left out of both shares, so that the same people are compared.

    Args:
        points: (n, J) points earned, NaN = not scored.
        is_kept: (J,) items that stay.
        full: (J,) points of a right answer.
        cut_share: cut as a share of all points, such as 0.7.
        is_inclusive: whether points at the cut reach it.
        group: (n,) number of each person's group from 0, -1 = in none.
        reference: number of the group that gaps are measured from.
        weights: (n,); None: one each.

    Raises:
        ContractError: shapes that differ, a share outside (0, 1], no item kept, or a reference
            nobody belongs to.
    """
    given = np.asarray(points, dtype=np.float64)
    weight = np.ones(len(given)) if weights is None else np.asarray(weights, dtype=np.float64)
    _check(given, np.asarray(is_kept), np.asarray(full), cut_share, np.asarray(group), weight)
    counted = ~np.isnan(given).any(axis=1) & (weight > 0)
    code, weight, given = np.asarray(group)[counted], weight[counted], given[counted]
    size = max(int(np.max(group, initial=0)), reference) + 1
    everything = np.ones(given.shape[1], dtype=np.bool_)
    shares = [
        _shares(
            reaches_share(given, kept, full=full, cut_share=cut_share, is_inclusive=is_inclusive),
            code,
            weight,
            size,
        )
        for kept in (everything, np.asarray(is_kept))
    ]
    n = np.bincount(code[code >= 0], minlength=size)
    if not 0 <= reference < size or n[reference] == 0:
        raise ContractError(_WHERE, f"expected people in reference group {reference}, got none")
    (before, total_before), (after, total_after) = shares
    return Removal(
        n=n,
        before=before,
        after=after,
        total_before=total_before,
        total_after=total_after,
        reference=reference,
    )


def reaches_share(
    points: FloatArray,
    is_kept: BoolArray,
    *,
    full: FloatArray,
    cut_share: float,
    is_inclusive: bool = True,
) -> BoolArray:
    """(n,) whether people reach the cut on the items kept; arguments as for `removal`."""
    kept = np.asarray(is_kept)
    earned = np.round(points[:, kept].sum(axis=1), _DECIMALS)
    cut = round(cut_share * float(np.asarray(full)[kept].sum()), _DECIMALS)
    return np.asarray(earned >= cut if is_inclusive else earned > cut)


def _shares(
    reaches: BoolArray, code: CodeArray, weight: FloatArray, size: int
) -> tuple[FloatArray, float]:
    inside = code >= 0
    people = np.bincount(code[inside], weight[inside], minlength=size)
    above = np.bincount(code[inside], (weight * reaches)[inside], minlength=size)
    share = np.divide(above, people, out=np.full(size, np.nan), where=people > 0)
    return share, float(weight @ reaches / weight.sum()) if weight.sum() > 0 else np.nan


def _check(
    points: FloatArray,
    is_kept: BoolArray,
    full: FloatArray,
    cut_share: float,
    group: CodeArray,
    weight: FloatArray,
) -> None:
    n, size = points.shape
    faults = []
    if is_kept.shape != (size,) or full.shape != (size,):
        faults.append(f"expected {size} items kept or not and their points")
    elif not is_kept.any():
        faults.append("expected an item that stays, got none")
    if group.shape != (n,) or weight.shape != (n,):
        faults.append(f"expected a group and a weight for {n} people")
    if not 0 < cut_share <= 1:
        faults.append(f"expected a cut in (0, 1] as a share of the points, got {cut_share}")
    if faults:
        raise ContractError(_WHERE, faults)
