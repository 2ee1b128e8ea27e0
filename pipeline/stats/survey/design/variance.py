"""Variance of estimated totals from the variation between units within strata.

With n_h units in stratum h and z_hi their totals, v = sum_h n_h / (n_h - 1) * sum_i s_hi *
(z_hi - mean_h)^2, added up over the stages of selection; s_hi is the fraction of the parents
drawn times the fraction of the stratum not drawn, and 1 with replacement. Strata of one unit
follow the rule of the design. A stratum takes part in an estimate when one of its units
holds a row of the domain, or a residual of the weighting.
"""

from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import LonelyPsuError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.pps import pairwise_covariance

if TYPE_CHECKING:
    from pipeline.stats.survey.design.unit_totals import UnitTotals

_PAIRWISE = ("overton", "hartley_rao")


def total_covariance(totals: "UnitTotals") -> FloatArray:
    """Covariance matrix (k, k) of the totals of k linearised variables.

    Raises:
        LonelyPsuError: a stratum has one unit and the rule is "fail", or the variance looks
            at pairs of PSUs, where no rule helps.

    Source: Särndal, Swensson & Wretman (1992), result 4.3.1, for stages; Wolter (2007),
    Introduction to Variance Estimation, section 2.4, with replacement; lonely units as in R
    survey 4.5.
    """
    if totals.pps in _PAIRWISE:
        between = pairwise_covariance(totals)
        later = _scaled_deviations(totals)[~totals.is_psu]
        return np.asarray(between + later.T @ later)
    deviations = _scaled_deviations(totals)
    return np.asarray(deviations.T @ deviations)


def total_variance(totals: "UnitTotals") -> FloatArray:
    """Variances (k,) of the totals: the diagonal of `total_covariance`, at less cost."""
    if totals.pps in _PAIRWISE:
        return np.asarray(total_covariance(totals).diagonal())
    return np.asarray(np.square(_scaled_deviations(totals)).sum(axis=0))


def _scaled_deviations(totals: "UnitTotals") -> FloatArray:
    """(U, k) deviations whose cross-products are the covariances."""
    size = totals.group_size[totals.group][:, None]
    is_lone = (size == 1) & (totals.scale > 0)[:, None]
    if is_lone.any() and totals.lonely_psu == "fail":
        _refuse(totals, is_lone[:, 0])
    deviations = totals.z
    if not totals.is_centred:
        deviations = deviations - totals.sum_by_group(totals.z)[totals.group] / size
    factor = np.sqrt(size / np.maximum(size - 1, 1))
    if totals.lonely_in_domains:
        is_lone = is_lone | _is_lone_in_domain(totals)
    if is_lone.any() and totals.lonely_psu == "adjust":
        deviations = np.where(is_lone, _from_grand_mean(totals), deviations)
    elif is_lone.any() and totals.lonely_psu == "average":
        deviations = np.where(is_lone, 0, deviations) * _average_scale(totals, is_lone)
    return factor * deviations * np.sqrt(totals.scale)[:, None]


def _is_lone_in_domain(totals: "UnitTotals") -> BoolArray:
    """(U, k) units of strata of which a single unit has to do with the domain."""
    alone: BoolArray = totals.sum_by_group(_is_touched(totals))[totals.group] == 1
    return alone


def _from_grand_mean(totals: "UnitTotals") -> FloatArray:
    """Distance of a lone PSU's total from the mean of all, where the PSU takes part."""
    taking_part = _takes_part(totals) & totals.is_psu[:, None]
    mean = totals.z[totals.is_psu].sum(axis=0) / np.maximum(taking_part.sum(axis=0), 1)
    return np.where(_is_touched(totals), totals.z - mean, 0)


def _average_scale(totals: "UnitTotals", is_lone: BoolArray) -> FloatArray:
    """Lone strata vary like the average of the others: sqrt(strata / others); NaN with none."""
    share = _takes_part(totals) / totals.group_size[totals.group][:, None]
    strata, lone = share.sum(axis=0), (share * is_lone).sum(axis=0)
    others = np.where(np.round(strata - lone) > 0, strata - lone, np.nan)
    return np.where(lone > 0, np.sqrt(strata / others), 1.0)


def _takes_part(totals: "UnitTotals") -> BoolArray:
    takes_part: BoolArray = totals.sum_by_group(_is_touched(totals))[totals.group] > 0
    return takes_part


def _is_touched(totals: "UnitTotals") -> BoolArray:
    """(U, k) units that hold a row of the domain, or a residual of the weighting."""
    touched: BoolArray = totals.holds | (totals.z != 0)
    return touched


def _refuse(totals: "UnitTotals", is_lone: BoolArray) -> None:
    strata = ", ".join(sorted({str(name) for name in totals.stratum[is_lone]}))
    raise LonelyPsuError(
        "variance",
        f"expected two units or more in every stratum, got one in: {strata}",
        hint="join each stratum to a similar one in the sampling record, or choose lonely_psu in "
        'the plan: "adjust" (cautious), "average", or "certainty" if the unit was sure to be drawn',
    )
