"""Student's t under a design: one mean against a value, two means against each other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from pipeline.errors import ContractError, DesignError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.stats.survey.estimation.linearised import Linearised, combine

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


def one_sample(
    y: FloatArray,
    sample: Sample,
    *,
    value: float = 0.0,
    mask: BoolArray | None = None,
    level: float = 0.95,
) -> TTest:
    """Test whether the mean of y in the population is a given value.

    Args:
        y: (n,) numbers, such as differences of two answers; NaN = outside the domain.
        sample: the n people, same order, whole.
        value: the mean under the hypothesis.
        mask: (n,) rows of the domain; None: everybody.
        level: confidence level of the interval.

    Raises:
        DesignError: the mean does not vary, or the design has too few degrees of freedom.

    Oracle: R survey 4.5 svyttest.
    """
    inside = _inside(y, sample, mask)
    found = mean(np.where(inside, y, np.nan), sample, Domains.from_mask("all", "all", inside))
    number = found.at("all", "all")
    return t_test(number, design_df=sample.domain_df(inside), value=value, level=level)


def two_sample(
    y: FloatArray,
    group: npt.ArrayLike,
    sample: Sample,
    *,
    mask: BoolArray | None = None,
    level: float = 0.95,
) -> TTest:
    """Test whether the means of y in two groups are equal; the same units hold both.

    Args:
        y: (n,) numbers; NaN = outside the domain.
        group: (n,) two levels; the estimate is the later in order minus the earlier; a missing
            value puts the row outside.
        sample: the n people, same order, whole.
        mask: (n,) rows of the domain; None: everybody.
        level: confidence level of the interval.

    Raises:
        ContractError: the groups are not two.
        DesignError: as for `one_sample`.

    Oracle: R survey 4.5 svyttest.
    """
    labels = pd.Series(np.asarray(group))
    inside = _inside(y, sample, mask) & labels.notna().to_numpy()
    levels = sorted(labels[inside].unique())
    if len(levels) != 2:
        listed = ", ".join(str(level) for level in levels[:6]) or "none"
        raise ContractError(
            WHERE,
            f"expected two groups among rows with weight, got {len(levels)}: {listed}",
            hint="name a domain that holds two of the groups, or compare groups by a Wald test",
        )
    domains = Domains.from_categories("group", labels.where(inside), levels)
    found = mean(np.where(inside, y, np.nan), sample, domains)
    first, second = (found.at("group", str(name)) for name in levels)
    gap = combine([second, first], [1.0, -1.0])
    return t_test(gap, design_df=sample.domain_df(inside), level=level)


def t_test(
    number: Linearised, *, design_df: float, value: float = 0.0, level: float = 0.95
) -> TTest:
    """The same of any number with a variance: a mean, a difference, a coefficient.

    Args:
        number: linearised or replicated.
        design_df: degrees of freedom of the design; one is spent on the number.
        value: the number under the hypothesis.
        level: confidence level of the interval.

    Raises:
        DesignError: the number does not vary, or design_df is 1 or less.
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


def _inside(y: FloatArray, sample: Sample, mask: BoolArray | None) -> BoolArray:
    present = sample.is_counted & ~np.isnan(np.asarray(y, dtype=np.float64))
    return present if mask is None else present & mask
