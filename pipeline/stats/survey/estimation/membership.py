"""The rows behind an estimate of several numbers, as its variance wants to know them."""

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import BoolArray, SparseArray


def members_of(rows: BoolArray, k: int = 1) -> SparseArray:
    """(n, k) ones where a row of an (n,) mask stands behind each of k numbers."""
    places = np.flatnonzero(rows)
    ones = np.ones((len(places), k))
    columns = np.broadcast_to(np.arange(k), ones.shape)
    index = (np.repeat(places, k), columns.ravel())
    return sparse.csr_array((ones.ravel(), index), shape=(len(rows), k))
