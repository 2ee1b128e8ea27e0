"""What is estimated: the columns named, as one array of values per row of the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.survey.columns import WHERE, is_numeric, numbers, require
from pipeline.survey.grid import categories_of, text_of


@dataclass(frozen=True, eq=False)
class Variable:
    """One quantity per person.

    Attributes:
        name: of its column.
        category: the category that an indicator stands for; None for the column itself.
        value: (n,) NaN where missing.
    """

    name: str
    category: Any
    value: FloatArray


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
            found.append(Variable(name, None, numbers(frame, name)))
    if measure == "share":
        _refuse_amounts(found)
    return found


def everybody(n: int) -> Variable:
    """One for each person, whose total is the population."""
    return Variable("population", None, np.ones(n))


def _indicators(column: "pd.Series[Any]", name: str) -> list[Variable]:
    levels = categories_of(column)
    missing = levels.code < 0
    return [
        Variable(name, text_of(value), np.where(missing, np.nan, levels.code == j))
        for j, value in enumerate(levels.listed)
    ]


def _refuse_amounts(found: Sequence[Variable]) -> None:
    names = [each.name for each in found if each.category is None and _is_amount(each.value)]
    if names:
        raise ContractError(
            WHERE,
            [f'column "{name}": expected 0, 1 or missing, got other numbers' for name in names],
            hint="ask for a mean; or name its categories with "
            f'frame["{names[0]}"].astype("category")',
        )


def _is_amount(values: FloatArray) -> bool:
    odd = (values != 0) & (values != 1) & ~np.isnan(values)
    return bool(odd.any())
