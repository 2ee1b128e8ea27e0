"""Accuracy and consistency from the scores and their reliability alone: any points, any items."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.stats import binom

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.agreement import Classification
from pipeline.stats.measurement.classification.true_scores import (
    BetaTrueScores,
    check_scores,
    classify,
    fit_beta,
    mean_variance,
    true_moments,
)

WHERE = "livingston-lewis"


@dataclass(frozen=True, eq=False, kw_only=True)
class LivingstonLewis:
    """Classification by a beta-binomial model of the effective test.

    Attributes:
        effective_length: number of right-wrong items that would be as reliable.
        true_scores: distribution of the true proportion of points.
        classification: tables by level.
    """

    effective_length: float
    true_scores: BetaTrueScores
    classification: Classification


def effective_test_length(
    mean: float, variance: float, *, reliability: float, least: float, most: float
) -> float:
    """Number of equally hard right-wrong items that make a test of the same reliability.

    n = [(mean - least)(most - mean) - r variance] / [variance (1 - r)].

    Args:
        mean: of the scores.
        variance: of the scores.
        reliability: r in (0, 1).
        least: lowest possible score.
        most: highest possible score.

    Raises:
        ContractError: a reliability outside (0, 1), no variance, or less than two items.

    Source: Livingston & Lewis (1995), Journal of Educational Measurement 32, 179-197.
    Oracle: R betafunctions 1.9.0 ETL.
    """
    if not 0 < reliability < 1:
        raise ContractError(
            WHERE, f"reliability: expected between 0 and 1, both excluded, got {reliability:g}"
        )
    if variance <= 0:
        raise ContractError(WHERE, "scores: expected some variance, got none")
    spread = (mean - least) * (most - mean) - reliability * variance
    length = spread / (variance * (1 - reliability))
    if length < 2:
        raise ContractError(
            WHERE,
            f"effective test length: expected two items or more, got {length:.3g}",
            hint="check lowest and highest possible score and the reliability",
        )
    return length


def livingston_lewis(
    scores: FloatArray,
    cuts: FloatArray,
    *,
    reliability: float,
    least: float,
    most: float,
    weights: FloatArray | None = None,
    inclusive: bool = True,
    parameters: int = 4,
) -> LivingstonLewis:
    """Accuracy and consistency at cuts from scores and their reliability.

    Scores go to the scale of the effective test; true proportions follow a beta distribution,
    errors a binomial of the whole effective length. A score passes from the first whole score
    that reaches the rescaled cut.

    Args:
        scores: (n,) totals between `least` and `most`.
        cuts: (C,) in points, rising.
        reliability: of the scores, in (0, 1).
        least: lowest possible score.
        most: highest possible score.
        weights: (n,) survey weights; None: one each.
        inclusive: whether a score on the cut passes; matters where the rescaled cut is whole.
        parameters: 4 for bounds estimated (two where they leave [0, 1]), 2 for bounds 0 and 1.

    Raises:
        ContractError: scores or cuts outside the possible ones, or moments that no such
            distribution has.

    Source: Livingston & Lewis (1995), Journal of Educational Measurement 32, 179-197.
    Oracle: R betafunctions 1.9.0 LL.CA, as `livingston_lewis_of_r` repeats it.
    """
    w = np.ones(len(scores)) if weights is None else weights
    cuts = np.asarray(cuts, dtype=np.float64)
    check_scores(WHERE, scores, w, cuts, least=least, most=most)
    mean, variance = mean_variance(scores, w)
    length = effective_test_length(mean, variance, reliability=reliability, least=least, most=most)
    moments = true_moments((scores - least) / (most - least) * length, w, length=length)
    true_scores = fit_beta(moments, parameters=parameters)
    proportions = (cuts - least) / (most - least)
    whole = round(length)
    lowest = [_first_passing(at * whole, inclusive) for at in proportions]

    def above(tau: FloatArray) -> FloatArray:
        return np.asarray(binom.sf(np.array(lowest)[:, None] - 1, whole, tau))

    return LivingstonLewis(
        effective_length=length,
        true_scores=true_scores,
        classification=classify(true_scores, above, proportions),
    )


def _first_passing(cut: float, inclusive: bool) -> int:
    """The first whole score at or above a cut, or above it, whatever the dust of division."""
    near = round(cut)
    if abs(cut - near) < 1e-9:
        return near if inclusive else near + 1
    return ceil(cut)
