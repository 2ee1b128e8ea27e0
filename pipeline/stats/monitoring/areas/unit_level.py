"""Unit-level model: people's values with one random effect per area.

For quantities measured on each person with known area means of the covariates. It knows neither
weights nor 0/1 outcomes; those are `mixed_logistic`'s.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import optimize

from pipeline.errors import ContractError, DesignError
from pipeline.stats.arrays import CodeArray, FloatArray

WHERE = "unit-level model"

_STARTS = 400
_PRECISION = 1e-12


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """Sampled units of m areas.

    Attributes:
        value: (n,).
        covariates: (n, p) with a column of ones where an intercept is meant.
        area: (n,) codes 0..m-1; an area may be without units.
        n_areas: m.

    Raises:
        ContractError: shapes, codes or numbers that are not finite.
        DesignError: too few units for the coefficients, covariates that repeat each other, or
            no area with two units, so that person and area cannot be told apart.
    """

    value: FloatArray
    covariates: FloatArray
    area: CodeArray
    n_areas: int

    def __post_init__(self) -> None:
        count = len(self.value)
        if self.covariates.ndim != 2 or {len(self.covariates), len(self.area)} != {count}:
            raise ContractError(WHERE, f"expected covariates and areas of {count} units")
        if not (np.isfinite(self.value).all() and np.isfinite(self.covariates).all()):
            raise ContractError(WHERE, "expected finite values and covariates, got others")
        if count == 0 or self.area.min() < 0 or self.area.max() >= self.n_areas:
            raise ContractError(WHERE, f"expected area codes from 0 to {self.n_areas - 1}")
        width = self.covariates.shape[1]
        if count <= width or np.linalg.matrix_rank(self.covariates) < width:
            raise DesignError(
                WHERE, f"expected covariates that {count} units can tell apart, got {width}"
            )
        if self.size.max() < 2 or (self.size > 0).sum() < 2:
            raise DesignError(WHERE, "expected two areas, one of them with two units or more")

    @cached_property
    def size(self) -> FloatArray:
        """(m,) units of each area."""
        return np.bincount(self.area, minlength=self.n_areas).astype(np.float64)

    @cached_property
    def sums(self) -> tuple[FloatArray, FloatArray]:
        """Sums by area of the value (m,) and of the orthonormal covariates (m, p)."""
        of_columns = np.zeros((self.n_areas, self.covariates.shape[1]))
        np.add.at(of_columns, self.area, self.basis[0])
        of_value = np.bincount(self.area, weights=self.value, minlength=self.n_areas)
        return of_value.astype(np.float64), of_columns

    @cached_property
    def basis(self) -> tuple[FloatArray, FloatArray]:
        """Orthonormal columns (n, p) that span the covariates, and the triangle between."""
        columns, triangle = np.linalg.qr(self.covariates)
        return columns, triangle

    def means(self, per_unit: FloatArray) -> FloatArray:
        """(m, ...) means by area; 0 where an area has no unit."""
        total = np.zeros((self.n_areas, *per_unit.shape[1:]))
        np.add.at(total, self.area, per_unit)
        size = np.maximum(self.size, 1.0)
        return np.asarray(total / size.reshape(-1, *[1] * (per_unit.ndim - 1)))


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitLevel:
    """The nested-error regression of Battese, Harter and Fuller.

    Attributes:
        units: what came in.
        coefficients: (p,).
        area_variance: of the area effects.
        unit_variance: of the units within areas.
        effect: (m,) predicted area effects; 0 for an area without units.
        log_likelihood: restricted.
    """

    units: Units
    coefficients: FloatArray
    area_variance: float
    unit_variance: float
    effect: FloatArray
    log_likelihood: float

    def area_means(self, covariates: FloatArray, population: FloatArray) -> FloatArray:
        """Means of the areas: their sampled units as they are, the others predicted.

        f ybar + (Xbar - f xbar)'b + (1 - f) u, with f = n / N.

        Args:
            covariates: (m, p) means of all units of each area.
            population: (m,) number of all units, N.

        Raises:
            ContractError: shapes, or an area smaller than its sample.

        Source: Rao & Molina (2015), section 7.1. Oracle: R sae 1.3 eblupBHF.
        """
        size, expected = self.units.size, (self.units.n_areas, len(self.coefficients))
        if covariates.shape != expected or population.shape != size.shape:
            raise ContractError(WHERE, f"expected population means {expected} and one N per area")
        if (population < size).any() or not (population > 0).all():
            raise ContractError(WHERE, "expected areas no smaller than their samples")
        fraction = size / population
        rest = covariates - fraction[:, None] * self.units.means(self.units.covariates)
        seen = fraction * self.units.means(self.units.value)
        return np.asarray(seen + rest @ self.coefficients + (1 - fraction) * self.effect)


def unit_level(units: Units) -> UnitLevel:
    """Fit value = x'b + area effect + unit error by restricted maximum likelihood.

    The unit variance is profiled out, so that only the share of the area variance in the sum
    of both is searched; u = n r / (1 + n r) times the area's mean residual, r the ratio of the
    variances.

    Raises:
        DesignError: the covariates explain the values without error.

    Source: Battese, Harter & Fuller (1988), JASA 83, 28-36. Oracle: R sae 1.3 eblupBHF.
    """
    starts = np.linspace(0.0, 1.0, _STARTS, endpoint=False)
    height = np.array([_solve(units, share)[0] for share in starts])
    best = int(height.argmax())
    found = optimize.minimize_scalar(
        lambda share: -_solve(units, share)[0],
        bounds=(starts[max(best - 1, 0)], starts[best] + 0.999 / _STARTS),
        method="bounded",
        options={"xatol": _PRECISION},
    )
    share = float(found.x) if -found.fun > height[0] else 0.0
    log_likelihood, turned, unit_variance = _solve(units, share)
    columns, triangle = units.basis
    ratio = share / (1 - share)
    mean_residual = units.means(units.value - columns @ turned)
    weight = units.size * ratio / (1 + units.size * ratio)
    shift = float(np.log(np.abs(triangle.diagonal())).sum())
    return UnitLevel(
        units=units,
        coefficients=np.asarray(np.linalg.solve(triangle, turned), dtype=np.float64),
        area_variance=ratio * unit_variance,
        unit_variance=unit_variance,
        effect=weight * mean_residual,
        log_likelihood=log_likelihood - shift,
    )


def _solve(units: Units, share: float) -> tuple[float, FloatArray, float]:
    """Restricted log-likelihood, coefficients in the basis and unit variance, given the share."""
    columns, _ = units.basis
    value_sum, column_sum = units.sums
    ratio = share / (1 - share)
    inflated = 1 + units.size * ratio
    shrink = ratio / inflated
    crossed = columns.T @ columns - (column_sum.T * shrink) @ column_sum
    moment = columns.T @ units.value - (column_sum.T * shrink) @ value_sum
    turned = np.asarray(np.linalg.solve(crossed, moment), dtype=np.float64)
    residual = units.value - columns @ turned
    area_residual = value_sum - column_sum @ turned
    square = float(residual @ residual - shrink @ area_residual**2)
    free = len(residual) - len(turned)
    if square <= np.finfo(float).eps * float(units.value @ units.value):
        raise DesignError(WHERE, "expected units that differ beyond their covariates")
    likelihood = free * (np.log(2 * np.pi * square / free) + 1)
    likelihood += float(np.log(inflated).sum()) + np.linalg.slogdet(crossed)[1]
    return float(-0.5 * likelihood), turned, square / free
