"""Regression coefficients whose errors come from replicate weights."""

from collections.abc import Sequence

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.regression.design_based import Regression, residual_df
from pipeline.stats.survey.estimation.regression.families import GAUSSIAN, Family
from pipeline.stats.survey.estimation.regression.fitting import WHERE, fit
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic

_HINT = "a replicate leaves PSUs out: merge levels that few PSUs hold, or linearise"


def replicated_regression(
    y: FloatArray,
    x: FloatArray,
    replicates: Replicates,
    *,
    names: Sequence[str] | None = None,
    family: Family = GAUSSIAN,
) -> Regression:
    """Regression of y on x, solved again with the weights of every replicate.

    Args:
        y: (n,) outcomes; NaN = outside the domain.
        x: (n, p) columns, the intercept's ones among them; NaN = outside the domain.
        replicates: the n rows, same order.
        names: p names of columns.
        family: distribution and link.

    Returns:
        Coefficients with df = rank of the replicates that hold a complete row - 1, + 1 - p.

    Raises:
        ContractError: as for `fit`, also when a replicate alone has no solution.

    Oracle: R survey 4.5 svyglm on svrepdesign.
    """
    found = fit(y, x, replicates.weight, names=names, family=family)

    def solved(weight: FloatArray) -> FloatArray:
        try:
            return fit(y, x, weight, names=found.names, family=family).coefficient
        except ContractError as fault:
            raise ContractError(f"{WHERE} in a replicate", fault.faults, hint=_HINT) from fault

    return Regression(
        names=found.names,
        coefficient=found.coefficient,
        variation=replicate_statistic(solved, replicates, found.is_used),
        df=residual_df(replicates.domain_df(found.is_used), len(found.names)),
        family=family,
    )
