"""Columns of categories as numbers, and people of equal categories as one cell.

A factor that depends on categories alone is the same for everybody of one combination, so
what iterates runs over combinations and costs nothing per person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.arrays import CodeArray

Labels: TypeAlias = "pd.Series[Any] | pd.Categorical | npt.NDArray[Any] | Sequence[Any]"

_CODES = 1 << 8  # whole numbers below this are codes already, gaps among them or not
_SMALL = 1 << 16  # so many cells need no thought
_GRID = 4  # beyond that, a grid of combinations may be so many times the number of rows


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of categories.

    Attributes:
        names: of the categories.
        codes: (n,) position of each row's category in names, signed integers; -1 without one.
    """

    names: tuple[str, ...]
    codes: npt.NDArray[np.signedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Crossing:
    """Combinations of the categories of several columns.

    Attributes:
        cell_of_row: (n,) combination of each row.
        codes: per column, (C,) position of the combination's category; -1 without one.
    """

    cell_of_row: CodeArray
    codes: tuple[CodeArray, ...]

    @property
    def size(self) -> int:
        """C, the number of combinations."""
        return len(self.codes[0])


def coded(labels: Labels) -> Coded:
    """Number a column's categories; free for categoricals and small whole numbers.

    Whole numbers from 0 are named by their digits: 3 is category "3".
    """
    values = labels.array if isinstance(labels, pd.Series) else labels
    if isinstance(values, pd.Categorical):
        return Coded(tuple(str(name) for name in values.categories), values.codes)
    plain = np.asarray(values)
    if plain.dtype.kind in "iu" and plain.size and plain.min() >= 0 and plain.max() < _CODES:
        names = tuple(str(code) for code in range(int(plain.max()) + 1))
        return Coded(names, plain if plain.dtype.kind == "i" else plain.astype(np.int64))
    codes, found = pd.factorize(plain)
    return Coded(tuple(str(name) for name in found), codes)


def crossing(columns: Sequence[Coded]) -> Crossing:
    """Cross columns of the same n rows; combinations without a row are left out."""
    first = [int(column.codes.min(initial=0)) for column in columns]  # -1: some have no category
    widths = [len(column.names) - low for column, low in zip(columns, first, strict=True)]
    size = float(np.prod(widths, dtype=np.float64))
    if size > max(_SMALL, _GRID * len(columns[0].codes)):
        return _crossed_one_by_one(columns, first, widths)
    combined: npt.NDArray[np.signedinteger[Any]] = np.zeros(len(columns[0].codes), dtype=np.int64)
    if size <= np.iinfo(np.int32).max:
        combined = combined.astype(np.int32)  # half the memory traffic
    start = 0
    for column, low, width in zip(columns, first, widths, strict=True):
        np.multiply(combined, width, out=combined)
        np.add(combined, column.codes, out=combined, casting="same_kind")
        start = start * width - low  # the lowest combination is 0
    if start:
        np.add(combined, start, out=combined)
    found = np.flatnonzero(np.bincount(combined, minlength=int(size)))
    place = np.zeros(int(size), dtype=combined.dtype)
    place[found] = np.arange(len(found))
    cell_of_row = place.take(combined, mode="clip")  # all within; clipping spares the check
    parts = zip(np.unravel_index(found, widths), first, strict=True)
    codes = tuple(part.astype(np.int64) + low for part, low in parts)
    return Crossing(cell_of_row.astype(np.int64, copy=False), codes)


def _crossed_one_by_one(
    columns: Sequence[Coded], first: Sequence[int], widths: Sequence[int]
) -> Crossing:
    cell_of_row = np.zeros(len(columns[0].codes), dtype=np.int64)
    codes: tuple[CodeArray, ...] = ()
    for column, low, width in zip(columns, first, widths, strict=True):
        cell_of_row, pairs = pd.factorize(cell_of_row * width + column.codes - low, sort=True)
        before, last = np.divmod(np.asarray(pairs, dtype=np.int64), width)
        codes = (*(known[before] for known in codes), last + low)
    return Crossing(np.asarray(cell_of_row, dtype=np.int64), codes)
