"""Fay-Herriot model: empirical best predictions of areas with their mean squared errors.

The variance between areas is one number here, and with five areas often estimated as 0, which
makes all areas equal; `hierarchical` averages over it instead.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.areas.direct import (
    WHERE,
    DirectEstimates,
    Prediction,
    log_likelihood,
    predict,
)

Method = Literal["reml", "ml", "moments"]

_STARTS = 400
_PRECISION = 1e-12  # relative to the largest possible variance


@dataclass(frozen=True, kw_only=True, eq=False)
class FayHerriot:
    """Empirical best linear unbiased predictions of m areas.

    Attributes:
        direct: what came in.
        method: by which the variance between areas was estimated.
        area_variance: A, variance of the area effects; exactly 0 at the edge.
        prediction: coefficients, weights and estimates at that variance.
    """

    direct: DirectEstimates
    method: Method
    area_variance: float
    prediction: Prediction

    @property
    def estimate(self) -> FloatArray:
        """(m,) EBLUP."""
        return self.prediction.estimate

    @property
    def log_likelihood(self) -> float:
        """Ordinary log-likelihood at the estimate, whatever the method.

        Oracle: R sae 1.3 eblupFH()$fit$goodness["loglike"].
        """
        return float(
            log_likelihood(self.direct, np.array([self.area_variance]), restricted=False)[0]
        )

    @property
    def residual(self) -> FloatArray:
        """(m,) (y - x'b) / sqrt(A + D): near standard normal where the model holds."""
        spread = np.sqrt(self.area_variance + self.direct.variance)
        return np.asarray((self.direct.value - self.prediction.synthetic) / spread)

    @property
    def mse(self) -> FloatArray:
        """(m,) mean squared error of the estimates, with the uncertainty of A.

        g1 + g2 + 2 g3, g3 = (1 - gamma)^2 V(A) / (A + D), less (1 - gamma)^2 times the bias of
        A, which REML does not have to the order counted. V(A) is 2 / sum (A + D)^-2 by
        likelihood and 2 m / (sum (A + D)^-1)^2 by moments.

        Source: Prasad & Rao (1990), JASA 85, 163-171; Datta & Lahiri (2000), Statistica Sinica
        10, 613-627; for moments Datta, Rao & Smith (2005), Biometrika 92, 183-196.
        Oracle: R sae 1.3 mseFH.
        """
        inverse = 1 / (self.area_variance + self.direct.variance)
        first, second = float(inverse.sum()), float((inverse**2).sum())
        count, bias = len(inverse), 0.0
        variance = 2 / second
        if self.method == "ml":
            columns, _ = self.direct.basis
            crossed = columns.T @ (columns * inverse[:, None])
            bias = -float(
                np.trace(np.linalg.solve(crossed, columns.T @ (columns * inverse[:, None] ** 2)))
            )
            bias /= second
        elif self.method == "moments":
            variance = 2 * count / first**2
            bias = 2 * (count * second - first**2) / first**3
        shrunk = (1 - self.prediction.gamma) ** 2
        known = self.prediction.within + self.prediction.regression
        return np.asarray(known + 2 * shrunk * variance * inverse - shrunk * bias)


def fay_herriot(
    direct: DirectEstimates, *, method: Method = "reml", r_coarse_search: bool = False
) -> FayHerriot:
    """Fit the area-level model of Fay and Herriot.

    direct_k ~ N(theta_k, D_k), theta_k ~ N(x_k'b, A); estimate gamma_k y_k + (1 - gamma_k) x_k'b
    with gamma = A / (A + D).

    Args:
        direct: estimates, known sampling variances and covariates of m areas.
        method: of A: restricted or ordinary maximum likelihood, or the moments of Fay and
            Herriot, sum (y - x'b)^2 / (A + D) = m - p. A negative answer becomes 0.
        r_coarse_search: search the likelihood as R emdi does, to 1e-4 and never reaching 0: a
            variance of 0 comes out as about 8e-5.

    Raises:
        ContractError: an unknown method, or "ml" with variances of 0, where the likelihood has
            no top.

    Source: Fay & Herriot (1979), JASA 74, 269-277. Oracle: R sae 1.3 eblupFH.
    """
    if method == "moments":
        variance = _by_moments(direct)
    elif method == "ml" and not (r_coarse_search or direct.variance.all()):
        raise ContractError(WHERE, "expected variances above 0 for ml, got 0", hint="use reml")
    elif method in ("reml", "ml"):
        search = _by_coarse_search if r_coarse_search else _by_likelihood
        variance = search(direct, restricted=method == "reml")
    else:
        raise ContractError(WHERE, f"expected method reml, ml or moments, got {method!r}")
    return FayHerriot(
        direct=direct,
        method=method,
        area_variance=variance,
        prediction=predict(direct, variance),
    )


def _by_likelihood(direct: DirectEstimates, *, restricted: bool) -> float:
    """Highest of all tops: the likelihood of A may have two."""
    largest = direct.largest_area_variance
    # next to an area known exactly, a variance of 0 has no likelihood
    first = 0 if direct.variance.all() else 1
    starts = largest * np.linspace(0.0, 1.0, _STARTS)[first:] ** 3
    height = log_likelihood(direct, starts, restricted=restricted)
    best = int(height.argmax())
    low, high = starts[max(best - 1, 0)], starts[min(best + 1, len(starts) - 1)]
    found = _top(direct, low, high, largest * _PRECISION, restricted=restricted)
    reached = log_likelihood(direct, np.array([found]), restricted=restricted)[0]
    return found if reached > height[0] else float(starts[0])


def _by_coarse_search(direct: DirectEstimates, *, restricted: bool) -> float:
    """R's optimize() with its default tolerance, from 0 to the variance of the estimates."""
    high = float(direct.value.var(ddof=1))
    tolerance = float(np.finfo(np.float64).eps ** (1 / 4))
    return _top(direct, 0.0, high, tolerance, restricted=restricted)


def _top(
    direct: DirectEstimates, low: float, high: float, tolerance: float, *, restricted: bool
) -> float:
    found = optimize.minimize_scalar(
        lambda at: -log_likelihood(direct, np.array([at]), restricted=restricted)[0],
        bounds=(low, high),
        method="bounded",
        options={"xatol": tolerance},
    )
    return float(found.x)


def _by_moments(direct: DirectEstimates) -> float:
    count, width = direct.covariates.shape
    free = float(count - width)
    largest = direct.largest_area_variance
    lowest = 0.0 if direct.variance.all() else largest * _PRECISION

    def excess(area_variance: float) -> float:
        residual = direct.value - predict(direct, area_variance).synthetic
        square: FloatArray = residual**2 / (area_variance + direct.variance)
        return float(square.sum()) - free

    if excess(lowest) <= 0:
        return lowest
    root = optimize.root_scalar(excess, bracket=(lowest, largest), xtol=largest * _PRECISION)
    return float(root.root)
