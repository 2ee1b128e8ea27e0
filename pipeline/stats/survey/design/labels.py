"""Names of strata and units turned into numbers, in the order of the names.

Owns nothing but speed: a column of a million integers or categories is numbered without
looking at a million texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.arrays import BoolArray, CodeArray, TextArray

Labels: TypeAlias = npt.NDArray[Any] | pd.Series | pd.Categorical

_DENSE = 4  # integers spread over at most this many times their number are used as they are


@dataclass(frozen=True, eq=False)
class Coded:
    """(n,) codes into a list of m values, which need be neither ordered nor all present."""

    codes: CodeArray
    values: npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Nested:
    """Inner labels within outer ones, numbered in the order of their names.

    Attributes:
        number: (n,) number of each row's pair.
        outer: (p,) outer name of each pair, as an index into `outer_names`.
        outer_names: (o,) outer names that occur, ascending.
        inner_names: (p,) inner name of each pair.
    """

    number: CodeArray
    outer: CodeArray
    outer_names: TextArray
    inner_names: TextArray


def nested(outer: Coded, inner: Coded) -> Nested:
    """Number the pairs of two labels that occur, by outer name, then by inner name."""
    width = max(len(inner.values), 1)
    joined = mixed([outer.codes, inner.codes], [len(outer.values), width])
    place, found = _presence(joined, len(outer.values) * width)
    first, first_names = _by_name(outer.values, found // width)
    second, second_names = _by_name(inner.values, found % width)
    order = np.lexsort([second, first])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Nested(place(rank), first[order], first_names, second_names[second[order]])


def coded(labels: Labels) -> Coded:
    """Codes of labels; integers close together are used as they are.

    Args:
        labels: (n,) integers, texts or categories; none missing.
    """
    column = pd.Series(labels)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Coded(column.cat.codes.to_numpy().astype(np.int64), column.cat.categories.to_numpy())
    if column.dtype.kind in "iu" and len(column):
        values = column.to_numpy()
        low, high = int(values.min()), int(values.max())
        if high - low < _DENSE * len(values):
            return Coded(np.subtract(values, low, dtype=np.int64), np.arange(low, high + 1))
    codes, uniques = pd.factorize(column)
    return Coded(codes.astype(np.int64), np.asarray(uniques, dtype=object))


def mixed(parts: Sequence[CodeArray], widths: Sequence[int]) -> CodeArray:
    """(n,) one number for each combination of codes, the last part running fastest."""
    kept = [(part, width) for part, width in zip(parts, widths, strict=True) if width > 1]
    if len(kept) < 2:
        return kept[0][0] if kept else parts[0]
    joined = kept[0][0] * kept[1][1]
    joined += kept[1][0]
    for part, width in kept[2:]:
        joined *= width
        joined += part
    return joined


def compressed(codes: CodeArray) -> tuple[CodeArray, CodeArray]:
    """Renumber codes from 0 without gaps, and the codes found, ascending."""
    laid, found = _presence(codes, int(codes.max(initial=-1)) + 1)
    if len(found) and found[-1] == len(found) - 1:
        return codes, found
    return laid(np.arange(len(found))), found


def n_missing(labels: Labels) -> int:
    """Rows without a label."""
    if isinstance(labels, np.ndarray) and labels.dtype.kind in "iub":
        return 0
    missing: BoolArray = np.asarray(pd.isna(labels))
    return int(missing.sum())


def _presence(codes: CodeArray, span: int) -> tuple[Callable[[CodeArray], CodeArray], CodeArray]:
    """Codes that occur, ascending, and how values for them are laid over the rows."""
    if span > _DENSE * max(len(codes), 1):
        found, inverse = np.unique(codes, return_inverse=True)
        return (lambda values: values[inverse]), found.astype(np.int64)
    found = np.flatnonzero(np.bincount(codes, minlength=span)).astype(np.int64)

    def laid(values: CodeArray) -> CodeArray:
        table = np.zeros(span, dtype=np.int64)
        table[found] = values
        return table[codes]

    return laid, found


def _by_name(values: npt.NDArray[Any], codes: CodeArray) -> tuple[CodeArray, TextArray]:
    """Codes renumbered in the order of the names of the values that occur."""
    present, inverse = np.unique(codes, return_inverse=True)
    names = np.array([str(value) for value in values[present]], dtype=object)
    order = np.argsort(names, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], names[order]
