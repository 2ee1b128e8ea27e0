"""Variances and covariances of variables in the population, with design-based errors.

They describe how people differ; the variance of an estimate is another matter (`variance`).
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.membership import members_of
from pipeline.stats.survey.estimation.variation import Variation

WHERE = "population variance"


@dataclass(frozen=True, kw_only=True, eq=False)
class Covariation:
    """Covariances of k variables over the population.

    Attributes:
        estimate: (k, k) covariances, variances on the diagonal.
        totals: variation of the k * k estimates, row by row.
    """

    estimate: FloatArray
    totals: Variation

    @property
    def se(self) -> FloatArray:
        """(k, k) standard errors."""
        return np.sqrt(self.totals.variance()).reshape(self.estimate.shape)


def population_covariance(
    values: FloatArray, sample: Sample, mask: BoolArray | None = None
) -> Covariation:
    """Covariances of k variables in the population, with their linearised errors.

    s_jl = n / (n - 1) sum(w (y_j - m_j)(y_l - m_l)) / sum(w); u of it is the product of a row
    times n / (n - 1) minus s_jl, over sum(w).

    Args:
        values: (n,) or (n, k) variables; a row with NaN in any is outside.
        sample: the n people, same order, whole.
        mask: (n,) rows of the domain; None: everybody.

    Raises:
        ContractError: fewer than two complete rows with weight.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Lumley (2010), Complex Surveys, section 2.2.2. Oracle: R survey 4.5 svyvar.
    """
    columns = np.asarray(values, dtype=np.float64).reshape(sample.n_rows, -1)
    weight = sample.weight if mask is None else np.where(mask, sample.weight, 0.0)
    used = (weight > 0) & ~np.isnan(columns).any(axis=1)
    if used.sum() < 2:
        raise ContractError(WHERE, f"expected two complete rows or more, got {used.sum()}")
    share = np.where(used, weight, 0.0) / weight[used].sum()
    filled = np.where(used[:, None], columns, 0.0)
    deviations = filled - share @ filled
    n, k = float(sample.people[used].sum()), columns.shape[1]
    products = np.einsum("ij,il->ijl", deviations, deviations).reshape(-1, k * k) * n / (n - 1)
    estimate = share @ products
    u = np.where(used[:, None], products - estimate, 0.0) / weight[used].sum()
    return Covariation(
        estimate=estimate.reshape(k, k),
        totals=unit_totals(sample, u, members_of(used, k * k)),
    )


def covariance_of(values: FloatArray, weight: FloatArray, *, n: float) -> FloatArray:
    """(k * k,) the same as a function of the weights, for replicates.

    Args:
        values: (n, k) variables; a row with NaN in any is outside.
        weight: (n,) weights of a replicate.
        n: complete rows with weight in the full sample.
    """
    used = (weight > 0) & ~np.isnan(values).any(axis=1)
    share = weight[used] / weight[used].sum()
    deviations = values[used] - share @ values[used]
    return np.asarray((share[:, None] * deviations).T @ deviations * n / (n - 1)).ravel()
