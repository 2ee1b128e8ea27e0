"""All items through all groupings: one row per item, grouping and focal group.

Every group is compared with one reference group of its grouping, the most numerous unless
another is named. Not with everybody else: that mixture differs from group to group and from
wave to wave, so what was found could not be compared. People count once each, unweighted: the
question is about the item, not about the population, and the tests hold for counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray
from pipeline.stats.measurement.dif.comparison import Comparison, compare
from pipeline.stats.measurement.dif.matching import WHERE, matched_counts, named
from pipeline.stats.measurement.dif.table import (
    Rows,
    rows_of,
    tested_columns,
    untested_columns,
    with_holm,
)
from pipeline.stats.survey.weighting.cells import Coded, Labels, coded

FEWEST = 200  # people of each group: Zieky (1993)


@dataclass(frozen=True, kw_only=True, eq=False)
class Screening:
    """What was found.

    Attributes:
        rows: the table.
        comparisons: by (grouping, focal group), with the record of the purification; groups
            of too few people have none.
    """

    rows: Rows
    comparisons: Mapping[tuple[str, str], Comparison]


@dataclass(frozen=True, eq=False)
class _Pair:
    """A focal group and its reference group."""

    grouping: str
    reference: str
    focal: str
    rows: CodeArray
    is_focal: BoolArray


def screen(
    responses: CodeArray,
    groupings: Mapping[str, Labels],
    *,
    references: Mapping[str, str] | None = None,
    categories: CodeArray | None = None,
    items: Sequence[str] | None = None,
    fewest: int = FEWEST,
    level: float = 0.05,
) -> Screening:
    """Compare the groups of every grouping on every item.

    Args:
        responses: (n, J) scores, -1 = not asked.
        groupings: (n,) groups by name of the grouping; a missing group is in no comparison.
        references: reference group by grouping; where none is named, the most numerous one.
        categories: (J,) categories per item; None: two each.
        items: J names; None: numbers from 1.
        fewest: people needed in each group, over all and at each item. Below, the rows say so.
        level: of the tests, and of their family after Holm.

    Raises:
        ContractError: a grouping of another length or with fewer than two groups, a reference
            nobody belongs to, or responses that `matched_counts` refuses.

    Source: Zieky (1993), in Holland & Wainer, Differential Item Functioning, 337-347; Holm
    (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    given = np.asarray(responses)
    names = [named(item, items) for item in range(given.shape[1])]
    comparisons: dict[tuple[str, str], Comparison] = {}
    blocks = []
    for grouping, labels in groupings.items():
        parts = []
        for pair in _pairs(grouping, labels, len(given), (references or {}).get(grouping)):
            answers, n_focal = given[pair.rows], int(pair.is_focal.sum())
            if min(n_focal, len(answers) - n_focal) < fewest:
                counts = matched_counts(answers, pair.is_focal, categories=categories)
                columns = untested_columns(counts.people.sum(axis=1), counts.share_right)
            else:
                found = compare(answers, pair.is_focal, categories=categories, level=level)
                comparisons[grouping, pair.focal] = found
                columns = tested_columns(found, fewest=fewest, level=level)
            label = {"grouping": grouping, "reference": pair.reference, "focal": pair.focal}
            parts.append(pd.DataFrame(columns).assign(**label, item=names))
        blocks.append(with_holm(pd.concat(parts, ignore_index=True), level=level))
    return Screening(rows=rows_of(blocks), comparisons=comparisons)


def _pairs(grouping: str, labels: Labels, size: int, reference: str | None) -> list[_Pair]:
    """Every group but the reference, in the order of the groups."""
    found = coded(labels)
    people = np.bincount(found.codes[found.codes >= 0], minlength=len(found.names))
    _refuse(grouping, found, size, people, reference)
    base = int(people.argmax()) if reference is None else found.names.index(reference)
    return [
        _pair(grouping, found, base, int(focal))
        for focal in np.flatnonzero(people)
        if focal != base
    ]


def _pair(grouping: str, found: Coded, reference: int, focal: int) -> _Pair:
    rows = np.flatnonzero(np.isin(found.codes, [reference, focal]))
    is_focal = found.codes[rows] == focal
    return _Pair(grouping, found.names[reference], found.names[focal], rows, is_focal)


def _refuse(
    grouping: str, found: Coded, size: int, people: CodeArray, reference: str | None
) -> None:
    where = f"{WHERE}, grouping {grouping}"
    if len(found.codes) != size:
        raise ContractError(where, f"expected {size} labels, got {len(found.codes)}")
    held = [name for name, count in zip(found.names, people, strict=True) if count]
    if len(held) < 2:
        raise ContractError(where, f"expected two groups or more, got {len(held)}")
    if reference is not None and reference not in held:
        raise ContractError(
            where,
            f"expected a reference group among {', '.join(held)}, got {reference}",
            hint="name a group that somebody belongs to",
        )
