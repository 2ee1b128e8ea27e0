"""Estimates made once per plausible value, pooled domain by domain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.estimation.domains import Label
from pipeline.stats.survey.estimation.estimates import Estimates
from pipeline.stats.survey.estimation.intervals import Interval
from pipeline.stats.survey.estimation.plausible import pool
from pipeline.stats.survey.estimation.share_intervals import ShareMethod, share_interval


@dataclass(frozen=True, kw_only=True, eq=False)
class PooledEstimates:
    """k numbers with sampling and measurement variance, one per domain.

    Attributes:
        labels: k pairs (domain, category).
        estimate: (k,) means over the plausible values.
        se: (k,) standard errors.
        df: (k,) degrees of freedom, capped by those of the design in each domain.
        n: (k,) people.
        missing_information: (k,) part of the information that measurement error costs.
    """

    labels: tuple[Label, ...]
    estimate: FloatArray
    se: FloatArray
    df: FloatArray
    n: CodeArray
    missing_information: FloatArray

    def interval(self, method: ShareMethod = "logit", *, level: float = 0.95) -> Interval:
        """(k,) bounds of shares."""
        n = self.n.astype(np.float64)
        return share_interval(method, self.estimate, self.se, self.df, n=n, level=level)


def pooled_estimates(found: Sequence[Estimates]) -> PooledEstimates:
    """Pool estimates of the same domains, each with the variance its design gave it.

    Args:
        found: M estimates over the same k domains, one per plausible value.

    Raises:
        ContractError: fewer than two plausible values.

    Source: Mislevy (1991), Psychometrika 56, 177-196; pooling as in
    `survey.estimation.plausible`. Oracle: R mitools 2.4 MIcombine.
    """
    estimates = np.stack([each.estimate for each in found])
    variances = np.stack([each.variance for each in found])
    design_df = found[0].df
    pooled = [
        pool(estimates[:, [k]], variances[:, [k], None], complete_df=float(design_df[k]))
        for k in range(len(found[0].labels))
    ]
    return PooledEstimates(
        labels=found[0].labels,
        estimate=np.array([each.estimate[0] for each in pooled]),
        se=np.array([each.se[0] for each in pooled]),
        df=np.array([each.df[0] for each in pooled]),
        n=found[0].n,
        missing_information=np.array([each.missing_information[0] for each in pooled]),
    )
