"""What is estimated: the columns named, as one array of values per row of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.survey.columns import WHERE, is_numeric, numbers, require
from pipeline.survey.grid import categories_of, text_of


@dataclass(frozen=True, eq=False)
class Variable:
    """One quantity per person.

    Attributes:
        name: of its column.
        category: the category that an indicator stands for; None for the column itself.
        raw: (n,) booleans, or floats with NaN where missing.
        is_made: no column, but made for the purpose.
    """

    name: str
    category: Any
    raw: BoolArray | FloatArray
    is_made: bool = False

    @property
    def key(self) -> tuple[str, object, bool]:
        """What tells it from other variables of the same frame."""
        return self.name, self.category, self.is_made

    @cached_property
    def value(self) -> FloatArray:
        """(n,) NaN where missing."""
        return self.raw.astype(np.float64, copy=False)

    @cached_property
    def has_missing(self) -> bool:
        """Whether some value is missing."""
        return self.raw.dtype != np.bool_ and bool(np.isnan(self.raw).any())


def variables_of(frame: pd.DataFrame, names: Sequence[str], measure: str) -> list[Variable]:
    """Columns of numbers as they are; columns of text as one indicator per category.

    Shares take 0/1 columns and text, totals any column, other measures numbers only.

    Raises:
        ContractError: no such column, text where numbers are expected, or a share of numbers
            other than 0 and 1.
    """
    require(frame, names)
    found: list[Variable] = []
    for name in names:
        if measure in ("share", "total") and not is_numeric(frame[name]):
            found += _indicators(frame[name], name)
        else:
            column = frame[name]
            is_plain = column.dtype == np.bool_
            raw = column.to_numpy() if is_plain else numbers(frame, name)
            found.append(Variable(name, None, raw))
    if measure == "share":
        _refuse_amounts(found)
    return found


def everybody(n: int) -> Variable:
    """One for each person, whose total is the population."""
    return Variable("population", None, np.ones(n, dtype=np.bool_), is_made=True)


def _indicators(column: "pd.Series[Any]", name: str) -> list[Variable]:
    levels = categories_of(column)
    return [
        Variable(name, text_of(value), indicator(levels.code, j))
        for j, value in enumerate(levels.listed)
    ]


def indicator(code: CodeArray, j: int) -> BoolArray | FloatArray:
    """(n,) whether a code is j; NaN where it is -1."""
    missing = code < 0
    return np.where(missing, np.nan, code == j) if missing.any() else code == j


def _refuse_amounts(found: Sequence[Variable]) -> None:
    names = [each.name for each in found if each.category is None and _is_amount(each.raw)]
    if names:
        raise ContractError(
            WHERE,
            [f'column "{name}": expected 0, 1 or missing, got other numbers' for name in names],
            hint="ask for a mean; or name its categories with "
            f'frame["{names[0]}"].astype("category")',
        )


def _is_amount(values: BoolArray | FloatArray) -> bool:
    if values.dtype == np.bool_:
        return False
    odd = (values != 0) & (values != 1) & ~np.isnan(values)
    return bool(odd.any())
