"""Logistic regression with random intercepts by maximum likelihood.

Deviations between groups are estimated here; with a handful of groups they are often 0, and
`integrated_logistic` averages over them instead.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.linalg import cho_solve
from scipy.optimize import minimize
from scipy.special import logsumexp

from pipeline.errors import ContractError, NotConvergedError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.monitoring.areas.counts import WHERE, Counts, counts_of
from pipeline.stats.monitoring.areas.random_intercepts import Mode, laplace, slope

_FIRST_SD = 0.5
_STEP = 1e-4  # of the differences that make second derivatives
_FLAT = 1e-5  # greatest derivative left at a maximum, per person


@dataclass(frozen=True, kw_only=True, eq=False)
class MixedLogistic:
    """logit P(y = 1) = x'b + sum_j u_j[group], u_j ~ N(0, sd_j^2).

    Attributes:
        counts: the data.
        coefficient: (p,) b.
        sd: (k,) standard deviations of the groupings.
        effects: k arrays of the most likely effects u of every group; 0 where nobody was asked.
        log_likelihood: maximum.
        curvature: (p + k, p + k) minus the second derivatives there, b before sd.
    """

    counts: Counts
    coefficient: FloatArray
    sd: FloatArray
    effects: tuple[FloatArray, ...]
    log_likelihood: float
    curvature: FloatArray

    @cached_property
    def covariance(self) -> FloatArray:
        """(p, p) covariances of the coefficients; of a deviation of 0 the doubt is left out."""
        p = len(self.coefficient)
        kept = np.r_[np.arange(p), p + np.flatnonzero(self.sd > _STEP)]
        return np.asarray(np.linalg.inv(self.curvature[np.ix_(kept, kept)])[:p, :p])

    @property
    def se(self) -> FloatArray:
        """(p,) standard errors of the coefficients."""
        return np.sqrt(self.covariance.diagonal())


def mixed_logistic(
    y: FloatArray,
    x: FloatArray,
    groups: CodeArray,
    *,
    sizes: tuple[int, ...] | None = None,
    points: int = 1,
) -> MixedLogistic:
    """Fit a logistic model with one or more random intercepts.

    Args:
        y: (n,) outcomes, 0 or 1.
        x: (n, p) columns, the intercept's ones among them.
        groups: (n,) codes from 0, or (n, k) of k groupings such as county and town.
        sizes: k numbers of groups; None: as many as are found.
        points: nodes of adaptive Gauss-Hermite quadrature, for one grouping; 1: Laplace.

    Raises:
        ContractError: see `counts_of`; columns tell the outcomes apart without error; nodes
            asked for with several groupings.
        NotConvergedError: no finite maximum.

    Source: Pinheiro & Chao (2006), J. Comput. Graph. Stat. 15, 58-81; Bates et al. (2015),
    J. Stat. Softw. 67(1). Oracle: R lme4 1.1-31 glmer.
    """
    counts = counts_of(y, x, groups, sizes=sizes)
    if points < 1 or (points > 1 and len(counts.sizes) > 1):
        raise ContractError(
            WHERE,
            f"expected one grouping for quadrature, got {len(counts.sizes)} and {points} nodes",
            hint="use Laplace's method, points = 1",
        )
    target = _Target(counts, points)
    start = np.r_[counts.plain, np.full(len(counts.sizes), _FIRST_SD)]
    found: Any = minimize(target.lost, start, jac=target.slope, options={"gtol": 1e-6})
    if not np.abs(target.slope(found.x)).max() <= _FLAT * counts.people.sum():
        raise NotConvergedError(WHERE, "no maximum of the likelihood", hint="merge levels")
    return target.result(found.x)


@dataclass(frozen=True, eq=False)
class _Target:
    """Minus the log-likelihood as a function of coefficients and deviations."""

    counts: Counts
    points: int

    def mode(self, unknown: FloatArray) -> tuple[Mode, FloatArray]:
        p = self.counts.x.shape[1]
        return laplace(self.counts, unknown[:p], unknown[p:]), unknown[p:]

    def lost(self, unknown: FloatArray) -> float:
        mode, sd = self.mode(unknown)
        if self.points == 1:
            return -mode.log_likelihood
        return -quadrature(self.counts, mode, float(sd[0]), self.points)

    def slope(self, unknown: FloatArray) -> FloatArray:
        if self.points == 1:
            return -slope(self.counts, *self.mode(unknown))
        steps = _STEP * np.eye(len(unknown))
        change = [self.lost(unknown + h) - self.lost(unknown - h) for h in steps]
        return np.array(change) / (2 * _STEP)

    def result(self, unknown: FloatArray) -> MixedLogistic:
        mode, sd = self.mode(unknown)
        steps = _STEP * np.eye(len(unknown))
        second = np.array([self.slope(unknown + h) - self.slope(unknown - h) for h in steps])
        ends = np.cumsum(self.counts.sizes)[:-1]
        return MixedLogistic(
            counts=self.counts,
            coefficient=unknown[: -len(sd)],
            sd=np.abs(sd),
            effects=tuple(np.split(mode.effect * sd[self.counts.grouping], ends)),
            log_likelihood=-self.lost(unknown),
            curvature=(second + second.T) / (4 * _STEP),
        )


def quadrature(counts: Counts, mode: Mode, sd: float, points: int) -> float:
    """Log-likelihood of one grouping by Gauss-Hermite nodes placed about the mode.

    sum over groups of log int prod P(y | x'b + sd v) phi(v) dv with v = mode + node / root of
    its information. One node is Laplace's method.

    Args:
        counts: data with one grouping.
        mode: of the effects at the coefficients and `sd`.
        sd: standard deviation.
        points: number of nodes.

    Source: Liu & Pierce (1994), Biometrika 81, 624-629. Oracle: R lme4 1.1-31 glmer(nAGQ).
    """
    node, weight = np.polynomial.hermite_e.hermegauss(points)
    size = np.sqrt(np.diag(cho_solve(mode.factor, np.eye(len(mode.effect)))))
    v = mode.effect[:, None] + size[:, None] * node
    group = counts.groups[:, 0]
    predictor = mode.predictor[:, None] + sd * (v - mode.effect[:, None])[group]
    inside = -(v**2) / 2 + node**2 / 2 + np.log(weight)
    np.add.at(inside, group, counts.log_likelihood(predictor))
    return float((logsumexp(inside, axis=1) + np.log(size)).sum() - len(v) * np.log(2 * np.pi) / 2)
