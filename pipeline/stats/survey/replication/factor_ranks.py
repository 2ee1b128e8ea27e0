"""Degrees of freedom of replicates: how many directions the factors of PSUs span."""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg.lapack import dpstrf

from pipeline.stats.arrays import BoolArray, FloatArray

_SMALL = 1e-5  # a column this small beside the largest, the others taken out, is zero


@dataclass(frozen=True, eq=False)
class FactorRanks:
    """Degrees of freedom of sets of PSUs, each found once.

    Attributes:
        factor: (P, 1 + R) factors of the PSUs, never changed afterwards.
    """

    factor: FloatArray
    _found: dict[bytes, int] = field(default_factory=dict, repr=False)

    def df(self, held: BoolArray) -> int:
        """Degrees of freedom of the PSUs in a (P,) mask."""
        key = np.packbits(held).tobytes()
        if key not in self._found:
            self._found[key] = rank_df(self.factor[held])
        return self._found[key]


def rank_df(factor: FloatArray) -> int:
    """Rank of the replicate columns of (P, 1 + R) factors, less one; at least 0.

    By Cholesky decomposition with pivoting, which stops when what is left of every column is
    small beside the largest.
    """
    replicates = factor[:, 1:]
    products = (
        replicates.T @ replicates
        if len(replicates) > replicates.shape[1]
        else replicates @ replicates.T
    )
    if not products.any():
        return 0
    *_, rank, _ = dpstrf(products, tol=_SMALL**2 * products.diagonal().max())
    return max(int(rank) - 1, 0)
