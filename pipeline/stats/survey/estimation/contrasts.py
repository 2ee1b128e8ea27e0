"""Comparisons of two numbers: difference, ratio, odds ratio, with their covariance.

PSUs are matched by name (see `linearised`), so two domains of one wave and two waves that
share PSUs are treated alike. Waves drawn independently are said to be so by the caller.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from pipeline.stats.survey.estimation import linearised
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.stats.survey.estimation.linearised import Linearised, combine, log, logit


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A comparison of two numbers.

    Attributes:
        estimate: first minus second, or first over second.
        se: standard error on the same scale.
        ci_low: lower bound.
        ci_high: upper bound.
        df: PSUs - strata that hold a row behind either number; of independent samples the sum.
        p_value: two-sided, of no difference (ratios: tested on the log scale).
        covariance: between the two numbers compared (logs of them for ratios).
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    df: float
    p_value: float
    covariance: float


def difference(
    first: Linearised, second: Linearised, *, level: float, is_independent: bool = False
) -> Contrast:
    """First minus second, with a t interval.

    Args:
        first: domain or wave; a change is later minus earlier.
        second: what it is compared with.
        level: confidence level, such as 0.95.
        is_independent: the samples were drawn apart, so equal PSU names mean nothing and the
            covariance is 0.

    Source: v(a) + v(b) - 2 cov(a, b); Oracle: R survey 4.5 svycontrast over stacked waves.
    """
    variance, shared, df = _compare(first, second, is_independent)
    return contrast(first.value - second.value, variance, covariance=shared, df=df, level=level)


def contrast(
    estimate: float, variance: float, *, covariance: float, df: float, level: float
) -> Contrast:
    """A difference with its t interval and two-sided test of 0."""
    se = float(np.sqrt(variance))
    bounds = t_interval(np.array([estimate]), np.array([se]), np.array([df]), level=level)
    return Contrast(
        estimate=estimate,
        se=se,
        ci_low=float(bounds.low[0]),
        ci_high=float(bounds.high[0]),
        df=df,
        p_value=_p_value(estimate, se, df),
        covariance=covariance,
    )


def ratio(
    first: Linearised, second: Linearised, *, level: float, is_independent: bool = False
) -> Contrast:
    """First over second, its interval by the delta method on the log scale.

    NaN bounds when either number is 0.
    """
    logs = difference(log(first), log(second), level=level, is_independent=is_independent)
    return _exponential(logs)


def odds_ratio(
    first: Linearised, second: Linearised, *, level: float, is_independent: bool = False
) -> Contrast:
    """Odds of one share over the odds of another, its interval as for `ratio`.

    NaN bounds when either share is 0 or 1.
    """
    logits = difference(logit(first), logit(second), level=level, is_independent=is_independent)
    return _exponential(logits)


def _compare(
    first: Linearised, second: Linearised, is_independent: bool
) -> tuple[float, float, float]:
    """Variance of the difference, covariance of the two, degrees of freedom."""
    if is_independent:
        return first.variance + second.variance, 0.0, first.df + second.df
    gap = combine([first, second], [1.0, -1.0])
    return gap.variance, float(linearised.covariance([first, second])[0, 1]), gap.df


def _p_value(estimate: float, se: float, df: float) -> float:
    """Two-sided p of 0; NaN without degrees of freedom or without variation."""
    if not (se > 0 and df > 0):
        return float("nan")
    return float(2 * stats.t.sf(abs(estimate) / se, df))


def _exponential(logs: Contrast) -> Contrast:
    """A contrast of logarithms told as a quotient; se by the delta method."""
    quotient = float(np.exp(logs.estimate))
    return replace(
        logs,
        estimate=quotient,
        se=quotient * logs.se,
        ci_low=float(np.exp(logs.ci_low)),
        ci_high=float(np.exp(logs.ci_high)),
    )
