"""Population margins matched with the sample, and refused with every fault if they do not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isfinite
from statistics import median_low
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from pipeline.errors import MarginMismatchError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.design.adjustment import indicators
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries
from pipeline.stats.survey.weighting.cells import Coded, Crossing, Labels, coded, crossing

Totals: TypeAlias = dict[str, float]  # people by category, in ascending order of the names

_ROUNDING = 1e-6  # margins of one population may differ by the rounding of their source


@dataclass(frozen=True, eq=False)
class Margin:
    """A margin that fits the sample.

    Attributes:
        name: of the margin.
        categories: names in ascending order, those of no people left out.
        total: (K,) their population totals, all above 0.
        codes: (C,) category of each cell; -1 for one the margin does not have.
    """

    name: str
    categories: tuple[str, ...]
    total: FloatArray
    codes: CodeArray


@dataclass(frozen=True, eq=False)
class MatchedMargins:
    """A sample as cells of equal categories, and the margins that fit it.

    Attributes:
        margins: in the order of their names.
        cell_of_row: (n,) cell of each row.
        cell_weight: (C,) sum of the weights in each cell.
    """

    margins: tuple[Margin, ...]
    cell_of_row: CodeArray
    cell_weight: FloatArray

    def auxiliaries(self, cells: CodeArray) -> Auxiliaries:
        """Indicators of all categories for some cells, and their totals."""
        return Auxiliaries(
            matrix=indicators([margin.codes[cells] for margin in self.margins]),
            names=tuple(f"{m.name}={category}" for m in self.margins for category in m.categories),
            totals=np.concatenate([margin.total for margin in self.margins]),
        )


def matched_margins(
    weight: FloatArray, codes: Mapping[str, Labels], margins: Mapping[str, Mapping[Any, float]]
) -> MatchedMargins:
    """Margins and their categories matched with the sample by name.

    Totals that differ only by rounding are brought to the margin whose sum is in the middle. A
    category of no people that nobody is in is left out. Rows of weight 0 are not looked at.

    Raises:
        MarginMismatchError: every fault found.
    """
    totals = {str(name): _totals(margins[name]) for name in sorted(margins)}
    columns = {name: coded(codes[name]) for name in totals if name in codes}
    faults = _weight_faults(weight)
    faults += [f"margin {name}: no column of categories" for name in totals if name not in codes]
    faults += [f"column {name}: no population margin" for name in codes if name not in totals]
    faults += [
        f"margin {name}: two of its categories are written alike; keep one of each name"
        for name, margin in margins.items()
        if len(totals[str(name)]) < len(margin)
    ]
    faults += _length_faults(columns, len(weight))
    faults += _disagreements(totals)
    if not totals:
        faults.append("expected a margin, got none")
    if not faults:
        crossed = crossing(list(columns.values()))
        sums = np.bincount(crossed.cell_of_row, weight, minlength=crossed.size)
        cell_weight = np.asarray(sums, dtype=np.float64)
        if _all_fit(columns, crossed, cell_weight > 0, totals):
            return _matched(columns, crossed, cell_weight, totals)
    for name, column in columns.items():
        if len(column.codes) == len(weight):
            faults += _category_faults(name, column, totals[name], weight)
    raise MarginMismatchError("raking", faults)


def _matched(
    columns: Mapping[str, Coded],
    crossed: Crossing,
    cell_weight: FloatArray,
    totals: Mapping[str, Totals],
) -> MatchedMargins:
    size = _population(totals)
    margins = tuple(
        _margin(name, column, crossed.codes[place], totals[name], size)
        for place, (name, column) in enumerate(columns.items())
    )
    return MatchedMargins(margins, crossed.cell_of_row, cell_weight)


def _margin(name: str, column: Coded, codes: CodeArray, totals: Totals, size: float) -> Margin:
    present = {category: people for category, people in totals.items() if people > 0}
    total: FloatArray = np.array(list(present.values())) * (size / _people(present))
    return Margin(name, tuple(present), total, _place(column, present)[codes])


def _place(column: Coded, totals: Totals) -> CodeArray:
    """Place of a column's categories among those of the margin; the last entry, of none, is -1."""
    place = {category: place for place, category in enumerate(totals)}
    return np.array([*(place.get(name, -1) for name in column.names), -1], dtype=np.int64)


def _all_fit(
    columns: Mapping[str, Coded],
    crossed: Crossing,
    is_held: BoolArray,
    totals: Mapping[str, Totals],
) -> bool:
    return all(
        _fits(column, codes[is_held], totals[name])
        for (name, column), codes in zip(columns.items(), crossed.codes, strict=True)
    )


def _fits(column: Coded, held: CodeArray, totals: Totals) -> bool:
    """Whether the cells with weight fall into the categories that have people, and into all."""
    places = set(_place(column, totals)[np.flatnonzero(np.bincount(held + 1)) - 1].tolist())
    has_people = {place for place, people in enumerate(totals.values()) if people > 0}
    return all(_is_count(people) for people in totals.values()) and places == has_people


def _totals(margin: Mapping[Any, float]) -> Totals:
    return dict(sorted((str(category), float(people)) for category, people in margin.items()))


def _weight_faults(weight: FloatArray) -> list[str]:
    if weight.size and weight.min() >= 0 and np.isfinite(weight.sum()):
        return [] if weight.max() > 0 else ["base weight: expected one above 0, got none"]
    if not weight.size:
        return ["base weight: expected rows, got none"]
    bad = int((~np.isfinite(weight) | (weight < 0)).sum())
    return [f"base weight: missing, infinite or negative in {bad} rows"]


def _length_faults(columns: Mapping[str, Coded], rows: int) -> list[str]:
    return [
        f"margin {name}: expected {rows} rows, got {len(column.codes)}"
        for name, column in columns.items()
        if len(column.codes) != rows
    ]


def _category_faults(name: str, column: Coded, totals: Totals, weight: FloatArray) -> list[str]:
    held = column.codes[weight > 0]
    counts = np.bincount(held[held >= 0], minlength=len(column.names))
    rows = pd.Series(counts, index=list(column.names)).groupby(level=0, sort=True).sum()
    rows = rows[rows > 0]
    faults = [
        f"margin {name}: category {category} has a total that is not a finite number >= 0"
        for category, people in totals.items()
        if not _is_count(people)
    ]
    faults += [
        f"margin {name}: category {category} ({total:.0f} people) has no respondent with weight; "
        "merge it with a neighbour (merge_along) or widen the sample"
        for category, total in totals.items()
        if total > 0 and category not in rows.index
    ]
    faults += [
        f"margin {name}: {count} respondents of category {category}, which the margin "
        "gives no people; add it to the margin or recode it into one of the margin's categories"
        for category, count in rows.items()
        if totals.get(str(category), 0) == 0
    ]
    if missing := int((held < 0).sum()):
        faults.append(
            f"margin {name}: {missing} rows without a category; complete it or drop the margin"
        )
    return faults


def _is_count(people: float) -> bool:
    return isfinite(people) and people >= 0


def _disagreements(totals: Mapping[str, Totals]) -> list[str]:
    sums = {name: _people(margin) for name, margin in totals.items()}
    size = _population(totals) if totals else 0.0
    usual = next((name for name in sums if sums[name] == size), "")
    return [
        f"margin {name} sums to {people:.6g} people, margin {usual} to {size:.6g}; build both "
        "from one population table"
        for name, people in sums.items()
        if abs(people - size) > _ROUNDING * abs(size)
    ]


def _population(totals: Mapping[str, Totals]) -> float:
    """People of the margin in the middle: one margin out of line does not make all others so."""
    return median_low(_people(margin) for margin in totals.values())


def _people(totals: Totals) -> float:
    return fsum(people for people in totals.values() if isfinite(people))
