"""Released tables as CSV for people and as one DuckDB file for analysts."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from pipeline.fields import FIELDS


def write_csv(tables: Mapping[str, pd.DataFrame], folder: Path, mark: str) -> None:
    """One CSV per table, in the encoding that Chinese office software opens rightly.

    Args:
        tables: released tables by name.
        folder: where the files go.
        mark: put into every file name (simulated data), or empty.
    """
    for name, frame in tables.items():
        text = frame.to_csv(index=False, lineterminator="\r\n")
        (folder / f"{name}{mark}.csv").write_bytes(text.encode("utf-8-sig"))


def write_database(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """One DuckDB file with a documented table each."""
    with duckdb.connect(str(path), config={"threads": 1}) as connection:
        for name, frame in tables.items():
            connection.register("rows", frame)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM rows')  # noqa: S608 - own names
            connection.unregister("rows")
            for column in frame.columns:
                if column in FIELDS:
                    _comment(connection, name, column)


def _comment(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    field = FIELDS[column]
    text = f"{field.meaning} [{field.unit}]" if field.unit else field.meaning
    quoted = text.replace("'", "''")
    connection.execute(f"""COMMENT ON COLUMN "{table}"."{column}" IS '{quoted}'""")
