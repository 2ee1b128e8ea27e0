"""Regression coefficients with design-based standard errors.

The coefficients solve weighted score equations, so they vary like the totals of their
influence functions, and those totals have the design's variance: strata, stages, fractions,
lonely units and the whole weighting are taken along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.intervals import Interval, t_interval
from pipeline.stats.survey.estimation.linearised import Linearised
from pipeline.stats.survey.estimation.membership import members_of
from pipeline.stats.survey.estimation.regression.families import GAUSSIAN, Family
from pipeline.stats.survey.estimation.regression.fitting import WHERE, Fit, fit
from pipeline.stats.survey.estimation.variation import Variation


@dataclass(frozen=True, kw_only=True, eq=False)
class Regression:
    """p coefficients and how they vary.

    Attributes:
        names: p names.
        coefficient: (p,) estimates.
        variation: of the p coefficients, linearised or replicated.
        df: degrees of freedom of the residual, of all coefficients or (p,) of each.
        family: distribution and link.
    """

    names: tuple[str, ...]
    coefficient: FloatArray
    variation: Variation
    df: float | FloatArray
    family: Family = GAUSSIAN

    @cached_property
    def covariance(self) -> FloatArray:
        """(p, p) covariances of the coefficients."""
        return self.variation.covariance()

    @property
    def se(self) -> FloatArray:
        """(p,) standard errors."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))

    @property
    def t(self) -> FloatArray:
        """(p,) coefficients over their standard errors; NaN where the error is 0."""
        return np.asarray(self.coefficient / np.where(self.se > 0, self.se, np.nan))

    @property
    def p_value(self) -> FloatArray:
        """(p,) two-sided p of a coefficient of 0; NaN without degrees of freedom."""
        return np.asarray(2 * stats.t.sf(np.abs(self.t), self._positive_df))

    def interval(self, *, level: float) -> Interval:
        """Bounds of the coefficients, by Student's t."""
        return t_interval(self.coefficient, self.se, self._positive_df, level=level)

    def at(self, name: str) -> Linearised:
        """One coefficient as a number that enters contrasts.

        Raises:
            ContractError: no coefficient of that name.
        """
        j = self.places([name])[0]
        return Linearised(value=float(self.coefficient[j]), totals=self.variation.column(j))

    def places(self, names: Sequence[str]) -> list[int]:
        """Places of coefficients by name.

        Raises:
            ContractError: no coefficient of that name.
        """
        if unknown := [name for name in names if name not in self.names]:
            raise ContractError(
                WHERE,
                [f'no coefficient "{name}"' for name in unknown],
                hint=f"the coefficients are {', '.join(self.names)}",
            )
        return [self.names.index(name) for name in names]

    @property
    def _positive_df(self) -> FloatArray:
        df = np.asarray(self.df, dtype=np.float64)
        return np.broadcast_to(np.where(df > 0, df, np.nan), self.coefficient.shape)


def regress(
    y: FloatArray,
    x: FloatArray,
    sample: Sample,
    *,
    names: Sequence[str] | None = None,
    family: Family = GAUSSIAN,
) -> Regression:
    """Regression of y on x in the population, with design-based errors.

    Args:
        y: (n,) outcomes; NaN = outside the domain.
        x: (n, p) columns, the intercept's ones among them; NaN = outside the domain.
        sample: the n people, same order, whole.
        names: p names of columns.
        family: distribution and link.

    Returns:
        Coefficients with df = PSUs - strata that hold a complete row, + 1 - p.

    Raises:
        ContractError: as for `fit`.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".

    Source: Binder (1983), International Statistical Review 51, 279-292. Oracle: R survey 4.5
    svyglm.
    """
    return linearised(fit(y, x, sample.weight, names=names, family=family), sample)


def linearised(found: Fit, sample: Sample, influence: FloatArray | None = None) -> Regression:
    """A fit over the people of a sample, with its errors by linearisation.

    Args:
        found: fitted with the sample's weights.
        sample: the n people.
        influence: (n, p) influence functions in place of the fit's own.
    """
    u = found.influence if influence is None else influence
    return Regression(
        names=found.names,
        coefficient=found.coefficient,
        variation=unit_totals(sample, u, members_of(found.is_used, len(found.names))),
        df=residual_df(sample.domain_df(found.is_used), len(found.names)),
        family=found.family,
    )


def residual_df(design_df: float, n_coefficients: int) -> float:
    """Degrees of freedom of a design that are left beside p coefficients, df + 1 - p.

    Source: Korn & Graubard (1990), The American Statistician 44, 270-276. Oracle: R survey 4.5.
    """
    return design_df + 1 - n_coefficients
