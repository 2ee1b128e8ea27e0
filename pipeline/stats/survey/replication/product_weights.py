"""Weights of all replicates as a product of small tables.

A replicate multiplies a PSU's weights by one factor, an adjustment on categories multiplies a
cell's weights by one factor: n people x R replicates need never be written down. Sums over
people become sums over the pairs of PSU and cell that occur.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.design.combinations import joint_codes
from pipeline.stats.survey.replication.collapsed import Collapsed


@dataclass(frozen=True, kw_only=True, eq=False)
class ProductWeights:
    """Weights of n rows in the full sample (column 0) and R replicates.

    weight of row i in column r = base_i * factor[unit_of_row_i, r] * cell_factor[cell_i, r].

    Attributes:
        base: (n,) weights before replication; ones where `factor` holds weights.
        unit_of_row: (n,) row of `factor`; -1 for rows without weight.
        factor: (U, 1 + R) multipliers of PSUs, or whole weights, one unit per row.
        cell_of_row: (n,) row of `cell_factor`; None without adjustments.
        cell_factor: (C, 1 + R) multipliers of cells.
    """

    base: FloatArray
    unit_of_row: CodeArray
    factor: FloatArray
    cell_of_row: CodeArray | None = None
    cell_factor: FloatArray | None = None

    @classmethod
    def of_rows(cls, weights: FloatArray) -> "ProductWeights":
        """Weights given row by row, (n, 1 + R)."""
        n = len(weights)
        return cls(base=np.ones(n), unit_of_row=np.arange(n, dtype=np.int64), factor=weights)

    @property
    def n_rows(self) -> int:
        """Rows, those without weight included."""
        return len(self.base)

    def column(self, r: int) -> FloatArray:
        """(n,) weights of the full sample (0) or of a replicate (1 to R)."""
        weight = np.where(self.unit_of_row >= 0, self.base, 0.0)
        weight *= self.factor[:, r][self.unit_of_row]
        if self.cell_of_row is not None and self.cell_factor is not None:
            weight *= self.cell_factor[:, r][self.cell_of_row]
        return weight

    def sums(self, codes: CodeArray, size: int, values: Sequence[FloatArray]) -> list[FloatArray]:
        """Weighted sums of each variable over the rows of each code.

        Args:
            codes: (n,) from 0 to size - 1; -1: the row is in no sum.
            size: number of codes.
            values: (n,) variables, each finite.

        Returns:
            One (size, 1 + R) array per variable.
        """
        rows = self.collapsed(codes, size)
        return [rows.weighted(rows.totals(variable)) for variable in values]

    def collapsed(self, codes: CodeArray, size: int) -> Collapsed:
        """Rows of equal unit, cell and code made one; arguments as for `sums`."""
        pair_of_row, unit, cell = self._pairs
        entry, (pair, code) = joint_codes([pair_of_row, codes])
        return Collapsed(
            entry_of_row=entry,
            base=self.base,
            unit=unit[pair],
            cell=cell[pair],
            code=code,
            size=size,
            factor=self.factor,
            cell_factor=self.cell_factor,
        )

    def adjusted(self, cell_of_row: CodeArray, cell_factor: FloatArray) -> "ProductWeights":
        """The same base and units with other cells, which carry all adjustments so far."""
        return replace(self, cell_of_row=cell_of_row, cell_factor=cell_factor)

    @cached_property
    def _pairs(self) -> tuple[CodeArray, CodeArray, CodeArray]:
        """(n,) pair of unit and cell, -1 without weight; the unit and cell of each pair."""
        unit = self.unit_of_row
        if not self.base.all():
            unit = np.where(self.base != 0, unit, -1)
        if self.cell_of_row is None:
            units = np.arange(len(self.factor))
            return unit, units, np.zeros_like(units)
        pair_of_row, (of_unit, of_cell) = joint_codes([unit, self.cell_of_row])
        return pair_of_row, of_unit, of_cell
