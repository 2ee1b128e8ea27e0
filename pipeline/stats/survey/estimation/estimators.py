"""Mean, share, total and ratio over many domains at once, with linearised variances.

Each estimator hands over its value and its linearised variable u, one sparse column per
domain; everything else is common. A missing value puts a row outside the domain.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure, over_positive


def mean(y: FloatArray, sample: Sample, domains: Domains) -> Estimates:
    """Mean of y in each domain, with its linearised variance.

    Hájek estimator m = sum(w y) / sum(w); u = (y - m) / sum(w) within the domain.

    Args:
        y: (n,) values; NaN = outside every domain.
        sample: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Raises:
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Särndal, Swensson & Wretman (1992), section 5.8; Oracle: R survey 4.5 svymean.
    """
    return _quotient("mean", y, np.ones_like(y, dtype=np.float64), sample, domains)


def share(y: FloatArray | BoolArray, sample: Sample, domains: Domains) -> Estimates:
    """Share of each domain with y true: the mean of an indicator, on the scale [0, 1].

    Args:
        y: (n,) 0/1 or booleans; NaN = outside every domain.
        sample: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Raises:
        ContractError: y holds another value than 0, 1 or NaN.
        LonelyPsuError: as for `mean`.
    """
    values = indicator(y)
    return _quotient("share", values, np.ones_like(values), sample, domains)


def indicator(y: FloatArray | BoolArray) -> FloatArray:
    """The (n,) values of a share as numbers.

    Raises:
        ContractError: y holds another value than 0, 1 or NaN.
    """
    values = np.asarray(y, dtype=np.float64)
    if stray := int(((values != 0) & (values != 1) & ~np.isnan(values)).sum()):
        raise ContractError("share", f"expected 0, 1 or missing, got another value in {stray} rows")
    return values


def ratio(y: FloatArray, x: FloatArray, sample: Sample, domains: Domains) -> Estimates:
    """Ratio of two totals in each domain, R = sum(w y) / sum(w x); u = (y - R x) / sum(w x).

    NaN where sum(w x) is 0.

    Args:
        y: (n,) numerator; a row with NaN in y or x is outside every domain.
        x: (n,) denominator.
        sample: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Source: Särndal, Swensson & Wretman (1992), section 5.6; Oracle: R survey 4.5 svyratio.
    """
    return _quotient("ratio", y, np.asarray(x, dtype=np.float64), sample, domains)


def total(y: FloatArray, sample: Sample, domains: Domains) -> Estimates:
    """Total of y in each domain, sum(w y); u = y within the domain.

    Args:
        y: (n,) values; NaN = outside every domain.
        sample: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Source: Särndal, Swensson & Wretman (1992), section 2.8; Oracle: R survey 4.5 svytotal.
    """
    values = np.asarray(y, dtype=np.float64)
    present = domains.where(sample.is_counted & ~np.isnan(values))
    filled = np.nan_to_num(values)
    estimate = present.sums(sample.weight * filled)
    linearised = _with_values(present.members, lambda row, _: filled[row])
    return _estimates("total", estimate, linearised, sample, present)


def _quotient(
    measure: Measure, y: FloatArray, x: FloatArray, sample: Sample, domains: Domains
) -> Estimates:
    values = np.asarray(y, dtype=np.float64)
    present = domains.where(sample.is_counted & ~np.isnan(values) & ~np.isnan(x))
    numerator, denominator = np.nan_to_num(values), np.nan_to_num(x)
    over = present.sums(sample.weight * denominator)
    estimate = quotient(present.sums(sample.weight * numerator), over)
    linearised = _with_values(
        present.members,
        lambda row, j: quotient(numerator[row] - estimate[j] * denominator[row], over[j]),
    )
    return _estimates(measure, estimate, linearised, sample, present)


def _estimates(
    measure: Measure,
    estimate: FloatArray,
    linearised: SparseArray,
    sample: Sample,
    domains: Domains,
) -> Estimates:
    members = domains.members
    n = np.rint(domains.sums(sample.people)).astype(np.int64)
    population = domains.sums(sample.weight)
    return Estimates(
        measure=measure,
        labels=domains.labels,
        estimate=estimate,
        n=n,
        population=population,
        simple_variance=_simple_variance(linearised, members, sample.weight, n, population),
        totals=unit_totals(sample, linearised, members),
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
    means = over_positive(dense(linearised.T @ weight), population)
    centred = np.asarray(linearised.data) - means[linearised.indices]
    squares = dense(_with_data(members, np.square(centred)).T @ weight)
    return over_positive(population * squares, (n - 1).astype(np.float64))


def _with_values(
    members: SparseArray, values: Callable[[CodeArray, CodeArray], FloatArray]
) -> SparseArray:
    """The members' places filled with values of (row, column)."""
    row = np.repeat(np.arange(members.shape[0], dtype=np.int64), np.diff(members.indptr))
    return _with_data(members, values(row, members.indices.astype(np.int64)))


def _with_data(members: SparseArray, data: FloatArray) -> SparseArray:
    return sparse.csr_array((data, members.indices, members.indptr), shape=members.shape)


def quotient(above: FloatArray, below: FloatArray) -> FloatArray:
    """Quotient, NaN where the denominator is 0; it may be negative, as of a ratio."""
    return np.asarray(above / np.where(below != 0, below, np.nan))
