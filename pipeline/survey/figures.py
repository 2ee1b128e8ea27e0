"""Estimates made ready to be read: size capped, interval put around them, flag and reason set.

One rule for the stages and for analysts: whoever asks for a figure gets the same one.
"""

import numpy as np
import pandas as pd

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.estimation.intervals import Interval, t_interval
from pipeline.stats.survey.estimation.share_intervals import ShareMethod, share_interval
from pipeline.stats.survey.publication.presentation import (
    Flags,
    Thresholds,
    flag_amounts,
    flag_shares,
)

EMPTY = "empty_domain"


def figures(
    found: Estimates, *, interval: ShareMethod, level: float, thresholds: Thresholds
) -> pd.DataFrame:
    """One row per domain: labels, measure, estimate, error, interval, sizes, flag and reason.

    Args:
        found: estimates of k domains.
        interval: method for shares; everything else takes Student's t.
        level: confidence level of the interval.
        thresholds: when a figure may be printed.
    """
    df, n = found.df.astype(np.float64), found.n.astype(np.float64)
    if found.measure == "share":
        bounds = share_interval(interval, found.estimate, found.se, df, n=n, level=level)
    else:
        bounds = t_interval(found.estimate, found.se, df, level=level)
    n_eff = capped(found.n_eff, n)
    flags = flags_of(
        found.measure, found.estimate, found.cv, bounds,
        n=n, n_psu=found.n_psu.astype(np.float64), n_eff=n_eff, df=df, thresholds=thresholds,
    )  # fmt: skip
    return found.frame().assign(
        ci_low=bounds.low,
        ci_high=bounds.high,
        n_eff=n_eff,
        flag=flags.flag,
        reason=flags.reason,
    )


def capped(n_eff: FloatArray, n: FloatArray) -> FloatArray:
    """Effective sizes; nobody may claim more people than were asked."""
    return np.minimum(n_eff, n)


def flags_of(
    measure: Measure,
    estimate: FloatArray,
    cv: FloatArray,
    bounds: Interval,
    *,
    n: FloatArray,
    n_psu: FloatArray,
    n_eff: FloatArray,
    df: FloatArray,
    thresholds: Thresholds,
) -> Flags:
    """Publication flags of shares by interval, of amounts by variation; empty domains say so."""
    size = {"n": n, "n_psu": n_psu, "n_eff": n_eff, "df": df}
    if measure == "share":
        return emptied(n, flag_shares(estimate, bounds, **size, thresholds=thresholds))
    return emptied(n, flag_amounts(cv, **size, thresholds=thresholds, interval=bounds))


def emptied(n: FloatArray, flags: Flags) -> Flags:
    """A domain that nobody is in says so and nothing else."""
    return Flags(np.where(n == 0, "withhold", flags.flag), np.where(n == 0, EMPTY, flags.reason))
