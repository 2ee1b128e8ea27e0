"""The regression on margins whose residuals carry the variance of calibrated weights."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, dense

_NULL_SPACE = 1e-10  # overlapping margins: eigenvalues below this, of at most 1 each, are zero


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """The calibration a weight went through, as its variance needs it.

    Attributes:
        margins: one (n,) array per margin: category of each row, counted from 0.
        weight: (n,) weight before the step.
    """

    margins: tuple[CodeArray, ...]
    weight: FloatArray

    @classmethod
    def of(cls, labels: Iterable["pd.Series[Any]"], weight: npt.ArrayLike) -> "Calibration":
        """Number the categories of labelled margins (one column per margin)."""
        codes = tuple(pd.factorize(column)[0].astype(np.int64) for column in labels)
        return cls(margins=codes, weight=np.asarray(weight, dtype=np.float64))

    @cached_property
    def auxiliaries(self) -> SparseArray:
        """(n, q) indicators of all margins' categories, one block per margin."""
        return sparse.csr_array(sparse.hstack([_indicators(codes) for codes in self.margins]))

    def slopes(self, linearised: FloatArray | SparseArray) -> FloatArray:
        """Regression of (n, k) variables on the auxiliaries, weighted by the weight before.

        Overlapping margins leave the slopes undetermined, not the fitted values; the slopes
        of smallest size are taken.

        Returns:
            (q, k) slopes.
        """
        return self._inverse @ dense(self._weighted @ linearised)

    @cached_property
    def _weighted(self) -> SparseArray:
        """(q, n) auxiliaries times weight."""
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


def _indicators(codes: CodeArray) -> SparseArray:
    rows = np.arange(len(codes))
    return sparse.csr_array((np.ones(len(codes)), (rows, codes)))
