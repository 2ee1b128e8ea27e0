"""The array types statistics speaks in."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
CodeArray: TypeAlias = npt.NDArray[np.int64]
TextArray: TypeAlias = npt.NDArray[np.object_]
SparseArray: TypeAlias = sparse.csr_array[np.float64, tuple[int, int]]


def dense(values: object) -> FloatArray:
    """A product of sparse or dense arrays as a plain array of floats."""
    plain = values.toarray() if isinstance(values, sparse.csr_array | sparse.csc_array) else values
    return np.asarray(plain, dtype=np.float64)
