"""Variance of estimated totals from the variation between PSUs within strata.

First stage with replacement: with n_h PSUs in stratum h and z_hi their totals,
v = sum_h n_h / (n_h - 1) * sum_i (z_hi - mean_h)^2. Strata of one PSU follow the rule of
the design. A stratum takes part in an estimate when one of its PSUs holds a row of the
domain, or a calibration residual.
"""

import numpy as np

from pipeline.errors import LonelyPsuError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.psu_totals import PsuTotals


def total_covariance(totals: PsuTotals) -> FloatArray:
    """Covariance matrix (k, k) of the totals of k linearised variables.

    Raises:
        LonelyPsuError: a stratum has one PSU and the rule is "fail".

    Source: Wolter (2007), Introduction to Variance Estimation, section 2.4; lonely PSUs as
    in R survey 4.5.
    """
    deviations = _scaled_deviations(totals)
    return np.asarray(deviations.T @ deviations)


def total_variance(totals: PsuTotals) -> FloatArray:
    """Variances (k,) of the totals: the diagonal of `total_covariance`, at less cost."""
    return np.asarray(np.square(_scaled_deviations(totals)).sum(axis=0))


def _scaled_deviations(totals: PsuTotals) -> FloatArray:
    """(P, k) deviations whose cross-products are the covariances."""
    size = totals.stratum_size[totals.stratum_of_psu][:, None]
    is_lone = size == 1
    if is_lone.any() and totals.lonely_psu == "fail":
        _refuse(totals, is_lone[:, 0])
    means = totals.sum_by_stratum(totals.z)[totals.stratum_of_psu] / size
    deviations = np.sqrt(size / np.maximum(size - 1, 1)) * (totals.z - means)
    if is_lone.any() and totals.lonely_psu == "adjust":
        return np.where(is_lone, _from_grand_mean(totals), deviations)
    if is_lone.any() and totals.lonely_psu == "average":
        return deviations * _average_scale(totals, is_lone)
    return deviations


def _from_grand_mean(totals: PsuTotals) -> FloatArray:
    """Distance of each PSU total from the mean of all, where its stratum takes part."""
    taking_part = _takes_part(totals)
    mean = totals.z.sum(axis=0) / np.maximum(taking_part.sum(axis=0), 1)
    return np.where(taking_part, totals.z - mean, 0)


def _average_scale(totals: PsuTotals, is_lone: BoolArray) -> FloatArray:
    """Lone strata vary like the average of the others: sqrt(strata / others); NaN with none."""
    share = _takes_part(totals) / totals.stratum_size[totals.stratum_of_psu][:, None]
    strata, lone = share.sum(axis=0), (share * is_lone).sum(axis=0)
    others = np.where(np.round(strata - lone) > 0, strata - lone, np.nan)
    return np.where(lone > 0, np.sqrt(strata / others), 1.0)


def _takes_part(totals: PsuTotals) -> BoolArray:
    touched = (totals.holds | (totals.z != 0)).astype(np.float64)
    takes_part: BoolArray = totals.sum_by_stratum(touched)[totals.stratum_of_psu] > 0
    return takes_part


def _refuse(totals: PsuTotals, is_lone: BoolArray) -> None:
    strata = ", ".join(sorted(str(name) for name in totals.stratum[is_lone]))
    raise LonelyPsuError(
        "variance",
        f"expected two PSUs or more in every stratum, got one in: {strata}",
        hint="join each stratum to a similar one in the sampling record, or choose lonely_psu in "
        'the plan: "adjust" (cautious), "average", or "certainty" if the PSU was sure to be drawn',
    )
