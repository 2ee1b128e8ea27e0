"""Student's t under a design: one mean against a value, two means against each other."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.errors import DesignError
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.stats.survey.estimation.linearised import Linearised

WHERE = "t test"


@dataclass(frozen=True, slots=True, kw_only=True)
class TTest:
    """Outcome of a t test.

    Attributes:
        estimate: mean, or second mean minus first.
        se: its standard error.
        statistic: (estimate - value) / se.
        df: degrees of freedom, one less than the design has.
        p_value: two-sided.
        ci_low: lower bound of the estimate.
        ci_high: upper bound.
    """

    estimate: float
    se: float
    statistic: float
    df: float
    p_value: float
    ci_low: float
    ci_high: float


def t_test(
    number: Linearised, *, design_df: float, value: float = 0.0, level: float = 0.95
) -> TTest:
    """Test whether a number with a variance has a given value: a mean, a difference of means.

    Args:
        number: linearised or replicated.
        design_df: degrees of freedom of the design; one is spent on the number.
        value: the number under the hypothesis.
        level: confidence level of the interval.

    Raises:
        DesignError: the number does not vary, or design_df is 1 or less.

    Oracle: R survey 4.5 svyttest.
    """
    se, df = float(np.sqrt(number.variance)), design_df - 1
    faults = []
    if not df > 0:
        faults.append(f"expected more than 1 degree of freedom, the design has {design_df:g}")
    if not se > 0:
        faults.append("the estimate does not vary between units of the design")
    if faults:
        raise DesignError(WHERE, faults, hint="widen the domain or compare other groups")
    low, high = t_interval(np.array([number.value]), np.array([se]), np.array([df]), level=level)
    statistic = (number.value - value) / se
    return TTest(
        estimate=number.value,
        se=se,
        statistic=statistic,
        df=df,
        p_value=float(2 * stats.t.sf(abs(statistic), df)),
        ci_low=float(low[0]),
        ci_high=float(high[0]),
    )
