"""Weighted sums over domains in every replicate.

People who belong to the same domains are alike here: sums are taken over these groups of
people, and the domains add up groups. The cost beyond one pass over the rows depends on the
number of groups, cells and PSUs only.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design.combinations import joint_codes
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.replication.collapsed import Collapsed
from pipeline.stats.survey.replication.replicates import Replicates


@dataclass(frozen=True, eq=False)
class DomainSums:
    """The rows of a replicate design, sorted into groups that share all their domains.

    Attributes:
        replicates: the n rows.
        rows: the same collapsed, their code the number of the group.
        members: (k, G) ones where a group belongs to a domain.
    """

    replicates: Replicates
    rows: Collapsed
    members: SparseArray

    @classmethod
    def of(cls, replicates: Replicates, domains: Domains, present: BoolArray) -> "DomainSums":
        """Sort rows into groups.

        Args:
            replicates: the n rows.
            domains: k subpopulations of them.
            present: (n,) rows with the values at hand; others are in no domain.
        """
        first, *others = _memberships(domains.members)
        first = first - 1 if present.all() else np.where(present, first - 1, -1)
        group, (first, *others) = joint_codes([first, *others])
        codes = [first + 1, *others]
        groups = [np.flatnonzero(code) for code in codes]
        domain = [code[at] - 1 for code, at in zip(codes, groups, strict=True)]
        place = (np.concatenate(domain), np.concatenate(groups))
        shape = (domains.members.shape[1], len(first))
        members = sparse.csr_array((np.ones(len(place[0])), place), shape=shape)
        return cls(replicates, replicates.weights.collapsed(group, shape[1]), members)

    def in_replicates(self, totals: FloatArray) -> FloatArray:
        """(1 + R, k) weighted sums, from the totals of the collapsed rows."""
        return dense(self.members @ self.rows.weighted(totals)).T

    def in_full_sample(self, totals: FloatArray) -> FloatArray:
        """(k,) the same with the weights of the full sample."""
        return self._added(totals * self.rows.multiplier)

    def n(self) -> CodeArray:
        """(k,) people with weight."""
        counted = self.rows.counts() * (self.rows.multiplier != 0)
        return np.rint(self._added(counted)).astype(np.int64)

    def holds(self) -> BoolArray:
        """(P, k) whether a PSU holds a row of the domain with weight."""
        counted = self.rows.multiplier != 0
        held = np.zeros((len(self.replicates.drawn.factor), self.members.shape[1]))
        held[self._psu()[counted], self.rows.code[counted]] = 1
        held_in_domain: BoolArray = dense(self.members @ held.T).T > 0
        return held_in_domain

    def _added(self, of_entries: FloatArray) -> FloatArray:
        return dense(self.members @ self.rows.by_code(of_entries))

    def _psu(self) -> CodeArray:
        """(T,) PSU of each collapsed row; weights held row by row know rows only."""
        drawn, rows = self.replicates.drawn, self.rows
        if rows.factor is drawn.factor:
            return rows.unit
        psu = np.zeros(len(rows.unit), dtype=np.int64)
        known = rows.entry_of_row >= 0
        psu[rows.entry_of_row[known]] = drawn.unit_of_row[known]
        return psu


def _memberships(members: SparseArray) -> list[CodeArray]:
    """Per place in the list of a row's domains, (n,) number of the domain + 1; 0 for none."""
    if not members.has_canonical_format:
        members = members.copy()
        members.sum_duplicates()
    n, counts = members.shape[0], np.diff(members.indptr)
    longest = int(counts.max(initial=0))
    if longest and counts.min() == longest:
        listed = members.indices.reshape(n, longest)
        return [listed[:, place].astype(np.int64) + 1 for place in range(longest)]
    codes = [np.zeros(n, dtype=np.int64) for _ in range(max(longest, 1))]
    for place in range(longest):
        rows = np.flatnonzero(counts > place)
        codes[place][rows] = members.indices[members.indptr[rows] + place] + 1
    return codes
