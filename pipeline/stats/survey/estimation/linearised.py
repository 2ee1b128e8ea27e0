"""A number that remembers its PSU totals, so that any function of such numbers has a variance.

Totals of the same PSU are matched by stratum and PSU name: two estimates of one wave, or of
two waves that returned to the same PSUs, get their covariance from the PSUs they share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.variation import Variation


@dataclass(frozen=True, kw_only=True, eq=False)
class Linearised:
    """An estimate with the PSU totals of its linearised variable.

    Attributes:
        value: the estimate.
        totals: PSU totals with a single column.
    """

    value: float
    totals: Variation

    @property
    def variance(self) -> float:
        """Sampling variance."""
        return float(self.totals.variance()[0])

    @property
    def df(self) -> int:
        """PSUs - strata that hold a row behind the number."""
        return int(self.totals.df[0])

    def scaled(self, value: float, slope: float) -> "Linearised":
        """A function of the number: its value and its slope there (delta method)."""
        return Linearised(value=value, totals=self.totals.combined(np.array([[slope]])))


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
    weights = np.asarray(coefficients, dtype=np.float64)
    value = float(np.dot([number.value for number in numbers], weights))
    return Linearised(value=value, totals=joint_totals(numbers).combined(weights[:, None]))


def covariance(numbers: Sequence[Linearised]) -> FloatArray:
    """Covariance matrix of numbers whose PSUs are matched by name."""
    return joint_totals(numbers).covariance()


def joint_totals(numbers: Sequence[Linearised]) -> Variation:
    """One column of totals per number over the union of their units."""
    first, *others = [number.totals for number in numbers]
    return first.joined(others)


def _finite(slope: np.float64) -> float:
    return float(slope) if np.isfinite(slope) else float("nan")
