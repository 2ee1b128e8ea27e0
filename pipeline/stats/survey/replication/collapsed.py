"""Rows that share PSU, cell and code made one: what sums over people look at.

Whatever the number of people, weighted sums in all replicates cost one pass over the rows
and then PSUs x cells.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.design.combinations import joint_codes


@dataclass(frozen=True, kw_only=True, eq=False)
class Collapsed:
    """n rows in T entries, one for each combination of unit, cell and code that occurs.

    Attributes:
        entry_of_row: (n,) entry; -1 for rows without weight or code.
        base: (n,) weights before replication.
        unit: (T,) row of `factor`.
        cell: (T,) row of `cell_factor`.
        code: (T,) what is summed over, from 0 to size - 1.
        size: number of codes.
        factor: (U, 1 + R) multipliers of units.
        cell_factor: (C, 1 + R) multipliers of cells; None: 1.
    """

    entry_of_row: CodeArray
    base: FloatArray
    unit: CodeArray
    cell: CodeArray
    code: CodeArray
    size: int
    factor: FloatArray
    cell_factor: FloatArray | None

    def totals(self, variable: FloatArray | None = None) -> FloatArray:
        """(T,) sums of base weight times an (n,) finite variable; None: of base weight."""
        weighted = self.base if variable is None else self.base * variable
        return self._added(weighted if self._is_whole else weighted[self.entry_of_row >= 0])

    def counts(self) -> FloatArray:
        """(T,) rows."""
        return self._added(None)

    @cached_property
    def multiplier(self) -> FloatArray:
        """(T,) weight of the full sample over base weight."""
        of_unit = self.factor[self.unit, 0]
        of_cell = 1.0 if self.cell_factor is None else self.cell_factor[self.cell, 0]
        return np.asarray(of_unit * of_cell)

    def by_code(self, of_entries: FloatArray) -> FloatArray:
        """(size,) sums of (T,) numbers by code."""
        return np.bincount(self.code, of_entries, self.size).astype(np.float64, copy=False)

    def weighted(self, totals: FloatArray) -> FloatArray:
        """(size, 1 + R) weighted sums by code, from (T,) totals under base weights."""
        if self.cell_factor is None:
            return dense(self._by_unit(totals, self.code, self.size) @ self.factor)
        block, cell, code = self._blocks
        of_blocks = dense(self._by_unit(totals, block, len(cell)) @ self.factor)
        of_blocks *= self.cell_factor[cell]
        merge = (np.ones(len(code)), (code, np.arange(len(code))))
        return dense(sparse.csr_array(merge, shape=(self.size, len(code))) @ of_blocks)

    @cached_property
    def _blocks(self) -> tuple[CodeArray, CodeArray, CodeArray]:
        """(T,) pair of cell and code of each entry, and the cell and code of each pair."""
        block, (cell, code) = joint_codes([self.cell, self.code])
        return block, cell, code

    def _by_unit(self, totals: FloatArray, rows: CodeArray, size: int) -> SparseArray:
        place = (rows, self.unit)
        return sparse.csr_array((totals, place), shape=(size, len(self.factor)))

    def _added(self, of_rows: FloatArray | None) -> FloatArray:
        """(T,) sums over the rows of an entry, None: how many they are."""
        entry = self.entry_of_row if self._is_whole else self.entry_of_row[self.entry_of_row >= 0]
        return np.bincount(entry, of_rows, len(self.unit)).astype(np.float64, copy=False)

    @cached_property
    def _is_whole(self) -> bool:
        return bool(self.entry_of_row.min(initial=0) >= 0)
