"""Reliability of a total score: what share of its variance another such test would repeat.

Every coefficient reads a (J, J) covariance matrix of items, so weights, points and missing
answers are settled in `moments`. On a correlation matrix it is the coefficient of standardised
items.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.moments import ItemMoments

WHERE = "reliability"
_LEAST = 1e-9  # part of the item variances below which a total's variance is rounding


@dataclass(frozen=True, kw_only=True, eq=False)
class Reliability:
    """Coefficients of one total score.

    Attributes:
        alpha: Cronbach's; of right-wrong items KR-20.
        alpha_standardised: of items scaled to variance 1.
        mean_correlation: of two different items.
        lambda2: Guttman's; never below alpha.
        lambda6: Guttman's.
        sem: standard error of measurement by alpha, in the unit of the total.
        alpha_if_deleted: (J,) alpha of the other items; NaN for a test of two items.
    """

    alpha: float
    alpha_standardised: float
    mean_correlation: float
    lambda2: float
    lambda6: float
    sem: float
    alpha_if_deleted: FloatArray


def reliability(moments: ItemMoments) -> Reliability:
    """All coefficients of the total over the items.

    Raises:
        ContractError: fewer than two items, an item without variance, items that determine
            each other, or a total without variance.
    """
    covariance, correlation = moments.covariance, moments.correlation
    found = alpha(covariance)
    return Reliability(
        alpha=found,
        alpha_standardised=alpha(correlation),
        mean_correlation=moments.mean_correlation,
        lambda2=lambda2(covariance),
        lambda6=lambda6(covariance),
        sem=standard_error_of_measurement(moments.total_variance, found),
        alpha_if_deleted=alpha_if_deleted(covariance),
    )


def alpha(covariance: FloatArray) -> float:
    """Cronbach's alpha, J / (J - 1) (1 - sum of item variances / variance of the total).

    The same whether variances are over n or n - 1.

    Args:
        covariance: (J, J).

    Raises:
        ContractError: fewer than two items, or a total without variance.

    Source: Cronbach (1951), Psychometrika 16, 297-334. Oracle: psych 2.2.9 alpha.
    """
    count, total = checked_covariance(covariance)
    return float(count / (count - 1) * (1 - np.trace(covariance) / total))


def alpha_if_deleted(covariance: FloatArray) -> FloatArray:
    """(J,) alpha of the other items; NaN where fewer than two are left.

    Raises:
        ContractError: as `alpha`.
    """
    count, total = checked_covariance(covariance)
    own = covariance.diagonal()
    if count == 2:
        return np.full(2, np.nan)
    rest = total - 2 * covariance.sum(axis=0) + own
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (count - 1) / (count - 2) * (1 - (own.sum() - own) / rest)
    return np.asarray(np.where(rest > 0, found, np.nan))


def lambda2(covariance: FloatArray) -> float:
    """Guttman's lambda-2, (V - T + sqrt(J / (J - 1) C)) / V.

    V is the variance of the total, T the sum of item variances, C the sum of squared
    covariances.

    Raises:
        ContractError: as `alpha`.

    Source: Guttman (1945), Psychometrika 10, 255-282.
    """
    count, total = checked_covariance(covariance)
    squares = np.square(covariance).sum() - np.square(covariance.diagonal()).sum()
    return float((total - np.trace(covariance) + np.sqrt(count / (count - 1) * squares)) / total)


def lambda6(covariance: FloatArray) -> float:
    """Guttman's lambda-6, 1 - sum of the items' variances about their regressions / V.

    An item's variance about its regression on all others is 1 / its diagonal element of the
    inverse.

    Raises:
        ContractError: as `alpha`, or an item that others determine.

    Source: Guttman (1945), Psychometrika 10, 255-282. Oracle: psych 2.2.9 alpha, whose G6 is
    that of the correlation matrix.
    """
    _, total = checked_covariance(covariance)
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(covariance):
        raise ContractError(
            WHERE,
            "lambda-6: expected items that do not determine each other, got a singular matrix",
            hint="leave out items that repeat others, or that everybody got right or wrong",
        )
    return float(1 - (1 / np.linalg.inv(covariance).diagonal()).sum() / total)


def stratified_alpha(covariance: FloatArray, part: FloatArray) -> float:
    """Alpha of a test of several dimensions, 1 - sum V_k (1 - alpha_k) / V.

    Parts may differ in what they measure and in points; alpha asks for one dimension.

    Args:
        covariance: (J, J).
        part: (J,) code of the dimension of each item.

    Raises:
        ContractError: a part of a single item, a part or total without variance, or not a code
            per item.

    Source: Cronbach, Schonemann & McKie (1965), Educational and Psychological Measurement 25,
    291-312.
    """
    count, total = checked_covariance(covariance)
    codes = np.asarray(part)
    if codes.shape != (count,):
        raise ContractError(WHERE, f"parts: expected {count}, one per item, got {codes.shape}")
    error = 0.0
    for code in np.unique(codes):
        mine = np.flatnonzero(codes == code)
        inside = covariance[np.ix_(mine, mine)]
        error += inside.sum() * (1 - alpha(inside))
    return float(1 - error / total)


def standard_error_of_measurement(total_variance: float, reliability: float) -> float:
    """SEM = sqrt(V (1 - reliability)), in the unit of the total.

    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores, section 3.3.
    """
    return float(np.sqrt(total_variance * (1 - reliability)))


def checked_covariance(covariance: FloatArray) -> tuple[int, float]:
    """Number of items and variance of their total.

    Raises:
        ContractError: fewer than two items, or a total without variance.
    """
    count = len(covariance)
    if covariance.shape != (count, count) or count < 2:
        raise ContractError(
            WHERE, f"expected the covariances of two items or more, got {covariance.shape}"
        )
    total = float(covariance.sum())
    if not total > _LEAST * np.trace(covariance):
        raise ContractError(WHERE, "expected a total score with variance, got none")
    return count, total
