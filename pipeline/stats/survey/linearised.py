"""A number that remembers its PSU totals, so that any function of such numbers has a variance.

Totals of the same PSU are matched by stratum and PSU name: two estimates of one wave, or of
two waves that returned to the same PSUs, get their covariance from the PSUs they share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.psu_totals import PsuTotals
from pipeline.stats.survey.variance import total_covariance, total_variance

Number = TypeVar("Number", np.float64, np.bool_)


@dataclass(frozen=True, kw_only=True, eq=False)
class Linearised:
    """An estimate with the PSU totals of its linearised variable.

    Attributes:
        value: the estimate.
        totals: PSU totals with a single column.
    """

    value: float
    totals: PsuTotals

    @property
    def variance(self) -> float:
        """Sampling variance."""
        return float(total_variance(self.totals)[0])

    @property
    def df(self) -> int:
        """PSUs - strata that hold a row behind the number."""
        return int(self.totals.df[0])

    def scaled(self, value: float, slope: float) -> "Linearised":
        """A function of the number: its value and its slope there (delta method)."""
        return Linearised(
            value=value, totals=self.totals.replaced(slope * self.totals.z, self.totals.holds)
        )


def log(number: Linearised) -> Linearised:
    """Natural logarithm; undefined (NaN variance) at 0."""
    p = np.float64(number.value)
    with np.errstate(divide="ignore", invalid="ignore"):
        return number.scaled(float(np.log(p)), _finite(1 / p))


def logit(share: Linearised) -> Linearised:
    """Log odds of a share; undefined (NaN variance) at 0 and 1."""
    p = np.float64(share.value)
    with np.errstate(divide="ignore", invalid="ignore"):
        return share.scaled(float(np.log(p / (1 - p))), _finite(1 / (p * (1 - p))))


def combine(numbers: Sequence[Linearised], coefficients: Sequence[float]) -> Linearised:
    """Linear combination, its PSU totals matched by stratum and PSU name."""
    joined = joint_totals(numbers)
    weights = np.asarray(coefficients, dtype=np.float64)
    z = joined.z @ weights
    holds = np.asarray(joined.holds.any(axis=1))
    value = float(np.dot([number.value for number in numbers], weights))
    return Linearised(value=value, totals=joined.replaced(z[:, None], holds[:, None]))


def covariance(numbers: Sequence[Linearised]) -> FloatArray:
    """Covariance matrix of numbers whose PSUs are matched by name."""
    return total_covariance(joint_totals(numbers))


def joint_totals(numbers: Sequence[Linearised]) -> PsuTotals:
    """One column of PSU totals per number over the union of their PSUs.

    A PSU that a number does not know adds 0 to it.

    Raises:
        DesignError: the numbers follow different rules for lonely PSUs.
    """
    rules = {number.totals.lonely_psu for number in numbers}
    if len(rules) > 1:
        raise DesignError("contrast", f"expected one rule for lonely PSUs, got {sorted(rules)}")
    keys = [_key(number.totals) for number in numbers]
    union = keys[0].append(keys[1:]).unique().sort_values()
    columns = [(key, number.totals) for key, number in zip(keys, numbers, strict=True)]
    return PsuTotals(
        stratum=union.get_level_values(0).to_numpy(dtype=object),
        psu=union.get_level_values(1).to_numpy(dtype=object),
        z=np.column_stack([_spread(totals.z, key, union, 0.0) for key, totals in columns]),
        holds=np.column_stack(
            [_spread(totals.holds, key, union, False) for key, totals in columns]
        ),
        lonely_psu=rules.pop(),
    )


def _key(totals: PsuTotals) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([totals.stratum, totals.psu])


def _spread(
    column: npt.NDArray[Number], key: pd.MultiIndex, union: pd.MultiIndex, absent: float
) -> npt.NDArray[Number]:
    """A (P, 1) column laid over the union of PSUs, `absent` where it has no such PSU."""
    laid = np.full(len(union), absent, dtype=column.dtype)
    laid[union.get_indexer(key)] = column[:, 0]
    return laid


def _finite(slope: np.float64) -> float:
    return float(slope) if np.isfinite(slope) else float("nan")
