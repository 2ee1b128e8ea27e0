"""Local linear trend in continuous time: waves may be any number of years apart."""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.gaussian import Posterior, Prior, condition
from pipeline.stats.monitoring.trend.series import Series, check_years


def local_linear_trend(
    series: Series,
    years: FloatArray,
    *,
    sd_level: FloatArray | float,
    sd_slope: FloatArray | float,
) -> Posterior:
    """States of a local linear trend, smoothed between waves and forecast beyond them.

    y(t) = mu(t) + e with d mu = slope dt + sd_level dW, d slope = sd_slope dW', e of known
    variance, level and slope flat at the first year. sd_slope = 0 is a random walk with
    drift; both 0 the straight line weighted by the sampling variances.

    Args:
        series: at least two different years.
        years: (q,) wanted, not before the first year.
        sd_level: per root year; one or (k,) settings.
        sd_slope: per year to the power 3/2; likewise.

    Returns:
        States of the q years; coefficients are level and slope per year at the first year.

    Raises:
        ContractError: fewer than two different years, a year before the first, a negative
            spread.

    Source: Harvey (1989), Forecasting, Structural Time Series Models, ch. 9; Wahba (1978),
    JRSS B 40, for the integrated random walk.
    """
    check_trend(series)
    check_years(years, series.start, "local linear trend")
    elapsed = np.concatenate([series.years, years]) - series.start
    prior = Prior(
        flat=np.column_stack([np.ones_like(elapsed), elapsed]),
        covariance=local_linear_covariance(elapsed, sd_level=sd_level, sd_slope=sd_slope),
    )
    return condition(prior, series.values, series.variances)


def local_linear_covariance(
    elapsed: FloatArray, *, sd_level: FloatArray | float, sd_slope: FloatArray | float
) -> FloatArray:
    """Covariances (k, m, m) of what the level has gained on its first line.

    sd_level^2 a + sd_slope^2 a^2 (3 b - a) / 6 for times a <= b since the start.
    """
    level, slope = np.broadcast_arrays(spread(sd_level, "sd_level"), spread(sd_slope, "sd_slope"))
    early = np.minimum.outer(elapsed, elapsed)
    late = np.maximum.outer(elapsed, elapsed)
    walk = level[:, None, None] ** 2 * early
    return np.asarray(walk + slope[:, None, None] ** 2 * (early**2 * (3 * late - early) / 6))


def spread(value: FloatArray | float, name: str) -> FloatArray:
    """(k,) settings of a spread.

    Raises:
        ContractError: one is negative or no number.
    """
    settings = np.atleast_1d(np.asarray(value, dtype=np.float64))
    wrong = int((~((settings >= 0) & np.isfinite(settings))).sum())
    if wrong:
        raise ContractError("trend", f"{name}: expected 0 or more, got others in {wrong} settings")
    return settings


def check_trend(series: Series) -> None:
    """Refuse a series that cannot tell a slope.

    Raises:
        ContractError: all waves are of one year.
    """
    found = len(np.unique(series.years))
    if found < 2:
        raise ContractError(
            "trend", f"expected waves of at least two years, got {found}", hint="tell the level"
        )
