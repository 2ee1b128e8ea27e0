"""Population margins matched with the sample, and refused with every fault if they do not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median_low
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import MarginMismatchError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.design.adjustment import indicators
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries
from pipeline.stats.survey.weighting.cells import Coded, Crossing, Labels, coded, crossing

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
    totals: Mapping[str, "pd.Series[float]"],
) -> MatchedMargins:
    size = _population(totals)
    margins = tuple(
        _margin(name, column, crossed.codes[place], totals[name], size)
        for place, (name, column) in enumerate(columns.items())
    )
    return MatchedMargins(margins, crossed.cell_of_row, cell_weight)


def _margin(
    name: str, column: Coded, codes: CodeArray, totals: "pd.Series[float]", size: float
) -> Margin:
    present = totals[totals > 0]
    total: FloatArray = np.asarray(present * (size / present.sum()), dtype=np.float64)
    return Margin(name, tuple(present.index), total, _place(column, present)[codes])


def _place(column: Coded, totals: "pd.Series[float]") -> CodeArray:
    """Place of a column's categories among those of the margin; the last entry, of none, is -1."""
    place = totals.index.get_indexer(pd.Index(column.names, dtype=object))
    return np.append(place, -1).astype(np.int64)


def _all_fit(
    columns: Mapping[str, Coded],
    crossed: Crossing,
    is_held: BoolArray,
    totals: Mapping[str, "pd.Series[float]"],
) -> bool:
    return all(
        _fits(column, codes[is_held], totals[name])
        for (name, column), codes in zip(columns.items(), crossed.codes, strict=True)
    )


def _fits(column: Coded, held: CodeArray, totals: "pd.Series[float]") -> bool:
    """Whether the cells with weight fall into the categories that have people, and into all."""
    places = np.unique(_place(column, totals)[np.unique(held)])
    has_people = np.flatnonzero(totals.to_numpy() > 0)
    return bool(_is_count(totals).all() and np.array_equal(places, has_people))


def _totals(margin: Mapping[Any, float]) -> "pd.Series[float]":
    totals = pd.Series(dict(margin), dtype=np.float64)
    totals.index = totals.index.astype(str)
    return totals.sort_index()


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


def _category_faults(
    name: str, column: Coded, totals: "pd.Series[float]", weight: FloatArray
) -> list[str]:
    held = column.codes[weight > 0]
    counts = np.bincount(held[held >= 0], minlength=len(column.names))
    rows = pd.Series(counts, index=list(column.names)).groupby(level=0, sort=True).sum()
    rows = rows[rows > 0]
    faults = [
        f"margin {name}: category {category} has a total that is not a finite number >= 0"
        for category in totals.index[~_is_count(totals)]
    ]
    faults += [
        f"margin {name}: category {category} ({total:.0f} people) has no respondent with weight; "
        "merge it with a neighbour (merge_along) or widen the sample"
        for category, total in totals[totals > 0].items()
        if category not in rows.index
    ]
    faults += [
        f"margin {name}: {count} respondents of category {category}, which the margin "
        "gives no people; add it to the margin or recode it into one of the margin's categories"
        for category, count in rows.items()
        if totals.get(category, 0) == 0
    ]
    if missing := int((held < 0).sum()):
        faults.append(
            f"margin {name}: {missing} rows without a category; complete it or drop the margin"
        )
    return faults


def _is_count(totals: "pd.Series[float]") -> BoolArray:
    people = totals.to_numpy()
    is_count: BoolArray = np.isfinite(people) & (people >= 0)
    return is_count


def _disagreements(totals: Mapping[str, "pd.Series[float]"]) -> list[str]:
    sums = {name: float(margin.sum()) for name, margin in totals.items()}
    size = _population(totals) if totals else 0.0
    usual = next((name for name in sums if sums[name] == size), "")
    return [
        f"margin {name} sums to {people:.6g} people, margin {usual} to {size:.6g}; build both "
        "from one population table"
        for name, people in sums.items()
        if abs(people - size) > _ROUNDING * abs(size)
    ]


def _population(totals: Mapping[str, "pd.Series[float]"]) -> float:
    """People of the margin in the middle: one margin out of line does not make all others so."""
    return median_low(float(margin.sum()) for margin in totals.values())
