"""Mean, share, total and ratio over many domains at once, with the variance of replicates.

The same estimates as those of `estimation.estimators`; only their error comes from computing
them again with the weights of every replicate.
"""

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.estimation.estimators import indicator, quotient
from pipeline.stats.survey.replication.domain_sums import DomainSums
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import ReplicateTotals

_ROUNDING = 1e-13  # a sum of squares this small, relative to its parts, is rounding


def replicated_estimates(
    measure: Measure,
    y: FloatArray | BoolArray,
    x: FloatArray | None,
    replicates: Replicates,
    domains: Domains,
) -> Estimates:
    """Estimates in each domain, from the full sample and from every replicate.

    A replicate that leaves nobody in a domain says nothing about its mean, and is left out.

    Args:
        measure: what is estimated.
        y: (n,) values, 0/1 or booleans for a share; NaN = outside every domain.
        x: (n,) denominators of a ratio, otherwise None; NaN as for y.
        replicates: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Returns:
        Estimates whose `totals` are `ReplicateTotals`. No (n, R) array is made, unless the
        weights of the replicates are held row by row.

    Raises:
        ContractError: a share of other values than 0, 1 or NaN.

    Source: Wolter (2007), chapters 3-5. Oracle: R survey 4.5 svymean, svytotal, svyratio of
    replicate designs.
    """
    values = indicator(y) if measure == "share" else np.asarray(y, dtype=np.float64)
    missing = np.isnan(values) if x is None else np.isnan(values) | np.isnan(x)
    values, over = _filled(values, missing), None if x is None else _filled(x, missing)
    sums = DomainSums.of(replicates, domains, ~missing)
    people, above = sums.rows.totals(), sums.rows.totals(values)
    below = people if over is None else sums.rows.totals(over)
    estimates = sums.in_replicates(above)
    if measure != "total":
        estimates = quotient(estimates, sums.in_replicates(below))
    n, population = sums.n(), sums.in_full_sample(people)
    if measure == "share":
        squares = population * estimates[0] * (1 - estimates[0])
    else:
        squares = _squares(sums, values, over, above, below)
    slope = population
    if measure != "total":
        slope = quotient(population, sums.in_full_sample(below))
    return Estimates(
        measure=measure,
        labels=domains.labels,
        estimate=estimates[0],
        n=n,
        population=population,
        simple_variance=_simple_variance(squares, slope, population, n),
        totals=ReplicateTotals.of(replicates, estimates, sums.holds()),
    )


def _simple_variance(
    squares: FloatArray, slope: FloatArray, population: FloatArray, n: CodeArray
) -> FloatArray:
    """Variance of n people drawn simply with replacement: slope^2 * sum(w e^2) / N / (n - 1).

    Oracle: R survey 4.5, deff = "replace".
    """
    left = (n - 1).astype(np.float64)
    return np.asarray(np.square(slope) * quotient(quotient(squares, population), left))


def _squares(
    sums: DomainSums, y: FloatArray, x: FloatArray | None, above: FloatArray, below: FloatArray
) -> FloatArray:
    """(k,) weighted sums of the squares of y - R x, R the quotient of the domain; x None: 1.

    Squares are summed about the quotient of all rows first, which spares a pass per domain
    and loses no digits when y lies far from 0.
    """
    weight = sums.rows.multiplier
    centre = float(quotient(above @ weight, below @ weight))
    left = y - centre if x is None else y - centre * x
    of_left, of_x = sums.in_full_sample(above - centre * below), sums.in_full_sample(below)
    left_left = sums.in_full_sample(sums.rows.totals(left * left))
    left_x, x_x = of_left, of_x
    if x is not None:
        left_x = sums.in_full_sample(sums.rows.totals(left * x))
        x_x = sums.in_full_sample(sums.rows.totals(x * x))
    more = quotient(of_left, of_x)
    squares = left_left - 2 * more * left_x + more**2 * x_x
    return np.where(squares <= _ROUNDING * (left_left + more**2 * x_x), 0.0, squares)


def _filled(values: FloatArray, missing: BoolArray) -> FloatArray:
    return np.where(missing, 0.0, values) if missing.any() else values
