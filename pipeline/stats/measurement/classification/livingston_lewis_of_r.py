"""Livingston & Lewis's method as R's betafunctions computes it, for comparison only.

Three of its habits are not the method's: accuracy reads the rescaled cut rounded to the nearest
whole score and consistency the same cut rounded down, so that its two "equally good" tests may
pass at different scores; the fourfold tables leave out what a true-score distribution has
outside [0, 1], and agreement by chance does not know that; moments leave out the scores below
their order.
"""

from dataclasses import dataclass
from math import floor

import numpy as np
from scipy.stats import binom

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.livingston_lewis import (
    WHERE,
    effective_test_length,
)
from pipeline.stats.measurement.classification.true_scores import (
    BetaTrueScores,
    check_scores,
    fit_beta,
    mean_variance,
    true_moments,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class LivingstonLewisOfR:
    """Fail and pass at one cut.

    Attributes:
        effective_length: number of right-wrong items that would be as reliable.
        true_scores: distribution of the true proportion of points.
        true_observed: (2, 2) shares by true level (rows) and level on the test.
        twice: (2, 2) by level on two tests, adding to the distribution's part within [0, 1].
    """

    effective_length: float
    true_scores: BetaTrueScores
    true_observed: FloatArray
    twice: FloatArray

    @property
    def accuracy(self) -> float:
        """Share classified into their true level."""
        return float(np.trace(self.true_observed))

    @property
    def consistency(self) -> float:
        """Share classified alike."""
        return float(np.trace(self.twice) / self.twice.sum())

    @property
    def kappa(self) -> float:
        """Consistency beyond chance."""
        chance = float(self.twice.sum(axis=0) @ self.twice.sum(axis=1))
        return (self.consistency - chance) / (1 - chance)


def livingston_lewis_of_r(
    scores: FloatArray,
    cut: float,
    *,
    reliability: float,
    least: float,
    most: float,
    parameters: int = 4,
    failsafe: bool = True,
) -> LivingstonLewisOfR:
    """Accuracy and consistency at a cut.

    Args:
        scores: (n,) totals between `least` and `most`.
        cut: in points; scores on it pass.
        reliability: of the scores, in (0, 1).
        least: lowest possible score.
        most: highest possible score.
        parameters: 4 for bounds estimated, 2 for bounds 0 and 1.
        failsafe: two parameters where estimated bounds leave [0, 1]; False keeps such bounds.

    Raises:
        ContractError: as `livingston_lewis`.

    Source: Livingston & Lewis (1995), Journal of Educational Measurement 32, 179-197.
    Oracle: R betafunctions 1.9.0 LL.CA.
    """
    w = np.ones(len(scores))
    check_scores(WHERE, scores, w, np.array([cut]), least=least, most=most)
    mean, variance = mean_variance(scores, w)
    length = effective_test_length(mean, variance, reliability=reliability, least=least, most=most)
    stretched = (scores - least) / (most - least) * length
    moments = true_moments(stretched, w, length=length, r_truncated=True)
    true_scores = fit_beta(moments, parameters=parameters, r_failsafe=failsafe)
    at, whole = (cut - least) / (most - least), round(length)
    tau, shares = true_scores.nodes(np.array([at]))
    nearest, lower = (
        np.stack([binom.cdf(first - 1, whole, tau), binom.sf(first - 1, whole, tau)])
        for first in (round(whole * at), floor(at * whole))
    )
    truly = np.stack([tau < at, tau >= at])
    return LivingstonLewisOfR(
        effective_length=length,
        true_scores=true_scores,
        true_observed=(truly * shares) @ nearest.T / shares.sum(),
        twice=(nearest * shares) @ lower.T,
    )
