"""City and nation together: the city follows the nation at a slowly moving gap."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.gaussian import Posterior, Prior, condition
from pipeline.stats.monitoring.trend.local_linear import (
    check_trend,
    local_linear_covariance,
    spread,
)
from pipeline.stats.monitoring.trend.mixture import NormalMixture
from pipeline.stats.monitoring.trend.series import Series, check_years
from pipeline.stats.monitoring.trend.spreads import half_normal_grid, setting_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSpreads:
    """Spreads of the joint model on its scale; each one number or (k,) settings.

    Attributes:
        level: of the nation's level, per root year.
        slope: of the nation's slope, per year to the power 3/2.
        gap: of the random walk of the gap, per root year.
        house: of the effect of a city wave: fieldwork, mode, interviewers.
        gap_slope: of the prior of the gap's steady yearly drift.
    """

    level: FloatArray | float
    slope: FloatArray | float
    gap: FloatArray | float
    house: FloatArray | float
    gap_slope: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JointTrend:
    """States of the joint model; mixtures over k settings of the spreads.

    Attributes:
        years: (q,) of the states.
        city: at the q years, without wave effects.
        national: likewise.
        gap_slope: the gap's steady drift per year (one quantity).
        coefficients: (k, 3) national level and slope at the first year, gap at the first
            city wave.
        log_likelihood: (k,) as of `condition`.
    """

    years: FloatArray
    city: NormalMixture
    national: NormalMixture
    gap_slope: NormalMixture
    coefficients: FloatArray
    log_likelihood: FloatArray


def joint_trend(
    national: Series, city: Series, years: FloatArray, spreads: JointSpreads
) -> JointTrend:
    """Fit nation and city together at given spreads.

    national(t) = mu(t) + e, mu a local linear trend; city(t) = mu(t) + d0 + d1 (t - t1) +
    g(t) + h + e with d0 flat, d1 ~ N(0, gap_slope^2), g a random walk from 0 at the first
    city wave t1, h ~ N(0, house^2) anew in each wave, e of known variance. Several settings
    of the spreads are taken as equally likely beforehand and weighed by their likelihood.

    Args:
        national: at least two different years.
        city: at least one wave, none before the national series begins.
        years: (q,) wanted, not before the first city wave.
        spreads: on the scale of the series.

    Raises:
        ContractError: years out of range, a negative spread.

    Source: Jackman (2005), Australian Journal of Political Science 40; Linzer (2013),
    JASA 108, for a latent walk with known sampling errors and house effects.
    """
    check_trend(national)
    check_years(city.years, national.start, "joint trend, city waves")
    check_years(years, city.start, "joint trend")
    house = spread(spreads.house, "house")[:, None] ** 2
    house = np.broadcast_to(house, (len(house), len(city.years)))
    own = np.broadcast_to(national.variances, (len(house), len(national.years)))
    posterior = condition(
        _prior(national, city, np.asarray(years, dtype=np.float64), spreads),
        np.concatenate([national.values, city.values]),
        np.concatenate([own, house + city.variances], axis=1),
    )
    q = len(years)
    return JointTrend(
        years=np.asarray(years, dtype=np.float64),
        national=_part(posterior, slice(0, q)),
        city=_part(posterior, slice(q, 2 * q)),
        gap_slope=_part(posterior, slice(2 * q, None)),
        coefficients=posterior.coefficients,
        log_likelihood=posterior.log_likelihood,
    )


def integrated_joint_trend(
    national: Series, city: Series, years: FloatArray, priors: JointSpreads, *, points: int
) -> JointTrend:
    """Fit nation and city together, integrating over half-normal priors of the spreads.

    Args:
        national: as of `joint_trend`.
        city: likewise.
        years: likewise.
        priors: scales of the half-normal priors of level, slope, gap and house, one number
            each; `gap_slope` stays the given sd of its normal prior.
        points: quantiles per prior; points^4 settings are fitted.

    Raises:
        ContractError: as of `joint_trend`; a prior is not one number.
    """
    scales = (priors.level, priors.slope, priors.gap, priors.house)
    if any(np.ndim(scale) for scale in scales):
        raise ContractError("joint trend", "priors: expected one scale each, got several")
    grid = half_normal_grid([float(scale) for scale in scales], points=points)
    level, slope, gap, house = grid.T
    spreads = JointSpreads(
        level=level, slope=slope, gap=gap, house=house, gap_slope=priors.gap_slope
    )
    return joint_trend(national, city, years, spreads)


def _prior(national: Series, city: Series, years: FloatArray, spreads: JointSpreads) -> Prior:
    """Of the national waves, the city waves, nation and city at the years, the gap's drift."""
    sizes = [len(national.years), len(city.years), len(years), len(years), 1]
    when = np.concatenate([national.years, city.years, years, years, [national.start]])
    is_city = np.repeat([0.0, 1.0, 0.0, 1.0, 0.0], sizes)
    is_state = np.repeat([1.0, 1.0, 1.0, 1.0, 0.0], sizes)
    since_start = (when - national.start) * is_state
    since_wave = (when - city.start) * is_city
    drift = since_wave + (1 - is_state)
    walk = spread(spreads.gap, "gap")[:, None, None] ** 2 * np.minimum.outer(since_wave, since_wave)
    moving = local_linear_covariance(since_start, sd_level=spreads.level, sd_slope=spreads.slope)
    steady = spread(spreads.gap_slope, "gap_slope")[:, None, None] ** 2 * np.outer(drift, drift)
    return Prior(
        flat=np.column_stack([is_state, since_start, is_city]),
        covariance=moving + np.outer(is_city, is_city) * walk + steady,
    )


def _part(posterior: Posterior, which: slice) -> NormalMixture:
    weight = setting_weights(posterior.log_likelihood)
    return NormalMixture(weight=weight, mean=posterior.mean[:, which], sd=posterior.sd[:, which])
