"""The jackknife told unit by unit: what each PSU does to an estimate, the weighting included.

Leaving out a PSU and repeating the whole weighting shows how far the estimate leans on it.
Scaled to the variance of `design.variance`, these influences take the place of linearised
totals, so that differences, changes between waves and every rule built on totals of units
work as they do with linearisation. Few units and many calibrated categories are where the two
differ: a regression on many categories fits the sample at hand too well, the jackknife pays
for it.
"""

from dataclasses import replace

import numpy as np
from scipy import sparse

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure


def left_out_factors(stratum_of_psu: CodeArray) -> FloatArray:
    """(P, P) factors of PSUs (rows) when each PSU (column) is left out, by (P,) stratum.

    0 for the PSU itself, n_h / (n_h - 1) for the others of its stratum, 1 elsewhere. The only
    PSU of a stratum is left in: nothing could take its place.
    """
    together = stratum_of_psu[:, None] == stratum_of_psu
    size = together.sum(axis=0)
    factor = np.where(together, size / np.maximum(size - 1, 1), 1.0)
    np.fill_diagonal(factor, np.where(size > 1, 0.0, 1.0))
    return factor


def left_out_estimates(
    measure: Measure,
    y: FloatArray,
    x: FloatArray | None,
    weights: FloatArray,
    domains: Domains,
) -> FloatArray:
    """Estimates in each domain under each of R sets of weights.

    Args:
        measure: "mean", "share", "ratio" or "total".
        y: (n,) values; NaN = outside every domain.
        x: (n,) denominators of a ratio.
        weights: (n, R).
        domains: k subpopulations of the n rows.

    Returns:
        (R, k); NaN where a set leaves nobody in the domain.
    """
    over = np.ones_like(y) if x is None else x
    present = domains.where(~np.isnan(y) & ~np.isnan(over)).members
    numerator = dense(_scaled(present, y).T @ weights).T
    if measure == "total":
        return numerator
    denominator = dense(_scaled(present, over).T @ weights).T
    return np.divide(
        numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator != 0
    )


def jackknifed(found: Estimates, left_out: FloatArray) -> Estimates:
    """The estimates with the jackknife in place of linearisation.

    z_hi = -(n_h - 1) / n_h * (theta_(hi) - theta), so that n_h / (n_h - 1) * sum z^2 is the
    stratified jackknife about the full-sample estimate. (About the mean of a stratum's
    replicates it is smaller, and too small with two PSUs a stratum.) A domain that a left-out
    PSU leaves empty says nothing about that PSU: its z is 0.

    Args:
        found: k linearised estimates over the P PSUs.
        left_out: (P, k) estimates with each PSU left out, PSUs in the order of the totals.

    Raises:
        DesignError: the estimates come from several stages, or from other PSUs.

    Source: Wolter (2007), Introduction to Variance Estimation, section 4.6; Krewski & Rao
    (1981), Annals of Statistics 9, 1010-1019.
    """
    totals = found.totals
    if not isinstance(totals, UnitTotals) or totals.z.shape != left_out.shape:
        raise DesignError(
            "jackknife", f"expected one replicate per PSU of one stage, got {len(left_out)}"
        )
    size = totals.group_size[totals.group][:, None]
    moved = np.nan_to_num(left_out - found.estimate)
    influence = -(size - 1) / size * moved
    return replace(found, totals=replace(totals, z=influence, is_centred=True))


def _scaled(members: SparseArray, values: FloatArray) -> SparseArray:
    return sparse.csr_array(sparse.diags_array(np.nan_to_num(values)) @ members)
