"""Names of strata and units turned into numbers, in the order of the names.

Owns nothing but speed: a column of a million integers or categories is numbered without
looking at a million texts.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.stats.arrays import BoolArray, CodeArray, TextArray
from pipeline.stats.survey.design.combinations import AnyCodes, joint_codes

Labels: TypeAlias = npt.NDArray[Any] | pd.Series | pd.Categorical

_DENSE = 4  # integers spread over at most this many times their number are used as they are


@dataclass(frozen=True, eq=False)
class Coded:
    """(n,) codes into a list of m values, which need be neither ordered nor all present."""

    codes: AnyCodes
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
    pair, (of_outer, of_inner) = joint_codes([outer.codes, inner.codes])
    first, first_names = _by_name(outer.values, of_outer)
    second, second_names = _by_name(inner.values, of_inner)
    order = np.lexsort([second, first])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Nested(
        rank.take(pair, mode="clip"), first[order], first_names, second_names[second[order]]
    )


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
            is_plain = low == 0 and values.dtype.kind == "i"
            codes = values if is_plain else np.subtract(values, low, dtype=np.int64)
            return Coded(codes, np.arange(low, high + 1))
    codes, uniques = pd.factorize(column)
    return Coded(codes.astype(np.int64), np.asarray(uniques, dtype=object))


def n_missing(labels: Labels) -> int:
    """Rows without a label."""
    dtype = getattr(labels, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind in "iub":
        return 0
    missing: BoolArray = np.asarray(pd.isna(labels))
    return int(missing.sum())


def _by_name(values: npt.NDArray[Any], codes: CodeArray) -> tuple[CodeArray, TextArray]:
    """Codes renumbered in the order of the names of the values that occur."""
    present, inverse = np.unique(codes, return_inverse=True)
    names = np.array([str(value) for value in values[present]], dtype=object)
    order = np.argsort(names, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], names[order]
