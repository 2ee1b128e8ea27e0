"""Columns of the analyst's frame as arrays, refused in words that say how to mend them.

Owns the reading of columns and conditions. No message shows a value of a respondent.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray

Condition: TypeAlias = "str | pd.Series[Any] | Sequence[bool] | BoolArray | None"

WHERE = "survey frame"


def listed(names: str | Iterable[str] | None) -> list[str]:
    """One name, several or none as a list."""
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)


def require(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse names that are not columns, all at once, with the closest columns there are.

    Raises:
        ContractError: a name is not a column.
    """
    faults = [_unknown(frame, name) for name in names if name not in frame.columns]
    if faults:
        raise ContractError(WHERE, faults, hint="name columns of the frame given to the design")


def numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    """A column of numbers or booleans as floats; missing values become NaN.

    Raises:
        ContractError: no such column, or one that holds text.
    """
    require(frame, [name])
    column = frame[name]
    if not is_numeric(column):
        raise ContractError(
            WHERE,
            f'column "{name}": expected numbers, got {column.dtype} in {len(column)} rows',
            hint=f'convert it with pd.to_numeric(frame["{name}"]), or ask for shares of its '
            f'categories with design.share("{name}")',
        )
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))


def is_numeric(column: "pd.Series[Any]") -> bool:
    """Numbers and booleans, not categories of them."""
    return pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype)


def mask(frame: pd.DataFrame, where: Condition) -> BoolArray | None:
    """Rows that a condition keeps: an expression, or one boolean per row; None keeps all.

    Args:
        frame: of n rows.
        where: text such as "age >= 60 and sex == 'F'", or n booleans (missing: not kept).

    Raises:
        ContractError: the expression cannot be read, or the length differs.
    """
    if where is None:
        return None
    if isinstance(where, str):
        where = _evaluated(frame, where)
    kept = where.to_numpy() if isinstance(where, pd.Series) else np.asarray(where)
    if kept.shape != (len(frame),):
        raise ContractError(
            "where",
            f"expected one boolean for each of {len(frame)} rows, got shape {kept.shape}",
            hint="compare a column of the frame, such as frame['age'] >= 60",
        )
    if kept.dtype != np.bool_:
        kept = np.asarray(pd.Series(kept).fillna(False), dtype=np.bool_)
    return kept


def _evaluated(frame: pd.DataFrame, text: str) -> "pd.Series[Any]":
    try:
        return cast("pd.Series[Any]", frame.eval(text))
    except Exception as fault:
        raise ContractError(
            "where",
            f'cannot read "{text}": {fault}',
            hint="write conditions on columns, such as \"age >= 60 and sex == 'F'\"; names "
            "that are not plain words stand in backticks",
        ) from fault


def _unknown(frame: pd.DataFrame, name: str) -> str:
    known = [str(column) for column in frame.columns]
    close = get_close_matches(str(name), known, n=3, cutoff=0.5)
    if not close:
        return f'no column "{name}" among {len(known)} columns'
    return f'no column "{name}"; did you mean {" or ".join(close)}?'
