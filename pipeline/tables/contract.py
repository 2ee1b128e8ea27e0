"""What a table promises: its columns (defined in `fields`) and its key.

`check` refuses a frame that breaks the promise and says which rule and how many rows, never
which values.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.errors import ContractError
from pipeline.fields import FIELDS
from pipeline.fields.field import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its columns in order, its key, and whether the instrument adds columns."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    has_instrument_columns: bool = False


def check(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with the table's columns first, or refuse it.

    Raises:
        ContractError: one sentence per broken rule: column, rule, number of rows.
    """
    missing = [name for name in table.columns if name not in frame.columns]
    extra = [name for name in frame.columns if name not in table.columns]
    faults = [f"column {name} is missing" for name in missing]
    if not table.has_instrument_columns:
        faults += [f"column {name} does not belong to the table" for name in extra]
    if not faults and frame.empty:
        # Without rows there is nothing to infer a type from.
        frame = frame.astype({name: _STORED[FIELDS[name].type] for name in table.columns})
    elif not faults:
        faults = _broken_rules(table, frame)
    if faults:
        raise ContractError(f"table {table.name}", faults, hint="the stage that wrote it is wrong")
    return frame[[*table.columns, *extra]]


def _broken_rules(table: Table, frame: pd.DataFrame) -> list[str]:
    # pandera costs half a second to import; --help and configuration never need it.
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    schema = pa.DataFrameSchema(
        {name: _column(FIELDS[name]) for name in table.columns}, unique=list(table.key)
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as broken:
        counts = broken.failure_cases.groupby(["column", "check"], dropna=False).size()
        # A repeated key is reported once per column of the key.
        rows_by_rule = {
            _sentence(table, column, rule): rows for (column, rule), rows in dict(counts).items()
        }
        return [f"{rule}; rows that differ: {rows}" for rule, rows in rows_by_rule.items()]
    return []


def _sentence(table: Table, column: str, rule: str) -> str:
    if rule == "multiple_fields_uniqueness":
        return f"key {', '.join(table.key)}: expected one row each"
    return f"column {column}: expected {'a value' if rule == 'not_nullable' else rule}"


def _column(field: Field):  # type: ignore[no-untyped-def]  # noqa: ANN202 - pandera is lazy
    import pandera.pandas as pa

    checks = [pa.Check(_TYPE_RULES[field.type], error=_KINDS[field.type])]
    if field.allowed:
        checks.append(pa.Check.isin(field.allowed, error=f"one of {', '.join(field.allowed)}"))
    if field.low is not None:
        checks.append(pa.Check.ge(field.low, error=f"at least {field.low:g}"))
    if field.high is not None:
        checks.append(pa.Check.le(field.high, error=f"at most {field.high:g}"))
    return pa.Column(checks=checks, nullable=field.nullable)


_KINDS = {"text": "text", "integer": "whole numbers", "number": "numbers", "boolean": "yes or no"}
_STORED = {"text": "str", "integer": "int64", "number": "float64", "boolean": "bool"}


def _stored(is_kind: Callable[..., bool]) -> Callable[["pd.Series[Any]"], "pd.Series[bool]"]:
    """A rule of the whole column: one wrong cell changes how all of them are stored."""
    return lambda column: pd.Series(is_kind(column.dtype), index=column.index)


# Parquet gives text back as pandas strings, and an all-empty column as objects: the
# contract is about kinds of values, not about one storage type.
_TYPE_RULES = {
    "text": lambda column: column.map(lambda cell: isinstance(cell, str)),
    "integer": _stored(pd.api.types.is_integer_dtype),
    "number": _stored(pd.api.types.is_numeric_dtype),
    "boolean": _stored(pd.api.types.is_bool_dtype),
}
