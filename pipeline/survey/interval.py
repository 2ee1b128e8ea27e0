"""The interval of every row: by the method asked for if a share, else by Student's t."""

from typing import Literal, TypeAlias, cast

import numpy as np
from scipy import special

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.intervals import Interval, t_interval, t_quantile
from pipeline.stats.survey.estimation.intervals_of_r import Fit
from pipeline.stats.survey.estimation.logit_of_r import logit_of_r
from pipeline.stats.survey.estimation.share_intervals import ShareMethod, share_interval
from pipeline.stats.survey.replication.scaling import Scaling
from pipeline.stats.survey.replication.totals import ReplicateTotals
from pipeline.survey.found import Found

Method: TypeAlias = ShareMethod | Literal["r_logit", "r_beta"]


def interval_of(found: Found, df: FloatArray, *, method: Method, level: float) -> Interval:
    """Bounds of all rows.

    Methods led by "r_" repeat R survey to the digit where it departs from ours, for
    comparison only: r_logit stops its fit early and takes replicates of the log odds, r_beta
    counts rows of weight zero and without an answer, r_asin and r_likelihood bend.
    """
    estimate, se = found.rows("estimate"), found.rows("se")
    if found.measure != "share":
        return t_interval(estimate, se, df, level=level)
    se = np.where(np.isnan(estimate), 0.0, se)
    n, fits = found.rows("n"), None
    if method == "r_logit" and ((estimate > 0) & (estimate < 1)).all():
        fits = [Fit.of(*pair) for pair in found.answers]
        t = t_quantile(df, level=level)
        return logit_of_r(estimate, se, t, fits, logit_se=_replicated_logit_se(found))
    if method == "r_likelihood":
        fits = [Fit.of(*pair) for pair in found.answers]
    if method == "r_beta":
        n = found.rows_held
    plain = {"r_beta": "beta", "r_logit": "logit"}.get(method, method)
    return share_interval(cast(ShareMethod, plain), estimate, se, df, n=n, level=level, fits=fits)


def _replicated_logit_se(found: Found) -> FloatArray | None:
    """(rows,) standard errors of the replicates' log odds; None of a linearised design."""
    variation = found.variation
    if not isinstance(variation, ReplicateTotals):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        logits = special.logit(variation.estimates)
        variance = _variance(variation.scaling, logits)
    is_certain = np.isinf(logits).any(axis=0)
    return np.where(is_certain, np.inf, np.sqrt(variance))


def _variance(scaling: Scaling, estimates: FloatArray) -> FloatArray:
    return scaling.variance(np.where(np.isinf(estimates), 0.0, estimates))
