"""Area-level model with the variance between areas integrated over its prior.

With five areas the estimated variance is exactly 0 in many waves though the areas differ. The
average over a prior never takes a single value for the truth, and its spread enters the error.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.areas.direct import (
    WHERE,
    DirectEstimates,
    Prediction,
    log_likelihood,
    predict,
)

Prior = Callable[[FloatArray], FloatArray]  # log density of the sd between areas

_NODES = 201
_HALVINGS = 56


def half_normal(scale: float) -> Prior:
    """Log density of the sd between areas, |N(0, scale^2)|: our default for few areas.

    Raises:
        ContractError: a scale not above 0.
    """
    if not scale > 0:
        raise ContractError(WHERE, f"expected a prior scale above 0, got {scale}")

    def log_density(sd: FloatArray) -> FloatArray:
        return np.asarray(stats.halfnorm.logpdf(sd, scale=scale))

    return log_density


def flat_on_variance(sd: FloatArray) -> FloatArray:
    """Log density of the sd under a flat prior of the variance, up to a constant."""
    return np.asarray(np.log(sd))


@dataclass(frozen=True, kw_only=True, eq=False)
class Posterior:
    """Mixture over Q values of the sd between areas.

    Attributes:
        sd_between: (Q,) values.
        weight: (Q,) their posterior weights, sum 1.
        means: (Q, m) of each area, given the value.
        variances: (Q, m) likewise.
        conditional: the Q predictions.
        direct: what came in.
    """

    sd_between: FloatArray
    weight: FloatArray
    means: FloatArray
    variances: FloatArray
    conditional: tuple[Prediction, ...]
    direct: DirectEstimates

    @property
    def estimate(self) -> FloatArray:
        """(m,) posterior mean."""
        return np.asarray(self.weight @ self.means)

    @property
    def sd(self) -> FloatArray:
        """(m,) posterior standard deviation, with the uncertainty of the variance."""
        spread = self.variances + (self.means - self.estimate) ** 2
        return np.asarray(np.sqrt(self.weight @ spread))

    @property
    def gamma(self) -> FloatArray:
        """(m,) mean weight of the direct estimate."""
        return np.asarray(self.weight @ np.array([each.gamma for each in self.conditional]))

    def average(self, function: Callable[[FloatArray, FloatArray], FloatArray]) -> FloatArray:
        """(m,) mean of a function of mean and variance, such as `arcsine.mean_share`."""
        return np.asarray(self.weight @ function(self.means, self.variances))

    def probability_above(self, limit: FloatArray | float) -> FloatArray:
        """(m,) probability that an area lies above a limit, one for all or one each."""
        distance = (self.means - np.asarray(limit)) / np.sqrt(self.variances)
        return np.asarray(self.weight @ special.ndtr(distance))

    def quantile(self, probability: float) -> FloatArray:
        """(m,) value below which an area lies with a probability, by halving."""
        reach = stats.norm.ppf(probability) * np.sqrt(self.variances)
        low, high = (self.means + reach).min(axis=0), (self.means + reach).max(axis=0)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            is_low = 1 - self.probability_above(middle) < probability
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        return np.asarray((low + high) / 2)

    def draw(self, count: int, generator: np.random.Generator) -> FloatArray:
        """(count, m) joint draws: areas share coefficients, so ranks need them together."""
        columns, _ = self.direct.basis
        chosen = generator.choice(len(self.weight), size=count, p=self.weight)
        drawn = np.empty((count, len(self.direct.value)))
        for node in np.unique(chosen):
            at = self.conditional[node]
            rows = np.flatnonzero(chosen == node)
            total = self.sd_between[node] ** 2 + self.direct.variance
            root = np.linalg.cholesky(np.linalg.inv(columns.T @ (columns / total[:, None])))
            shift = generator.standard_normal((len(rows), columns.shape[1])) @ (columns @ root).T
            noise = generator.standard_normal((len(rows), len(total))) * np.sqrt(at.within)
            drawn[rows] = at.estimate + (1 - at.gamma) * shift + noise
        return drawn


def hierarchical(direct: DirectEstimates, *, prior: Prior) -> Posterior:
    """Posterior of the areas under a prior of the sd between them, coefficients flat.

    p(sd | y) is proportional to the prior times the restricted likelihood; given the sd, an
    area is normal with the best prediction as mean and g1 + g2 as variance. The integral over
    sd = c u / (1 - u) uses Gauss-Legendre nodes of u on [0, 1], c the typical sampling error.

    Args:
        direct: estimates, known sampling variances and covariates of m areas.
        prior: log density of the sd, such as `half_normal(scale)` or `flat_on_variance`.

    Raises:
        ContractError: a flat prior with fewer than three areas beyond the coefficients, under
            which the posterior has no finite mass.

    Source: Rao & Molina (2015), section 10.3; Gelman (2006), Bayesian Analysis 1, 515-534, for
    the prior. Oracle: R hbsae 1.2 fSAE.Area(method = "HB"), flat on the variance.
    """
    count, width = direct.covariates.shape
    if prior is flat_on_variance and count - width < 3:
        raise ContractError(
            WHERE,
            f"expected 3 areas more than coefficients for a flat prior, got {count - width}",
            hint="use a half-normal prior",
        )
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    u = (nodes + 1) / 2
    typical = float(np.sqrt(np.median(direct.variance)))
    sd = typical * u / (1 - u)
    log_weight = prior(sd) + log_likelihood(direct, sd**2, restricted=True)
    log_weight += np.log(weights) - 2 * np.log1p(-u)
    found = tuple(predict(direct, float(each) ** 2) for each in sd)
    return Posterior(
        sd_between=sd,
        weight=np.exp(log_weight - special.logsumexp(log_weight)),
        means=np.array([each.estimate for each in found]),
        variances=np.array([each.within + each.regression for each in found]),
        conditional=found,
        direct=direct,
    )
