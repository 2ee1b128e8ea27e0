"""Mean and linear equating: the line that gives two forms the same mean, or mean and spread."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.equating.distributions import WHERE, ScoreDistribution


@dataclass(frozen=True)
class Line:
    """Score on the old form = intercept + slope * score on the new form."""

    intercept: float
    slope: float

    def equated(self, scores: FloatArray) -> FloatArray:
        """Scores of the new form on the old form's scale."""
        return np.asarray(self.intercept + self.slope * np.asarray(scores))

    def then(self, other: "Line") -> "Line":
        """This line followed by another, as one."""
        return Line(other.intercept + other.slope * self.intercept, other.slope * self.slope)


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Mean and variance of two forms in the same population.

    Attributes:
        new_mean: of the form to be equated.
        new_variance: above zero.
        old_mean: of the form whose scale is kept.
        old_variance: above zero.
    """

    new_mean: float
    new_variance: float
    old_mean: float
    old_variance: float


def moments(new: ScoreDistribution, old: ScoreDistribution, *, r_counts: bool = False) -> Moments:
    """Moments of two forms given to equivalent groups.

    Args:
        new: scores on the form to be equated.
        old: scores on the form whose scale is kept.
        r_counts: as in R, frequencies are numbers of people and variances divide by n - 1.
    """
    correction = [sample_factor(each) if r_counts else 1.0 for each in (new, old)]
    return Moments(
        new_mean=new.mean,
        new_variance=new.variance * correction[0],
        old_mean=old.mean,
        old_variance=old.variance * correction[1],
    )


def mean_equating(both: Moments) -> Line:
    """The line of slope one through the means.

    y = x - mean_new + mean_old.

    Source: Kolen & Brennan (2014), ch. 2. Oracle: R equate 2.0.9, type "mean".
    """
    return Line(both.old_mean - both.new_mean, 1.0)


def linear_equating(both: Moments) -> Line:
    """The line that keeps standard scores.

    y = sd_old / sd_new (x - mean_new) + mean_old.

    Raises:
        ContractError: a form on which all have one score.

    Source: Kolen & Brennan (2014), ch. 2. Oracle: R equate 2.0.9, type "linear".
    """
    if not (both.new_variance > 0 and both.old_variance > 0):
        raise ContractError(
            WHERE,
            "linear: expected scores that differ on both forms, got no variance",
            hint="use mean equating, or look whether the groups differ too much on the anchor",
        )
    slope = float(np.sqrt(both.old_variance / both.new_variance))
    return Line(both.old_mean - slope * both.new_mean, slope)


def sample_factor(scores: ScoreDistribution) -> float:
    """What turns the variance of n people into the estimate for all: n / (n - 1)."""
    people = float(scores.frequency.sum())
    if people <= 1:
        raise ContractError(WHERE, "expected frequencies that count two people or more")
    return people / (people - 1)
