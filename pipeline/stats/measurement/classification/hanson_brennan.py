"""Accuracy and consistency of number-right scores, with errors less than binomial."""

from dataclasses import dataclass

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

WHERE = "hanson-brennan"


@dataclass(frozen=True, eq=False, kw_only=True)
class HansonBrennan:
    """Classification by a beta compound binomial model.

    Attributes:
        lords_k: how much less than binomial the errors are; zero: binomial.
        true_scores: distribution of the true proportion right.
        classification: tables by level.
    """

    lords_k: float
    true_scores: BetaTrueScores
    classification: Classification


def lords_k(mean: float, variance: float, *, reliability: float, items: int) -> float:
    """Lord's k, which gives the two-term compound binomial the reliability's error variance.

    k = n/2 [1 - n (1 - r) variance / (mean (n - mean) - r variance)].

    Args:
        mean: of the number right.
        variance: of the number right.
        reliability: r in (0, 1).
        items: n.

    Raises:
        ContractError: a reliability outside (0, 1), or no variance.

    Source: Lord (1965), Psychometrika 30, 239-270. Oracle: R betafunctions 1.9.0 Lords.k.
    """
    if not 0 < reliability < 1:
        raise ContractError(
            WHERE, f"reliability: expected between 0 and 1, both excluded, got {reliability:g}"
        )
    if variance <= 0:
        raise ContractError(WHERE, "scores: expected some variance, got none")
    binomial = mean * (items - mean) - reliability * variance
    return items / 2 * (1 - items * (1 - reliability) * variance / binomial)


def hanson_brennan(
    scores: FloatArray,
    cuts: FloatArray,
    *,
    reliability: float,
    items: int,
    weights: FloatArray | None = None,
    inclusive: bool = True,
    parameters: int = 4,
) -> HansonBrennan:
    """Accuracy and consistency at cuts from numbers right of items worth one point each.

    With b_n binomial, the number right given the true proportion t has probability
    b_n(x) - k t (1 - t) [b_(n-2)(x) - 2 b_(n-2)(x - 1) + b_(n-2)(x - 2)].

    Args:
        scores: (n,) numbers right.
        cuts: (C,) numbers right, rising.
        reliability: of the numbers right, in (0, 1).
        items: number of items.
        weights: (n,) survey weights; None: one each.
        inclusive: whether a score on the cut passes.
        parameters: 4 for bounds estimated (two where they leave [0, 1]), 2 for bounds 0 and 1.

    Raises:
        ContractError: scores or cuts outside the possible ones, or moments that no such
            distribution has.

    Source: Hanson & Brennan (1990), Journal of Educational Measurement 27, 345-359.
    Oracle: R betafunctions 1.9.0 HB.CA.
    """
    w = np.ones(len(scores)) if weights is None else weights
    cuts = np.asarray(cuts, dtype=np.float64)
    check_scores(WHERE, scores, w, cuts, least=0, most=items)
    mean, variance = mean_variance(scores, w)
    k = lords_k(mean, variance, reliability=reliability, items=items)
    moments = true_moments(scores, w, length=items, k=k)
    true_scores = fit_beta(moments, parameters=parameters)
    first = (np.ceil(cuts) if inclusive else np.floor(cuts) + 1)[:, None]

    def above(tau: FloatArray) -> FloatArray:
        lost = binom.pmf(first - 2, items - 2, tau) - binom.pmf(first - 1, items - 2, tau)
        return np.asarray(binom.sf(first - 1, items, tau) - k * tau * (1 - tau) * lost)

    return HansonBrennan(
        lords_k=k,
        true_scores=true_scores,
        classification=classify(true_scores, above, cuts / items),
    )
