"""The distribution of proportion-correct true scores, from the moments of observed scores.

Owns the beta distribution that Livingston & Lewis and Hanson & Brennan both fit, and the table
of levels it makes together with a distribution of errors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import betainc, betaincinv

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.agreement import (
    Classification,
    LevelChances,
    levels,
)

WHERE = "true scores"
# Nodes between two cuts: the tables then hold to 1e-7.
_NODES = 200


@dataclass(frozen=True, kw_only=True)
class BetaTrueScores:
    """Beta distribution of true scores between two bounds.

    Attributes:
        alpha: first shape.
        beta: second shape.
        lower: lowest true score, as a proportion of the points.
        upper: highest true score.
    """

    alpha: float
    beta: float
    lower: float = 0.0
    upper: float = 1.0

    def nodes(self, cuts: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(Q,) true scores and (Q,) shares for integrals that jump at (C,) proportions.

        What a distribution has outside [0, 1] is left out.
        """
        at_edges = np.concatenate([[0.0], cuts, [1.0]])
        inside = np.clip((at_edges - self.lower) / (self.upper - self.lower), 0, 1)
        edges = betainc(self.alpha, self.beta, inside)
        at, weight = np.polynomial.legendre.leggauss(_NODES)
        width = np.diff(edges)[:, None]
        quantile = (edges[:-1, None] + width * (at + 1) / 2).ravel()
        unit = betaincinv(self.alpha, self.beta, quantile)
        proportion = self.lower + (self.upper - self.lower) * unit
        return proportion, (width * weight / 2).ravel()


def mean_variance(scores: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """Mean and variance (n - 1 in the unweighted case) of the scores of the people who count."""
    mean = float(np.average(scores, weights=weights))
    people = int((weights > 0).sum())
    spread = float(np.average((scores - mean) ** 2, weights=weights))
    return mean, spread * people / max(people - 1, 1)


def true_moments(
    scores: FloatArray,
    weights: FloatArray,
    *,
    length: float,
    k: float = 0.0,
    r_truncated: bool = False,
) -> FloatArray:
    """(4,) raw moments of the true proportion of right answers.

    With E_i the i-th factorial moment of the number right and n items,
    M_i = (E_i / (n - 2)_(i-2) + k i (i - 1) M_(i-1)) / (n (n - 1) + k i (i - 1)).

    Args:
        scores: (n,) number right on a test of `length` items.
        weights: (n,) one each, or survey weights.
        length: number of items, not necessarily whole.
        k: Lord's k; zero for binomial errors.
        r_truncated: count the i-th factorial of scores below i as zero, as betafunctions does;
            the same for whole scores.

    Source: Lord (1965), Psychometrika 30, 239-270; Hanson (1991), ACT Research Report 91-5.
    Oracle: R betafunctions 1.9.0 tsm, HB.tsm.
    """
    mean = np.average(scores, weights=weights)
    falling = scores.astype(np.float64)
    moments = [mean / length]
    below = 1.0
    for order in (2, 3, 4):
        falling = falling * (scores - order + 1)
        extra = k * order * (order - 1)
        kept = np.where(scores < order, 0.0, falling) if r_truncated else falling
        factorial = np.average(kept, weights=weights) / below
        moments.append((factorial + extra * moments[-1]) / (length * (length - 1) + extra))
        below *= length - order
    return np.asarray(moments)


def fit_beta(
    moments: FloatArray, *, parameters: int = 4, r_failsafe: bool = True
) -> BetaTrueScores:
    """The beta distribution with the given raw moments.

    Four parameters match four moments; where their bounds leave [0, 1] or do not exist, two
    parameters match mean and variance between 0 and 1.

    Args:
        moments: (4,) raw moments of the true proportion.
        parameters: 4, or 2 for bounds fixed at 0 and 1.
        r_failsafe: False repeats betafunctions' failsafe = FALSE, which keeps bounds outside.

    Raises:
        ContractError: the variance of the true scores is not one that proportions can have.

    Source: Hanson (1991), ACT Research Report 91-5; Johnson, Kotz & Balakrishnan (1995),
    Continuous Univariate Distributions 2, ch. 25. Oracle: R betafunctions 1.9.0 Beta.tp.fit.
    """
    mean, variance = float(moments[0]), float(moments[1] - moments[0] ** 2)
    if not 0 < variance < mean * (1 - mean):
        raise ContractError(
            WHERE,
            f"expected a variance between 0 and {mean * (1 - mean):.4g}, got {variance:.4g}",
            hint="check reliability, lowest and highest possible score",
        )
    free = _four_parameters(moments, mean, sqrt(variance)) if parameters == 4 else None
    if free is not None and (not r_failsafe or (free.lower >= 0 and free.upper <= 1)):
        return free
    size = mean * (1 - mean) / variance - 1
    return BetaTrueScores(alpha=mean * size, beta=(1 - mean) * size)


def classify(
    true_scores: BetaTrueScores, above: Callable[[FloatArray], FloatArray], cuts: FloatArray
) -> Classification:
    """The tables of levels that true scores and errors make together.

    Args:
        true_scores: distribution of the true proportion.
        above: gives the (C, Q) probability of passing each cut at (Q,) true proportions.
        cuts: (C,) cuts as proportions, rising.
    """
    tau, shares = true_scores.nodes(cuts)
    edges = np.vstack([np.ones_like(tau), above(tau), np.zeros_like(tau)])
    chances = LevelChances(true_level=levels(tau, cuts), chance=-np.diff(edges, axis=0))
    return chances.over(shares)


def check_scores(
    where: str,
    scores: FloatArray,
    weights: FloatArray,
    cuts: FloatArray,
    *,
    least: float,
    most: float,
) -> None:
    """Refuse scores that cannot occur, or are all one, and cuts that all pass or none can."""
    outside = int(((scores < least) | (scores > most) | ~np.isfinite(scores)).sum())
    faults = []
    if outside:
        faults.append(f"scores: expected {least:g} to {most:g}, got {outside} outside")
    if not (weights >= 0).all() or not weights.any():
        faults.append("weights: expected none below zero and some above, got others")
    elif len(np.unique(scores[weights > 0])) == 1:
        faults.append("scores: expected some variance, got one score for everybody")
    if ((cuts <= least) | (cuts > most)).any():
        faults.append(f"cuts: expected above {least:g} and up to {most:g}, got others")
    if faults:
        raise ContractError(where, faults, hint="check lowest and highest possible score")


def _four_parameters(moments: FloatArray, mean: float, sd: float) -> BetaTrueScores | None:
    m1, m2, m3, m4 = (float(moment) for moment in moments)
    skew = (m3 - 3 * m1 * m2 + 2 * m1**3) / sd**3
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / sd**4
    size = 6 * (kurtosis - skew**2 - 1) / (6 + 3 * skew**2 - 2 * kurtosis)
    with np.errstate(invalid="ignore", divide="ignore"):
        tilt = float(
            np.sqrt(
                1
                - 24
                * (size + 1)
                / ((size + 2) * (size + 3) * kurtosis - 3 * (size - 6) * (size + 1))
            )
        )
    if not (np.isfinite(tilt) and size > 0 and tilt < 1):
        return None
    more, less = size / 2 * (1 + tilt), size / 2 * (1 - tilt)
    alpha, beta = (less, more) if skew > 0 else (more, less)
    reach = sd * sqrt(size + 1) / sqrt(alpha * beta)
    return BetaTrueScores(
        alpha=alpha, beta=beta, lower=mean - alpha * reach, upper=mean + beta * reach
    )
