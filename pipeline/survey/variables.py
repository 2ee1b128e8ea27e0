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
        key: what tells it from other variables of the same frame: names of columns and places
            of categories, as two names or categories may read the same when joined.
    """

    name: str
    category: Any
    raw: BoolArray | FloatArray
    key: tuple[object, ...]

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
        ContractError: no such column or none named, text where numbers are expected, text
            without a single value, or a share of numbers other than 0 and 1.
    """
    require(frame, names)
    found: list[Variable] = []
    for name in names:
        if measure in ("share", "total") and not is_numeric(frame[name]):
            found += indicators(frame, name)
        else:
            column = frame[name]
            is_plain = column.dtype == np.bool_
            raw = column.to_numpy() if is_plain else numbers(frame, name)
            found.append(Variable(name, None, raw, (name,)))
    _refuse_blank(names, found)
    if measure == "share":
        _refuse_amounts(found)
    return found


def everybody(n: int) -> Variable:
    """One for each person, whose total is the population."""
    return Variable("population", None, np.ones(n, dtype=np.bool_), ())


def indicators(frame: pd.DataFrame, name: str) -> list[Variable]:
    """One 0/1 variable for each category of a column."""
    levels = categories_of(frame[name])
    return [
        Variable(name, text_of(value), indicator(levels.code, j), (name, j))
        for j, value in enumerate(levels.listed)
    ]


def indicator(code: CodeArray, j: int) -> BoolArray | FloatArray:
    """(n,) whether a code is j; NaN where it is -1."""
    missing = code < 0
    return np.where(missing, np.nan, code == j) if missing.any() else code == j


def _refuse_blank(names: Sequence[str], found: Sequence[Variable]) -> None:
    held = {each.name for each in found}
    faults = [f'column "{name}": no value in any row' for name in names if name not in held]
    if faults or not names:
        raise ContractError(WHERE, faults or ["expected a column, got no column"])


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
