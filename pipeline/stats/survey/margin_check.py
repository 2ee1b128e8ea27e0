"""Population margins matched with the sample, and refused with every fault if they do not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import MarginMismatchError
from pipeline.stats.arrays import CodeArray, FloatArray

_ROUNDING = 1e-6  # margins of one population may differ by the rounding of their source


@dataclass(frozen=True, eq=False)
class Margin:
    """A margin that fits the sample.

    Attributes:
        name: of the margin.
        codes: (n,) category of each row, counted from 0 in the order of names.
        total: (categories,) population totals, all above 0.
    """

    name: str
    codes: CodeArray
    total: FloatArray


def matched_margins(
    weight: FloatArray,
    codes: Mapping[str, "pd.Series[Any]"],
    margins: Mapping[str, Mapping[str, float]],
) -> list[Margin]:
    """Margins in the order given, their categories matched with the sample by name.

    Totals that differ only by rounding are brought to the sum of the first margin. A
    category of no people that nobody is in is left out. Rows of weight 0 are not looked at.

    Raises:
        MarginMismatchError: every fault found.
    """
    totals = {name: _totals(margin) for name, margin in margins.items()}
    faults = _weight_faults(weight)
    faults += [f"margin {name}: no column of categories" for name in totals if name not in codes]
    faults += [f"column {name}: no population margin" for name in codes if name not in totals]
    shared = [name for name in totals if name in codes]
    labels = {name: pd.Series(codes[name]).reset_index(drop=True) for name in shared}
    for name in shared:
        faults += _category_faults(name, labels[name], totals[name], weight)
    faults += _disagreements(totals)
    if not totals:
        faults.append("expected a margin, got none")
    if faults:
        raise MarginMismatchError("raking", faults)
    size = next(iter(totals.values())).sum()
    return [_margin(name, labels[name].astype(str), totals[name], size) for name in shared]


def _totals(margin: Mapping[str, float]) -> "pd.Series[float]":
    totals = pd.Series(dict(margin), dtype=np.float64)
    totals.index = totals.index.astype(str)
    return totals.sort_index()


def _margin(name: str, labels: "pd.Series[str]", totals: "pd.Series[float]", size: float) -> Margin:
    present = totals[totals > 0]
    codes = present.index.get_indexer(pd.Index(labels)).astype(np.int64)
    total: FloatArray = np.asarray(present * (size / present.sum()), dtype=np.float64)
    # what is left unmatched has weight 0, so any category will do
    return Margin(name, np.maximum(codes, 0), total)


def _weight_faults(weight: FloatArray) -> list[str]:
    bad = int((~np.isfinite(weight) | (weight < 0)).sum())
    return [f"base weight: missing, infinite or negative in {bad} rows"] if bad else []


def _category_faults(
    name: str, labels: "pd.Series[Any]", totals: "pd.Series[float]", weight: FloatArray
) -> list[str]:
    if len(labels) != len(weight):
        return [f"margin {name}: expected {len(weight)} rows, got {len(labels)}"]
    counted = labels[weight > 0]
    rows = counted.dropna().astype(str).value_counts().sort_index()
    faults = [
        f"margin {name}: category {category} has a total that is not a finite number >= 0"
        for category in totals.index[~(np.isfinite(totals) & (totals >= 0))]
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
    if missing := int(counted.isna().sum()):
        faults.append(
            f"margin {name}: {missing} rows without a category; complete it or drop the margin"
        )
    return faults


def _disagreements(totals: Mapping[str, "pd.Series[float]"]) -> list[str]:
    sums = {name: float(margin.sum()) for name, margin in totals.items()}
    first = next(iter(sums), "")
    return [
        f"margin {name} sums to {size:.6g} people, margin {first} to {sums[first]:.6g}; build both "
        "from one population table"
        for name, size in sums.items()
        if abs(size - sums[first]) > _ROUNDING * abs(sums[first])
    ]
