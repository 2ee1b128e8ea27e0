"""Shares of domains below given values, with their errors: what quantile intervals rest on.

Two sources of error: linearisation over a sample, or replicate weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, cast

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import FloatArray, SparseArray, dense
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import over_positive
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import ReplicateTotals

_ROUNDING = 1e-12  # relative; nearer values are the same


class ShareBelow(NamedTuple):
    """Shares of c columns: (c,) estimates, standard errors and degrees of freedom."""

    share: FloatArray
    se: FloatArray
    df: FloatArray


class ErrorSource(Protocol):
    """Whoever can estimate shares of domains with their errors."""

    @property
    def weight(self) -> FloatArray:
        """(n,) full-sample weights."""

    @property
    def people(self) -> FloatArray:
        """(n,) people each row stands for, 0 for a row without weight."""

    def shares(self, members: SparseArray, hits: SparseArray) -> ShareBelow:
        """Shares of c domains; members and hits are (n, c) ones, hits among the members."""


@dataclass(frozen=True, eq=False)
class Linearised:
    """Errors of the linearised shares of a sample, its weighting steps included."""

    sample: Sample

    @property
    def weight(self) -> FloatArray:
        """(n,) final weights."""
        return self.sample.weight

    @property
    def people(self) -> FloatArray:
        """(n,) people each row stands for, 0 for a row without weight."""
        return self.sample.people * self.sample.is_counted

    def shares(self, members: SparseArray, hits: SparseArray) -> ShareBelow:
        """Hájek shares p; u = (1(hit) - p) / sum(w) within the domain."""
        population = dense(members.T @ self.weight)
        share = over_positive(dense(hits.T @ self.weight), population)
        each = np.nan_to_num(over_positive(np.ones_like(population), population))
        of_hits, of_members = hits @ _diagonal(each), members @ _diagonal(share * each)
        totals = unit_totals(self.sample, sparse.csr_array(of_hits - of_members), members)
        return ShareBelow(share, np.sqrt(totals.variance()), totals.df.astype(np.float64))


@dataclass(frozen=True, eq=False)
class Replicated:
    """Errors from replicate weights."""

    replicates: Replicates

    @property
    def weight(self) -> FloatArray:
        """(n,) full-sample weights."""
        return self.replicates.weight

    @property
    def people(self) -> FloatArray:
        """(n,) ones, 0 for a row without weight."""
        return (self.weight > 0).astype(np.float64)

    def shares(self, members: SparseArray, hits: SparseArray) -> ShareBelow:
        """Shares of the replicates about their mean or about the full-sample share."""
        population, below = self._totals(members), self._totals(hits)
        shares = over_positive(below.estimates, population.estimates)
        totals = replace(population, estimates=shares)
        df = totals.df.astype(np.float64)
        return ShareBelow(totals.value, np.sqrt(totals.variance()), df)

    def _totals(self, members: SparseArray) -> ReplicateTotals:
        """People of each column in the full sample and in every replicate."""
        present = members.copy()
        present.eliminate_zeros()
        labels = tuple(("share", str(j)) for j in range(members.shape[1]))
        ones, domains = np.ones(members.shape[0]), Domains(labels, present)
        counted = replicated_estimates("total", ones, None, self.replicates, domains)
        return cast(ReplicateTotals, counted.totals)


def repeated(members: SparseArray, times: int) -> SparseArray:
    """(n, k * times) the columns of (n, k) members, each repeated beside itself."""
    columns: Sequence[int] = np.repeat(np.arange(members.shape[1]), times).tolist()
    return sparse.csr_array(sparse.csc_array(members)[:, columns])


def hits_among(members: SparseArray, y: FloatArray, values: FloatArray) -> SparseArray:
    """(n, c) ones where a member's y is at most the value of the column.

    Values found between observed ones may meet an observed one but for rounding.
    """
    row = np.repeat(np.arange(members.shape[0]), np.diff(members.indptr))
    reached = values + _ROUNDING * np.abs(values)
    is_hit = (y[row] <= reached[members.indices]).astype(np.float64)
    return sparse.csr_array((is_hit, members.indices, members.indptr), shape=members.shape)


def _diagonal(values: FloatArray) -> SparseArray:
    return sparse.csr_array(sparse.diags_array(np.nan_to_num(values)))
