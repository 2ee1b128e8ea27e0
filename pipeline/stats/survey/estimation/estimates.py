"""The result of an estimator: one row per domain, and the PSU totals behind each row."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.domains import Label
from pipeline.stats.survey.estimation.linearised import Linearised
from pipeline.stats.survey.estimation.variation import Variation

Measure: TypeAlias = Literal["mean", "share", "total", "ratio"]

_ROUNDING = 1e-12  # a standard error this small, relative to the estimate, is rounding
_ARRAYS = ("estimate", "se", "df", "n", "n_psu", "n_strata", "n_eff", "deff", "cv", "population")


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimates:
    """Estimates of one measure in k domains.

    Attributes:
        measure: what was estimated.
        labels: k pairs (domain, category).
        estimate: (k,) NaN in an empty domain, whose total is 0.
        n: (k,) people of the domain with weight and without a missing value.
        population: (k,) sum of their weights.
        simple_variance: (k,) variance of the same estimate from a simple random sample of n
            with replacement; 0 where nothing but rounding is left of it.
        totals: variation between units or replicates, one column per domain.
        pooled_df: (k,) degrees of freedom where a variance rests on several domains; None:
            those of the totals.
    """

    measure: Measure
    labels: tuple[Label, ...]
    estimate: FloatArray
    n: CodeArray
    population: FloatArray
    simple_variance: FloatArray
    totals: Variation
    pooled_df: CodeArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "simple_variance", self._unrounded(self.simple_variance))

    @cached_property
    def variance(self) -> FloatArray:
        """(k,) sampling variance; 0 where nothing but rounding is left of it."""
        variance = self._unrounded(self.totals.variance())
        return np.where(np.isnan(self.estimate), np.nan, variance)

    @property
    def deff(self) -> FloatArray:
        """(k,) variance over that of a simple random sample with replacement of n.

        NaN where the latter is 0 or undefined.
        """
        return over_positive(self.variance, self.simple_variance)

    @property
    def deff_without_replacement(self) -> FloatArray:
        """(k,) variance over that of a simple random sample without replacement of n."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.deff / (1 - self.n / self.population))

    @property
    def n_eff(self) -> FloatArray:
        """(k,) people of a simple random sample with replacement of the same precision.

        n where the variance is 0: nothing varies, as at a share of 0 or 1, or nothing can be
        seen to vary, and more than n people cannot be claimed. NaN where only the design
        varies, as in the total of a constant.
        """
        one = self.estimate * (1 - self.estimate)
        one = one if self.measure == "share" else self.n * self.simple_variance
        shown = over_positive(np.where(one > 0, one, np.nan), self.variance)
        return np.where(self.variance > 0, shown, self.n)

    @property
    def se(self) -> FloatArray:
        """(k,) standard errors."""
        return np.sqrt(self.variance)

    @property
    def cv(self) -> FloatArray:
        """(k,) standard error over estimate; NaN where the estimate is 0."""
        size = np.abs(self.estimate)
        return np.divide(self.se, size, out=np.full_like(size, np.nan), where=size > 0)

    @property
    def df(self) -> CodeArray:
        """(k,) PSUs - strata that hold a row of the domain, or of the domains pooled."""
        return self.totals.df if self.pooled_df is None else self.pooled_df

    @property
    def n_psu(self) -> CodeArray:
        """(k,) PSUs that hold a row of the domain."""
        return self.totals.n_psu

    @property
    def n_strata(self) -> CodeArray:
        """(k,) strata that hold a row of the domain."""
        return self.totals.n_strata

    def at(self, domain: str, category: str) -> Linearised:
        """One estimate with its PSU totals, for contrasts."""
        j = self.labels.index((domain, category))
        return Linearised(value=float(self.estimate[j]), totals=self.totals.column(j))

    def frame(self) -> pd.DataFrame:
        """One row per domain: labels, measure, estimate, error, counts."""
        columns = {name: getattr(self, name) for name in _ARRAYS}
        return self._label_frame().assign(measure=self.measure, **columns)

    def covariance(self) -> FloatArray:
        """(k, k) covariances of the estimates."""
        return self.totals.covariance()

    def psu_frame(self) -> pd.DataFrame:
        """One row per domain and PSU: labels, stratum, psu, z, holds_domain, is_centred.

        Every PSU is listed for every domain, as zeros count in the variance.

        Raises:
            DesignError: the variation comes from replicates, which have no PSU totals.
        """
        if not isinstance(self.totals, UnitTotals):
            raise DesignError("PSU totals", "expected linearised estimates, got replicates")
        totals, k = self.totals, len(self.labels)
        psus = np.flatnonzero(totals.is_psu)
        rows = self._label_frame().loc[np.repeat(np.arange(k), len(psus))].reset_index(drop=True)
        return rows.assign(
            stratum=np.tile(totals.stratum[psus], k),
            psu=np.tile(totals.unit[psus], k),
            z=totals.z[psus].T.ravel(),
            holds_domain=totals.holds[psus].T.ravel(),
            is_centred=totals.is_centred,
        )

    def _unrounded(self, variance: FloatArray) -> FloatArray:
        is_rounding = np.abs(variance) <= np.square(_ROUNDING * self.estimate)
        return np.where(is_rounding, 0.0, variance)

    def _label_frame(self) -> pd.DataFrame:
        return pd.DataFrame(list(self.labels), columns=["domain", "category"])


def over_positive(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Quotient, NaN where the denominator is not above 0."""
    safe = np.where(denominator > 0, denominator, np.nan)
    return np.asarray(numerator / safe)
