"""What weighting did: spread of the weights and distance to the margins.

Rows of weight 0 are not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.stats.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRange:
    """Smallest, median and largest weight, and largest over smallest."""

    low: float
    median: float
    high: float
    ratio: float


def n_eff(weight: FloatArray) -> float:
    """Effective sample size under unequal weights, sum(w)^2 / sum(w^2).

    Weights 1, 1, 2: 16 / 6 = 2.67 people.

    Source: Kish (1965), Survey Sampling, section 11.7.
    """
    return float(weight.sum() ** 2 / np.square(weight).sum())


def kish_deff(weight: FloatArray, *, count_zeros: bool = False) -> float:
    """Design effect of unequal weights, n sum(w^2) / sum(w)^2; 1 when they are equal.

    Args:
        weight: (n,) weights.
        count_zeros: let rows of weight 0 count in n, as a formula over all rows does.

    Source: Kish (1965), Survey Sampling, section 11.7. Oracle: PracTools 1.7.5 deffK.
    """
    n = len(weight) if count_zeros else np.count_nonzero(weight)
    return float(n) / n_eff(weight)


def weight_range(weight: FloatArray) -> WeightRange:
    """Spread of the weights above 0."""
    counted = weight[weight > 0]
    low, high = float(counted.min()), float(counted.max())
    return WeightRange(low=low, median=float(np.median(counted)), high=high, ratio=high / low)


def margin_distances(
    codes: Mapping[str, "pd.Series[Any]"],
    margins: Mapping[str, Mapping[str, float]],
    *,
    before: FloatArray,
    after: FloatArray,
) -> pd.DataFrame:
    """Shares of every margin category: in the population, and in the sample before and after.

    Args:
        codes: per margin, (n,) category names.
        margins: per margin, population total by category name.
        before: (n,) weights before raking.
        after: (n,) weights after.

    Returns:
        One row per margin category: margin, category, target, before, after (shares),
        gap_before, gap_after (sample minus population).
    """
    return pd.concat(
        [_distances(name, codes[name], margins[name], before, after) for name in margins],
        ignore_index=True,
    )


def _distances(
    name: str,
    labels: "pd.Series[Any]",
    margin: Mapping[str, float],
    before: FloatArray,
    after: FloatArray,
) -> pd.DataFrame:
    target = pd.Series(dict(margin), dtype=np.float64)
    sample = pd.DataFrame({"before": before, "after": after})
    sums = sample.groupby(pd.Series(labels).to_numpy()).sum().reindex(target.index, fill_value=0.0)
    shares = (sums / sample.sum()).assign(target=target / target.sum())
    rows = shares.rename_axis("category").reset_index().assign(margin=name)
    rows["gap_before"] = rows["before"] - rows["target"]
    rows["gap_after"] = rows["after"] - rows["target"]
    return rows[["margin", "category", "target", "before", "after", "gap_before", "gap_after"]]
