"""Confidence intervals, with Student's t everywhere: few PSUs are normal here.

With 0 degrees of freedom nothing is known about the error and the bounds are NaN. The whole
family of intervals for shares, to be chosen by name, is in `share_intervals`.
"""

from typing import NamedTuple

import numpy as np
from scipy import special, stats

from pipeline.stats.arrays import FloatArray


class Interval(NamedTuple):
    """Bounds of k intervals."""

    low: FloatArray
    high: FloatArray


def t_interval(estimate: FloatArray, se: FloatArray, df: FloatArray, *, level: float) -> Interval:
    """Estimate -+ t * se, for means, totals, ratios and differences."""
    reach = t_quantile(df, level=level) * se
    return Interval(estimate - reach, estimate + reach)


def logit_interval(
    share: FloatArray, se: FloatArray, df: FloatArray, *, n_eff: FloatArray, level: float
) -> Interval:
    """Interval of a share, symmetric on the logit scale: logit(p) -+ t * se / (p (1 - p)).

    Where the standard error is 0 (always so at a share of 0 or 1) the logit says nothing and
    the Wilson interval stands in, with n_eff people and the same t.

    Args:
        share: (k,) on [0, 1].
        se: (k,) standard errors.
        df: (k,) degrees of freedom.
        n_eff: (k,) effective sample sizes; used where se is 0.
        level: confidence level, such as 0.95.

    Source: Korn & Graubard (1999), Analysis of Health Surveys. Oracle: R survey
    4.5 svyciprop(method = "logit").
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = t_quantile(df, level=level) * se / (share * (1 - share))
        centre = special.logit(share)
    fallback = wilson_interval(share, df, n_eff=n_eff, level=level)
    is_regular = (se > 0) | np.isnan(share)
    return Interval(
        np.where(is_regular, special.expit(centre - reach), fallback.low),
        np.where(is_regular, special.expit(centre + reach), fallback.high),
    )


def wilson_interval(
    share: FloatArray, df: FloatArray, *, n_eff: FloatArray, level: float
) -> Interval:
    """Wilson score interval with n_eff = p (1 - p) / v people and t in place of z.

    Defined at shares of 0 and 1.

    Source: Wilson (1927), JASA 22, 209-212; effective size as in R survey 4.5
    svyciprop(method = "wilson").
    """
    t = t_quantile(df, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = t**2 / n_eff
        centre = (share + spread / 2) / (1 + spread)
        reach = np.sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    # rounding may carry a bound a hair past the share itself, or past 0 and 1
    low, high = np.minimum(centre - reach, share), np.maximum(centre + reach, share)
    return Interval(np.maximum(low, 0.0), np.minimum(high, 1.0))


def t_quantile(df: FloatArray, *, level: float) -> FloatArray:
    """Two-sided quantile of Student's t; NaN where df is 0."""
    freedom = np.asarray(df, dtype=np.float64)
    return np.asarray(stats.t.ppf((1 + level) / 2, np.where(freedom > 0, freedom, np.nan)))
