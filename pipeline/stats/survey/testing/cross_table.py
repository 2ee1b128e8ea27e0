"""A two-way table of the population: totals and shares of cells, with their covariances.

Owns the step from two classifications to what a test of independence needs; both linearised
and replicated variances lead to it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.membership import members_of
from pipeline.stats.survey.replication.replicates import Replicates

WHERE = "test of independence"
_SHOWN_CELLS = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class CrossTable:
    """Cells of r x c levels, row by row wherever they stand in one line.

    Attributes:
        row_levels: r names.
        column_levels: c names.
        total: (r, c) weighted counts.
        total_covariance: (rc, rc) covariances of the counts.
        share_covariance: (rc, rc) covariances of the counts over their sum.
        n: people of the sample or domain, those without a level included.
    """

    row_levels: tuple[str, ...]
    column_levels: tuple[str, ...]
    total: FloatArray
    total_covariance: FloatArray
    share_covariance: FloatArray
    n: int

    @property
    def share(self) -> FloatArray:
        """(r, c) counts over their sum."""
        return np.asarray(self.total / self.total.sum())

    @property
    def expected_share(self) -> FloatArray:
        """(r, c) products of the marginal shares."""
        return np.outer(self.share.sum(axis=1), self.share.sum(axis=0))

    @property
    def n_contrasts(self) -> int:
        """Degrees of freedom of independence, (r - 1)(c - 1)."""
        return (len(self.row_levels) - 1) * (len(self.column_levels) - 1)

    @property
    def empty_cells(self) -> list[str]:
        """Cells nobody is in, as "row x column"."""
        return [
            f"{self.row_levels[i]} x {self.column_levels[j]}"
            for i, j in np.argwhere(self.total == 0)
        ]

    @property
    def empty_cells_told(self) -> str:
        """The first empty cells in words, "none" without any."""
        cells = self.empty_cells
        rest = f" and {len(cells) - _SHOWN_CELLS} more" if len(cells) > _SHOWN_CELLS else ""
        return (", ".join(cells[:_SHOWN_CELLS]) or "none") + rest


def cross_table(
    rows: npt.ArrayLike, columns: npt.ArrayLike, sample: Sample, mask: BoolArray | None = None
) -> CrossTable:
    """Table of two classifications with linearised covariances.

    Args:
        rows: (n,) levels of the first classification; a missing value puts the row outside.
        columns: (n,) levels of the second.
        sample: the n people, same order, whole.
        mask: (n,) rows of the domain; None: everybody.

    Raises:
        ContractError: a classification has a single level.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".
    """
    cells = _cells(rows, columns, sample.weight, mask, sample.people)
    inside = cells.code >= 0
    totals = unit_totals(sample, cells.members, members_of(inside, cells.size))
    total = dense(cells.members.T @ sample.weight)
    to_shares = (np.eye(cells.size) - total / total.sum()) / total.sum()
    return cells.table(total, totals.covariance(), totals.combined(to_shares).covariance())


def replicated_cross_table(
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    replicates: Replicates,
    mask: BoolArray | None = None,
) -> CrossTable:
    """Table of two classifications with covariances over replicate weights.

    Arguments and errors as for `cross_table`, replicates in place of the sample.
    """
    ones = np.ones(replicates.n_rows)
    cells = _cells(rows, columns, replicates.weight, mask, ones)
    totals = replicates.weights.sums(cells.code, cells.size, [ones])[0].T
    return cells.table(
        totals[0],
        replicates.scaling.covariance(totals),
        replicates.scaling.covariance(totals / totals.sum(axis=1, keepdims=True)),
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    row_levels: tuple[str, ...]
    column_levels: tuple[str, ...]
    code: CodeArray  # (n,) cell of each row, -1 outside
    n: int

    @property
    def members(self) -> SparseArray:
        places = np.flatnonzero(self.code >= 0)
        where = (places, self.code[places])
        return sparse.csr_array((np.ones(len(places)), where), shape=(len(self.code), self.size))

    @property
    def size(self) -> int:
        return len(self.row_levels) * len(self.column_levels)

    def table(self, total: FloatArray, of_totals: FloatArray, of_shares: FloatArray) -> CrossTable:
        return CrossTable(
            row_levels=self.row_levels,
            column_levels=self.column_levels,
            total=total.reshape(len(self.row_levels), len(self.column_levels)),
            total_covariance=of_totals,
            share_covariance=of_shares,
            n=self.n,
        )


def _cells(
    rows: npt.ArrayLike,
    columns: npt.ArrayLike,
    weight: FloatArray,
    mask: BoolArray | None,
    people: FloatArray,
) -> _Cells:
    domain = np.ones(len(weight), dtype=np.bool_) if mask is None else mask
    complete = domain & (weight > 0) & ~pd.isna(np.asarray(rows)) & ~pd.isna(np.asarray(columns))
    row, row_levels = _numbered_levels(rows, complete)
    column, column_levels = _numbered_levels(columns, complete)
    if faults := _single_levels({"first": row_levels, "second": column_levels}):
        raise ContractError(
            WHERE, faults, hint="a classification with one level is independent of everything"
        )
    code = np.full(len(weight), -1, dtype=np.int64)
    code[complete] = row * len(column_levels) + column
    return _Cells(row_levels, column_levels, code, round(people[domain].sum()))


def _numbered_levels(values: npt.ArrayLike, keep: BoolArray) -> tuple[CodeArray, tuple[str, ...]]:
    """Codes of the kept rows from 0, and the names of the levels in order."""
    codes, levels = pd.factorize(np.asarray(values)[keep], sort=True)
    return codes.astype(np.int64), tuple(str(level) for level in levels)


def _single_levels(levels: dict[str, tuple[Any, ...]]) -> list[str]:
    return [
        f"the {name} classification has {len(found)} level"
        + (f", {found[0]}" if found else "s")
        + ": expected two or more among rows with weight"
        for name, found in levels.items()
        if len(found) < 2
    ]
