"""Sampling error of alpha: an interval from a number of people, or a design's own variance."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.people import ScoredPeople
from pipeline.stats.survey.estimation.intervals import Interval

WHERE = "error of alpha"


def feldt_interval(alpha: float, *, n: float, items: int, level: float) -> Interval:
    """Interval of alpha, 1 - (1 - alpha) F with n - 1 and (n - 1)(J - 1) degrees of freedom.

    With a survey, n is the number of people that a simple random sample would need to know
    alpha as well: Kish's effective n (`ItemMoments.n_eff`) pays for unequal weights alone;
    n / deff, with the design effect of the mean of `alpha_influence`, also for clusters and
    strata.

    Args:
        alpha: coefficient below 1.
        n: people, or the effective number of them; above 1.
        items: J, two or more.
        level: confidence level, such as 0.95.

    Raises:
        ContractError: too few people or items, or alpha not below 1.

    Source: Feldt (1965), Psychometrika 30, 357-370.
    """
    if not (n > 1 and items > 1 and alpha < 1):
        raise ContractError(
            WHERE,
            f"expected more than one person, two items or more and alpha below 1, got {n:g} "
            f"people, {items} items, alpha {alpha:g}",
        )
    tails = np.array([(1 + level) / 2, (1 - level) / 2])
    low, high = 1 - (1 - alpha) * stats.f.ppf(tails, n - 1, (n - 1) * (items - 1))
    return Interval(np.asarray(low), np.asarray(high))


def alpha_influence(
    scores: FloatArray, *, weights: FloatArray | None = None, items: Sequence[str] | None = None
) -> FloatArray:
    """What each person adds to alpha: its mean has alpha's variance under any survey design.

    With T the sum of item variances, V the variance of the total and t_i, v_i the person's
    squared distances, summed over items and of the total: J / (J - 1) (T v_i - V t_i) / V^2.
    The weighted mean is zero.

    Args:
        scores: (n, J) without missing.
        weights: (n,) not negative; None: one each.
        items: J names for messages; None: numbers from 1.

    Returns:
        (n,), zero for people of weight zero.

    Raises:
        ContractError: wrong shapes or weights, missing scores, or a total without variance.

    Source: Maydeu-Olivares, Coffman & Hartmann (2007), Psychological Methods 12, 157-176, for
    the distribution-free variance; Binder (1983), International Statistical Review 51, 279-292.
    """
    people = ScoredPeople.of(scores, weights, items, where=WHERE)
    values, w = people.scores, people.weights
    people.refuse(np.asarray(np.isnan(values).any(axis=0)), WHERE, "not scored for everybody")
    count = values.shape[1]
    if count < 2:
        raise ContractError(WHERE, f"expected two items or more, got {count}")
    off = values - (w @ values) / w.sum()
    inside, across = np.square(off).sum(axis=1), np.square(off.sum(axis=1))
    sum_variances, total = w @ inside / w.sum(), w @ across / w.sum()
    if not total > 0:
        raise ContractError(WHERE, "expected a total score with variance, got none")
    mine = count / (count - 1) * (sum_variances * across - total * inside) / total**2
    if weights is None:
        return np.asarray(mine)
    found = np.zeros(len(weights))
    found[np.asarray(weights) > 0] = mine
    return found
