"""Logistic regression with random intercepts whose deviations are averaged over a prior.

With five counties the likelihood puts the deviation at 0 in many waves, and every county at
the regression. Averaging keeps what the wave cannot rule out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.monitoring.areas.counts import WHERE, Counts, counts_of
from pipeline.stats.monitoring.areas.random_intercepts import newton


@dataclass(frozen=True, kw_only=True, eq=False)
class IntegratedLogistic:
    """Normal posteriors of p coefficients and q effects at G sets of deviations.

    Attributes:
        counts: the data.
        sd: (G, k) deviations of the groupings.
        weight: (G,) their posterior probabilities.
        unknown: (G, p + q) most likely coefficients and effects.
        covariance: (G, p + q, p + q).
    """

    counts: Counts
    sd: FloatArray
    weight: FloatArray
    unknown: FloatArray
    covariance: FloatArray

    @property
    def coefficient(self) -> FloatArray:
        """(p,) posterior means of the coefficients."""
        return np.asarray(self.weight @ self.unknown[:, : self.counts.x.shape[1]])

    @property
    def effects(self) -> tuple[FloatArray, ...]:
        """Of each grouping the posterior means of its effects."""
        mean = self.weight @ self.unknown[:, self.counts.x.shape[1] :]
        return tuple(np.split(mean, np.cumsum(self.counts.sizes)[:-1]))

    @property
    def mean_sd(self) -> FloatArray:
        """(k,) posterior means of the deviations."""
        return np.asarray(self.weight @ self.sd)


def integrated_logistic(
    y: FloatArray,
    x: FloatArray,
    groups: CodeArray,
    *,
    prior_scale: Sequence[float],
    sizes: tuple[int, ...] | None = None,
    points: int = 15,
) -> IntegratedLogistic:
    """Fit with coefficients flat and deviations half-normal a priori.

    sd_j ~ |N(0, scale_j^2)| at `points` midpoints of equal prior probability; at each set
    coefficients and effects are normal about their joint mode, with probability in proportion
    to exp(l) / sqrt(det information).

    Args:
        y: (n,) outcomes, 0 or 1.
        x: (n, p) columns, the intercept's ones among them.
        groups: (n,) or (n, k) codes from 0.
        prior_scale: k scales on the logit, positive.
        sizes: k numbers of groups, so that groups without respondents are told of too.
        points: midpoints per deviation.

    Raises:
        ContractError: see `counts_of`; columns tell the outcomes apart without error; a scale
            is missing or not positive.

    Source: Gelman (2006), Bayesian Analysis 1, 515-533; Rue, Martino & Chopin (2009), J. R.
    Stat. Soc. B 71, 319-392.
    """
    counts = counts_of(y, x, groups, sizes=sizes)
    scale = np.asarray(prior_scale, dtype=np.float64)
    if scale.shape != (len(counts.sizes),) or not (scale > 0).all() or points < 1:
        raise ContractError(
            WHERE, f"expected {len(counts.sizes)} positive scales and a point, got {prior_scale}"
        )
    quantile = stats.halfnorm.ppf((np.arange(points) + 0.5) / points)
    sd = np.array(list(product(quantile, repeat=len(scale)))) * scale
    found = [_posterior(counts, each) for each in sd]
    evidence = np.array([value for _, _, value in found])
    weight = np.exp(evidence - evidence.max())
    return IntegratedLogistic(
        counts=counts,
        sd=sd,
        weight=weight / weight.sum(),
        unknown=np.array([mode for mode, _, _ in found]),
        covariance=np.array([covariance for _, covariance, _ in found]),
    )


def _posterior(counts: Counts, sd: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Joint mode of coefficients and effects, covariance, log evidence."""
    p, q = counts.x.shape[1], counts.z.shape[1]
    size = np.r_[np.ones(p), sd[counts.grouping]]
    columns = np.hstack([counts.x, counts.z]) * size
    penalty = np.r_[np.zeros(p), np.ones(q)]
    mode, (_, information, value) = newton(counts, columns, penalty, counts.x @ counts.plain)
    log_det = np.linalg.slogdet(information)[1]
    covariance = np.linalg.inv(information) * np.outer(size, size)
    unknown = mode * size + np.r_[counts.plain, np.zeros(q)]
    return unknown, covariance, float(value - log_det / 2)
