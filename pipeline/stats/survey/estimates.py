"""The result of an estimator: one row per domain, and the PSU totals behind each row."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.domains import Label
from pipeline.stats.survey.linearised import Linearised
from pipeline.stats.survey.psu_totals import PsuTotals

Measure: TypeAlias = Literal["mean", "share", "total", "ratio"]

_ARRAYS = ("estimate", "se", "df", "n", "n_psu", "n_strata", "n_eff", "deff", "cv", "population")


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimates:
    """Estimates of one measure in k domains.

    Attributes:
        measure: what was estimated.
        labels: k pairs (domain, category).
        estimate: (k,) NaN in an empty domain, whose total is 0.
        variance: (k,) sampling variance.
        n: (k,) rows of the domain with weight and without a missing value.
        population: (k,) sum of their weights.
        n_eff: (k,) simple random sample with replacement of the same precision; n where the
            variance is 0 (nothing varies, as at a share of 0 or 1, or nothing can be seen to
            vary), because more than n people cannot be claimed.
        deff: (k,) variance over that of a simple random sample with replacement of n; NaN
            where the latter is 0 or undefined.
        totals: PSU totals, one column per domain.
    """

    measure: Measure
    labels: tuple[Label, ...]
    estimate: FloatArray
    variance: FloatArray
    n: CodeArray
    population: FloatArray
    n_eff: FloatArray
    deff: FloatArray
    totals: PsuTotals

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
        """(k,) PSUs - strata that hold a row of the domain."""
        return self.totals.df

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

    def psu_frame(self) -> pd.DataFrame:
        """One row per domain and PSU: labels, stratum, psu, z, holds_domain.

        Every PSU is listed for every domain, as zeros count in the variance.
        """
        n_psu, k = self.totals.z.shape
        rows = self._label_frame().loc[np.repeat(np.arange(k), n_psu)].reset_index(drop=True)
        return rows.assign(
            stratum=np.tile(self.totals.stratum, k),
            psu=np.tile(self.totals.psu, k),
            z=self.totals.z.T.ravel(),
            holds_domain=self.totals.holds.T.ravel(),
        )

    def _label_frame(self) -> pd.DataFrame:
        return pd.DataFrame(list(self.labels), columns=["domain", "category"])
