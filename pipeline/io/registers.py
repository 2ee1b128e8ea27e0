"""Reference tables a workspace keeps as CSV: targets, published figures, names of areas."""

from pathlib import Path

import pandas as pd

from pipeline.errors import ConfigError, ContractError
from pipeline.fields import FIELDS
from pipeline.tables import AREAS, PUBLISHED, TARGETS, Table, check


def read_targets(raw: Path) -> pd.DataFrame:
    """Targets of the area and of areas above it."""
    return _read(raw / "targets" / "targets.csv", TARGETS)


def read_published(raw: Path) -> pd.DataFrame:
    """Shares published by others, each with its standard and citation."""
    return _read(raw / "published" / "published.csv", PUBLISHED)


def read_areas(raw: Path) -> pd.DataFrame:
    """Names of areas by code."""
    return _read(raw / "geography" / "areas.csv", AREAS)


def _read(path: Path, table: Table) -> pd.DataFrame:
    if not path.is_file():
        columns = ", ".join(table.columns)
        raise ConfigError(str(path), "the register is missing", hint=f"columns: {columns}")
    frame = text_table(path)
    missing = [name for name in table.columns if name not in frame.columns]
    if missing:
        raise ConfigError(str(path), [f"column {name} is missing" for name in missing])
    try:
        typed = pd.DataFrame({name: _typed(frame[name]) for name in table.columns})
        check(table, typed)
    except ContractError as broken:
        raise ConfigError(str(path), broken.faults) from None
    except ValueError as fault:
        raise ConfigError(str(path), f"expected numbers where numbers belong: {fault}") from None
    return typed


def text_table(path: Path) -> pd.DataFrame:
    """A table that people edit, all columns as text; empty cells are empty text.

    Raises:
        ConfigError: the file is no CSV table in UTF-8.
    """
    try:
        return pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except ValueError:  # an empty file, no table, another encoding
        raise ConfigError(
            str(path), "expected a CSV table in UTF-8", hint='save it as "CSV UTF-8"'
        ) from None


def _typed(column: pd.Series) -> pd.Series:
    kind = FIELDS[str(column.name)].type
    if kind == "text":
        return column
    numbers = pd.to_numeric(column.replace("", None))
    return numbers.astype("int64") if kind == "integer" else numbers.astype(float)
