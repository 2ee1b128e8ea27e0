"""The full grid of domains: every combination of the categories asked for, empty ones too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.stats.arrays import BoolArray, CodeArray
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.survey.columns import require

Labels: TypeAlias = Mapping[str, Mapping[Any, str]]

_DENSE = 4  # integers spread over at most this many times their number are used as they are


@dataclass(frozen=True, eq=False)
class Categories:
    """A column as codes into its list of categories.

    Attributes:
        code: (n,) place in the list; -1 where missing.
        listed: categories in their order.
    """

    code: CodeArray
    listed: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Grid:
    """Domains of n rows, one for every combination of categories.

    Attributes:
        by: names of the columns crossed; empty for everybody as one domain.
        cells: one tuple of categories per domain, the first column varying slowest.
        code: (n,) domain of each row; -1 for rows in none.
        where: the condition that was applied, in the words of the caller.
    """

    by: tuple[str, ...]
    cells: tuple[tuple[Any, ...], ...]
    code: CodeArray
    where: str = ""

    @property
    def is_everybody(self) -> bool:
        """One domain of all rows."""
        return not self.by and not self.where

    @cached_property
    def domains(self) -> Domains:
        """The same domains for the estimators."""
        rows = np.flatnonzero(self.code >= 0)
        place, shape = (rows, self.code[rows]), (len(self.code), len(self.cells))
        members = sparse.csr_array((np.ones(len(rows)), place), shape=shape)
        labels = tuple((",".join(self.by) or "all", name or "all") for name in self.names)
        return Domains(labels, members)

    @property
    def names(self) -> list[str]:
        """One name per domain: its categories joined by dots."""
        return [".".join(text_of(value) for value in cell) for cell in self.cells]

    def columns(self, labels: Labels) -> dict[str, list[Any]]:
        """One entry per domain: the categories of each name, and their labels."""
        columns: dict[str, list[Any]] = {}
        for place, name in enumerate(self.by):
            column = [cell[place] for cell in self.cells]
            columns[name] = column
            if name in labels:
                words = {text_of(value): word for value, word in labels[name].items()}
                columns[f"{name}_label"] = [
                    words.get(text_of(value), text_of(value)) for value in column
                ]
        return columns

    def frame(self, labels: Labels) -> pd.DataFrame:
        """The same as a frame of one row per domain."""
        return pd.DataFrame(self.columns(labels), index=pd.RangeIndex(len(self.cells)))


def grid_of(
    frame: pd.DataFrame,
    by: Sequence[str],
    kept: BoolArray | None,
    labels: Labels,
    where: str = "",
) -> Grid:
    """Cross the categories of the columns; rows not kept, or with a missing one, are in none.

    Raises:
        ContractError: no such column.
    """
    require(frame, by)
    parts = [categories_of(frame[name], labels.get(name)) for name in by]
    code = parts[0].code if parts else np.zeros(len(frame), dtype=np.int64)
    for part in parts[1:]:
        code = np.where((code < 0) | (part.code < 0), -1, code * len(part.listed) + part.code)
    if kept is not None:
        code = np.where(kept, code, -1)
    cells = tuple(product(*(part.listed for part in parts)))
    return Grid(by=tuple(by), cells=cells, code=code, where=where)


def categories_of(column: "pd.Series[Any]", words: Mapping[Any, str] | None = None) -> Categories:
    """Categories in the order of the column's type, else ascending.

    Args:
        column: (n,) values; missing ones have no category.
        words: labels; categories that nobody is in keep their place when they are labelled.
    """
    code, values = _coded(column)
    listed = values
    if words:
        known = {text_of(value) for value in values}
        if all(isinstance(value, str) for value in values):
            absent = [str(value) for value in words if text_of(value) not in known]
        else:
            absent = [value for value in words if text_of(value) not in known]
        listed = _ordered([*values, *absent], list(words))
    if listed != values:
        place = {text_of(value): j for j, value in enumerate(listed)}
        order = np.array([place[text_of(value)] for value in values] + [-1], dtype=np.int64)
        code = order[code]
    return Categories(code, tuple(listed))


def text_of(value: object) -> str:
    """A category as text; whole numbers without a decimal point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _coded(column: "pd.Series[Any]") -> tuple[CodeArray, list[Any]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.int64), list(column.cat.categories)
    values = column.to_numpy()
    if values.dtype.kind in "iub" and len(values):
        values = values.astype(np.int64) if values.dtype.kind == "b" else values
        low, high = int(values.min()), int(values.max())
        if high - low < _DENSE * len(values):
            return _dense(np.subtract(values, low, dtype=np.int64), low)
    codes, uniques = pd.factorize(column, sort=True)
    return codes.astype(np.int64), list(uniques)


def _dense(shifted: CodeArray, low: int) -> tuple[CodeArray, list[Any]]:
    """Codes of integers without sorting them."""
    found = np.flatnonzero(np.bincount(shifted))
    listed = [int(value) + low for value in found]
    if found[-1] == len(found) - 1:
        return shifted, listed
    place = np.zeros(int(found[-1]) + 1, dtype=np.int64)
    place[found] = np.arange(len(found))
    return place.take(shifted, mode="clip"), listed


def _ordered(values: list[Any], words: list[Any]) -> list[Any]:
    """Labelled categories in the order of the labels, then the others as they are."""
    rank = {text_of(word): j for j, word in enumerate(words)}
    return sorted(values, key=lambda value: rank.get(text_of(value), len(rank)))
