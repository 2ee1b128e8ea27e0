"""Fit of the whole test by what single items and pairs of items show: M2, RMSEA, SRMSR."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.fit.complete import CompleteAnswers
from pipeline.stats.measurement.irt.fit.score_moments import ScoreMoments, correlation
from pipeline.stats.measurement.irt.quadrature import log_normal_weights

WHERE = "test fit"
_STEP = 1e-5  # of a parameter, for slopes of the moments
_BLOCK = 1 << 15  # people multiplied at a time


@dataclass(frozen=True, kw_only=True, eq=False)
class LimitedInformation:
    """M2 and what is made of it.

    Attributes:
        m2: the statistic.
        df: means and pairs of items, less parameters.
        p: probability of a larger one if the model holds.
        rmsea: misfit per degree of freedom, which does not grow with the people.
        rmsea_low: lower bound of its 90 % interval.
        rmsea_high: upper bound of it.
        srmsr: root mean square of observed minus expected correlations of items.
        n: people, or the effective number of them.
    """

    m2: float
    df: int
    p: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float
    n: float


def limited_information(
    calibrated: Calibrated, responses: CodeArray, *, weights: FloatArray | None = None
) -> LimitedInformation:
    """M2 = n e' C e, e the residual means and cross products of item scores.

    C = X^-1 - X^-1 D (D' X^-1 D)^-1 D' X^-1, X their covariance under the model and D their
    slopes in the parameters. With items of several categories this is M2* (means and products of
    scores). People not asked every item are left out; weights are scaled to Kish's effective n.

    Args:
        calibrated: items and the population of one group, without covariates.
        responses: (n, J) categories from 0; -1 not asked.
        weights: (n,) survey weights; None: one each.

    Raises:
        ContractError: several groups or covariates, shapes that disagree, a category that an item
            lacks, nobody asked every item, too few items for the parameters, or an item that all
            answered alike.

    Source: Maydeu-Olivares & Joe (2006), Psychometrika 71, 713-732; (2014), Multivariate
    Behavioral Research 49, 305-328, for RMSEA; Cai & Hansen (2013), British Journal of
    Mathematical and Statistical Psychology 66, 245-276, for M2*. Oracle: mirt 1.45 M2.
    """
    _refuse_mixture(calibrated)
    people = CompleteAnswers.of(responses, calibrated.model.categories, weights, where=WHERE)
    implied = _moments_at(calibrated)
    expected = implied(calibrated.vector)
    mean, products = _observed(people)
    residual = np.concatenate([mean, products[expected.pairs]]) - expected.vector
    slopes = _slopes(lambda vector: implied(vector).vector, calibrated.vector)
    m2 = people.size * _quadratic(residual, expected.covariance, slopes)
    df = len(residual) - len(calibrated.vector)
    low, high = (_excess(m2, df, tail) for tail in (0.95, 0.05))
    rmsea, rmsea_low, rmsea_high = np.sqrt(
        np.array([max(m2 - df, 0.0), low, high]) / (df * people.size)
    )
    above = expected.pairs
    off = correlation(mean, products)[above] - expected.correlation[above]
    return LimitedInformation(
        m2=m2,
        df=df,
        p=float(stats.chi2.sf(m2, df)),
        rmsea=float(rmsea),
        rmsea_low=float(rmsea_low),
        rmsea_high=float(rmsea_high),
        srmsr=float(np.sqrt(np.mean(off**2))),
        n=people.size,
    )


def _moments_at(calibrated: Calibrated) -> Callable[[FloatArray], ScoreMoments]:
    n_items = len(calibrated.form.parameters)

    def moments(vector: FloatArray) -> ScoreMoments:
        people = calibrated.population_form.population(vector[n_items:])
        shares = np.exp(log_normal_weights(calibrated.nodes, people.means[0], people.sds[0]))
        return ScoreMoments.of(calibrated.model_at(vector), shares, calibrated.nodes)

    return moments


def _slopes(function: Callable[[FloatArray], FloatArray], vector: FloatArray) -> FloatArray:
    """(d, P) central differences."""
    steps = np.eye(len(vector)) * _STEP
    return np.column_stack(
        [(function(vector + step) - function(vector - step)) / (2 * _STEP) for step in steps]
    )


def _observed(people: CompleteAnswers) -> tuple[FloatArray, FloatArray]:
    """Means of the item scores and mean products of two."""
    count = people.responses.shape[1]
    mean, products = np.zeros(count), np.zeros((count, count))
    for start in range(0, len(people.responses), _BLOCK):
        scores = people.responses[start : start + _BLOCK].astype(np.float64)
        weighted = scores * people.weights[start : start + _BLOCK, None]
        mean += weighted.sum(axis=0)
        products += weighted.T @ scores
    mean, products = mean / people.size, products / people.size
    constant = np.flatnonzero(products.diagonal() - mean**2 <= 1e-12)
    if len(constant):
        raise ContractError(
            WHERE,
            "everybody has the same score: items " + ", ".join(str(j + 1) for j in constant),
            hint="leave them out of calibration and fit",
        )
    return mean, products


def _quadratic(residual: FloatArray, covariance: FloatArray, slopes: FloatArray) -> float:
    """The form e' C e, by projecting whitened residuals off the whitened slopes."""
    df = len(residual) - slopes.shape[1]
    if df < 1:
        raise ContractError(
            WHERE,
            f"expected more means and pairs of items than parameters, got {len(residual)} and "
            f"{slopes.shape[1]}",
            hint="use more items",
        )
    try:
        root = linalg.cholesky(covariance, lower=True)
    except linalg.LinAlgError:
        raise ContractError(
            WHERE,
            "expected pairs of items that do not determine each other, got some that do",
            hint="leave out items that repeat others, or that nearly all got right or wrong",
        ) from None
    white = linalg.solve_triangular(root, np.column_stack([residual, slopes]), lower=True)
    axes, _ = np.linalg.qr(white[:, 1:])
    left = white[:, 0] - axes @ (axes.T @ white[:, 0])
    return float(left @ left)


def _excess(statistic: float, df: int, tail: float) -> float:
    """Noncentrality at which a share `tail` of chi-squares lies below the statistic."""

    def gap(noncentrality: float) -> float:
        return float(stats.ncx2.cdf(statistic, df, noncentrality)) - tail

    if float(stats.chi2.cdf(statistic, df)) <= tail:
        return 0.0
    high = statistic
    while gap(high) > 0:
        high *= 2
    return float(optimize.brentq(gap, 1e-9, high))


def _refuse_mixture(calibrated: Calibrated) -> None:
    groups, covariates = len(calibrated.population.means), len(calibrated.population.coefficient)
    if groups > 1 or covariates:
        raise ContractError(
            WHERE,
            f"expected one normal population, got {groups} groups and {covariates} covariates",
            hint="calibrate each group by itself to judge how the model fits it",
        )
