"""The share above the cut without measurement error.

A raw score reaches the cut by luck more often than it misses it, where few people are able. The
corrected share is that of the people whose true score reaches the cut: with a total that rises
with ability it is the same as ability above T^-1(cut), so one number on the ability scale
serves (`classification.cut.latent_cut`), and forms of different difficulty have one cut each.

The standard errors are somewhat too large where the test is short: the prior is normal, which
tells more of the population than the share of the draws makes use of (Meng 1994, Statistical
Science 9, 538-573). benchmarks/threshold.py shows by how much.
"""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.plausible.pooled import PooledEstimates, pooled_estimates
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share


def corrected_share(
    values: FloatArray,
    cut: float | FloatArray,
    sample: Sample,
    domains: Domains,
) -> PooledEstimates:
    """Share of plausible values at or above the cut, by Rubin's rules.

    Args:
        values: (n, M) plausible values; NaN in every draw = outside every domain.
        cut: on the ability scale, or (n,) where people answered forms of different cuts.
        sample: the n people, same order, whole.
        domains: k subpopulations of the same n people.

    Raises:
        ContractError: fewer than two plausible values, or another number of people.

    Source: Mislevy (1991), Psychometrika 56, 177-196; pooling as in
    `survey.estimation.plausible`. Oracle: R mitools 2.4 MIcombine.
    """
    drawn = np.asarray(values, dtype=np.float64)
    if drawn.ndim != 2 or len(drawn) != sample.n_rows:
        raise ContractError(
            "corrected share",
            f"expected plausible values of {sample.n_rows} people, got shape {drawn.shape}",
        )
    level = np.broadcast_to(np.asarray(cut, dtype=np.float64), (len(drawn),))
    found = [
        share(np.where(np.isnan(column), np.nan, column >= level), sample, domains)
        for column in drawn.T
    ]
    return pooled_estimates(found)
