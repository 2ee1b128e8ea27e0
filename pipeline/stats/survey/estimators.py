"""Mean, share, total and ratio over many domains at once, with linearised variances.

Each estimator hands over its value and its linearised variable u, one sparse column per
domain; everything else is common. A missing value puts a row outside the domain.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design import Design
from pipeline.stats.survey.domains import Domains
from pipeline.stats.survey.estimates import Estimates, Measure
from pipeline.stats.survey.psu_totals import psu_totals
from pipeline.stats.survey.variance import total_variance

_ROUNDING = 1e-12  # a standard error this small, relative to the estimate, is rounding


def mean(y: FloatArray, design: Design, domains: Domains) -> Estimates:
    """Mean of y in each domain, with its linearised variance.

    Hájek estimator m = sum(w y) / sum(w); u = (y - m) / sum(w) within the domain.

    Args:
        y: (n,) values; NaN = outside every domain.
        design: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Raises:
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Särndal, Swensson & Wretman (1992), section 5.8; Oracle: R survey 4.5 svymean.
    """
    return _quotient("mean", y, np.ones_like(y, dtype=np.float64), design, domains)


def share(y: FloatArray | BoolArray, design: Design, domains: Domains) -> Estimates:
    """Share of each domain with y true: the mean of an indicator, on the scale [0, 1].

    Args:
        y: (n,) 0/1 or booleans; NaN = outside every domain.
        design: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Raises:
        ContractError: y holds another value than 0, 1 or NaN.
        LonelyPsuError: as for `mean`.
    """
    indicator = np.asarray(y, dtype=np.float64)
    if stray := int((~np.isin(indicator, (0, 1)) & ~np.isnan(indicator)).sum()):
        raise ContractError("share", f"expected 0, 1 or missing, got another value in {stray} rows")
    return _quotient("share", indicator, np.ones_like(indicator), design, domains)


def ratio(y: FloatArray, x: FloatArray, design: Design, domains: Domains) -> Estimates:
    """Ratio of two totals in each domain, R = sum(w y) / sum(w x); u = (y - R x) / sum(w x).

    Args:
        y: (n,) numerator; a row with NaN in y or x is outside every domain.
        x: (n,) denominator.
        design: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Source: Särndal, Swensson & Wretman (1992), section 5.6; Oracle: R survey 4.5 svyratio.
    """
    return _quotient("ratio", y, np.asarray(x, dtype=np.float64), design, domains)


def total(y: FloatArray, design: Design, domains: Domains) -> Estimates:
    """Total of y in each domain, sum(w y); u = y within the domain.

    Args:
        y: (n,) values; NaN = outside every domain.
        design: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Source: Särndal, Swensson & Wretman (1992), section 2.8; Oracle: R survey 4.5 svytotal.
    """
    values = np.asarray(y, dtype=np.float64)
    present = domains.where(design.is_counted & ~np.isnan(values))
    filled = np.nan_to_num(values)
    estimate = present.sums(design.weight * filled)
    linearised = _with_values(present.members, lambda row, _: filled[row])
    return _estimates("total", estimate, linearised, design, present)


def _quotient(
    measure: Measure, y: FloatArray, x: FloatArray, design: Design, domains: Domains
) -> Estimates:
    values = np.asarray(y, dtype=np.float64)
    present = domains.where(design.is_counted & ~np.isnan(values) & ~np.isnan(x))
    numerator, denominator = np.nan_to_num(values), np.nan_to_num(x)
    over = present.sums(design.weight * denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = present.sums(design.weight * numerator) / over
    linearised = _with_values(
        present.members,
        lambda row, j: (numerator[row] - estimate[j] * denominator[row]) / over[j],
    )
    return _estimates(measure, estimate, linearised, design, present)


def _estimates(
    measure: Measure,
    estimate: FloatArray,
    linearised: SparseArray,
    design: Design,
    domains: Domains,
) -> Estimates:
    members = domains.members
    totals = psu_totals(design, linearised, members)
    variance = total_variance(totals)
    variance = np.where(np.sqrt(variance) <= _ROUNDING * np.abs(estimate), 0.0, variance)
    variance = np.where(np.isnan(estimate), np.nan, variance)
    n = domains.sums(np.ones(design.n_rows)).astype(np.int64)
    population = domains.sums(design.weight)
    simple = _simple_variance(linearised, members, design.weight, n, population)
    deff = _over(variance, simple)
    unit = estimate * (1 - estimate) if measure == "share" else n * simple
    n_eff = np.where(variance > 0, _over(unit, variance), n)
    return Estimates(
        measure=measure,
        labels=domains.labels,
        estimate=estimate,
        variance=variance,
        n=n,
        population=population,
        n_eff=n_eff,
        deff=deff,
        totals=totals,
    )


def _simple_variance(
    linearised: SparseArray,
    members: SparseArray,
    weight: FloatArray,
    n: CodeArray,
    population: FloatArray,
) -> FloatArray:
    """Variance of the same estimate from n people drawn simply with replacement.

    N^2 S^2(u) / n with S^2(u) = n / (n - 1) * sum(w (u - mean(u))^2) / N, weights of the
    domain, N their sum. Oracle: R survey 4.5, deff = "replace".
    """
    means = _over(dense(linearised.T @ weight), population)
    centred = np.asarray(linearised.data) - means[linearised.indices]
    squares = dense(_with_data(members, np.square(centred)).T @ weight)
    return _over(population * squares, (n - 1).astype(np.float64))


def _with_values(
    members: SparseArray, values: Callable[[CodeArray, CodeArray], FloatArray]
) -> SparseArray:
    """The members' places filled with values of (row, column)."""
    row = np.repeat(np.arange(members.shape[0], dtype=np.int64), np.diff(members.indptr))
    return _with_data(members, values(row, members.indices.astype(np.int64)))


def _with_data(members: SparseArray, data: FloatArray) -> SparseArray:
    return sparse.csr_array((data, members.indices, members.indptr), shape=members.shape)


def _over(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient, NaN where the denominator is not above 0."""
    safe = np.where(denominator > 0, denominator, np.nan)
    return np.asarray(numerator / safe)
