"""One step of the weighting, as the variance of everything after it needs it.

A weighting step multiplies weights by factors that depend on the sample, so part of what
varies in an estimate is moved: by calibration to the population, by a nonresponse or
trimming step back to the sample before the step. Every step has the same form, and a chain
of steps is undone from the last to the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, dense

_NULL_SPACE = 1e-10  # overlapping margins: eigenvalues below this, of at most 1 each, are zero


@dataclass(frozen=True, kw_only=True, eq=False)
class Adjustment:
    """How a step changed n weights, and what of a variable it explains.

    Attributes:
        ratio: (n,) weight after over weight before; 0 for rows that drop out.
        slope: (n,) by how much the weight after grows with the weight before, where that is
            not the ratio: 0 for a weight held at a bound; None: the ratio.
        auxiliaries: (n, q) variables whose totals the step restores, or with `cell` (C, q),
            those of the cells; None: the ratio counts as fixed, as of a selection probability.
        regression_weight: (n,) weights of the regression on the auxiliaries, 0 for rows that
            drop out; None with auxiliaries None.
        is_estimated: the totals come from the sample before the step (eligibility,
            nonresponse, trimming), not from the population (calibration).
        cell: (n,) number, below C, of the cell of rows that share ratio and auxiliaries, such
            as a combination of margin categories; None: every row may differ.
    """

    ratio: FloatArray
    slope: FloatArray | None = None
    auxiliaries: FloatArray | SparseArray | None = None
    regression_weight: FloatArray | None = None
    is_estimated: bool = False
    cell: CodeArray | None = None

    def backward(self, presence: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What an estimate owes to each row, per unit of the weight before the step.

        An estimate depends on a row in two ways: by its presence (u) and, for the steps
        before, by its weight (v). With b the regression of v on the auxiliaries X, g the
        ratio and s the slope: u' = g (u - X b) and v' = s (v - X b), each plus X b when the
        totals of X are themselves estimated from the sample before the step.

        Args:
            presence: (n, k) values of u per unit of the weight after.
            weight: (n, k) values of v; the same array as long as no step had a slope.

        Source: Deville & Särndal (1992), JASA 87, 376-382, for calibration; Särndal &
        Lundström (2005), Estimation in Surveys with Nonresponse, sections 11.3-11.4, for
        totals known for the sample; Kim & Kim (2007), Canadian Journal of Statistics 35,
        501-514, for estimated response probabilities. The chain follows from the functional
        derivative of the final estimate, step by step.
        """
        fitted = np.zeros((1, 1)) if self._regression is None else self._regression.fitted(weight)
        restored = fitted if self.is_estimated else np.zeros((1, 1))
        before = self.ratio[:, None] * (presence - fitted) + restored
        if self.slope is None and weight is presence:
            return before, before
        slope = self.ratio if self.slope is None else self.slope
        return before, slope[:, None] * (weight - fitted) + restored

    def condensed(self, cell: CodeArray, group: CodeArray, n_groups: int) -> "Adjustment":
        """The step for groups of rows that lie in one cell each.

        Args:
            cell: (g,) cell of each group.
            group: (n,) group of each row; -1 for a row in none.
            n_groups: g.
        """
        if self.cell is None:
            raise ValueError("a step without cells knows only single rows")
        row = np.zeros(int(self.cell.max(initial=0)) + 1, dtype=np.int64)
        row[self.cell] = np.arange(len(self.cell))
        first, kept = row[cell], group >= 0
        weight = self.regression_weight
        return Adjustment(
            ratio=self.ratio[first],
            slope=None if self.slope is None else self.slope[first],
            auxiliaries=self.auxiliaries,
            regression_weight=None
            if weight is None
            else np.bincount(group[kept], weight[kept], n_groups).astype(np.float64),
            is_estimated=self.is_estimated,
            cell=cell,
        )

    @cached_property
    def _regression(self) -> "_Regression | None":
        if self.auxiliaries is None or self.regression_weight is None:
            return None
        return _Regression(self.auxiliaries, self.regression_weight, self.cell)


@dataclass(frozen=True, eq=False)
class _Regression:
    """Regression of n rows with weights on auxiliaries of their own, or of their (n,) cell."""

    auxiliaries: FloatArray | SparseArray
    row_weight: FloatArray
    cell: CodeArray | None

    def fitted(self, values: FloatArray) -> FloatArray:
        """(n, k) fitted values; of undetermined slopes, those of least size."""
        if self.cell is None:
            return dense(self.auxiliaries @ (self._inverse @ dense(self._weighted @ values)))
        products = dense(self.auxiliaries.T @ dense(self._in_cell.T @ values))
        return np.asarray(dense(self.auxiliaries @ (self._inverse @ products))[self.cell])

    @cached_property
    def _in_cell(self) -> SparseArray:
        """(n, C) the weight of each row in the column of its cell."""
        size = len(self.row_weight)
        ends, shape = np.arange(size + 1), (size, self.auxiliaries.shape[0])
        return sparse.csr_array((self.row_weight, np.asarray(self.cell), ends), shape=shape)

    @property
    def weight(self) -> FloatArray:
        """Weight of each row of the auxiliaries."""
        if self.cell is None:
            return self.row_weight
        sums = np.bincount(self.cell, self.row_weight, self.auxiliaries.shape[0])
        return np.asarray(sums, dtype=np.float64)

    @cached_property
    def _weighted(self) -> FloatArray | SparseArray:
        """(q, n) auxiliaries times weight."""
        if isinstance(self.auxiliaries, np.ndarray):
            return np.asarray(self.auxiliaries.T * self.weight)
        return sparse.csr_array((sparse.diags_array(self.weight) @ self.auxiliaries).T)

    @cached_property
    def _inverse(self) -> FloatArray:
        """(q, q) generalised inverse of the weighted cross-products, scaled to unit diagonal."""
        products = dense(self._weighted @ self.auxiliaries)
        size = np.sqrt(products.diagonal())
        scale = np.divide(1, size, out=np.zeros_like(size), where=size > 0)
        scaling = np.outer(scale, scale)
        inverse = np.linalg.pinv(products * scaling, rcond=_NULL_SPACE, hermitian=True)
        return np.asarray(inverse * scaling)


def indicators(margins: Sequence[CodeArray]) -> SparseArray:
    """(n, q) ones for the category of each row, one block per margin; -1 is in no category."""
    return sparse.csr_array(sparse.hstack([_block(codes) for codes in margins]))


def indicators_of(labels: Sequence["pd.Series[Any]"]) -> SparseArray:
    """The same for columns of category names; rows without a name are in no category."""
    return indicators([pd.factorize(column)[0].astype(np.int64) for column in labels])


def _block(codes: CodeArray) -> SparseArray:
    rows = np.flatnonzero(codes >= 0)
    shape = (len(codes), int(codes.max(initial=-1)) + 1)
    return sparse.csr_array((np.ones(len(rows)), (rows, codes[rows])), shape=shape)
