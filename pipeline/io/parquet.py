"""Parquet through DuckDB, byte for byte the same for the same frame."""

from pathlib import Path

import duckdb
import pandas as pd

from pipeline.errors import ContractError
from pipeline.tables import Table, check


def write(table: Table, frame: pd.DataFrame, folder: Path) -> None:
    """Write a checked table as `<folder>/<table>.parquet`, rows sorted by its key.

    Raises:
        ContractError: the frame breaks the table's contract.
    """
    # A copy, because DuckDB cannot read columns that are views backwards over others.
    rows = check(table, frame).sort_values(list(table.key), kind="stable").copy()
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", rows)
        connection.execute(
            f"COPY (SELECT * FROM rows) TO '{_quoted(folder / _file(table))}' (FORMAT parquet)"  # noqa: S608 - no outside text
        )


def read(table: Table, folder: Path) -> pd.DataFrame:
    """Read `<folder>/<table>.parquet` and check it again.

    Raises:
        ContractError: the file is absent or breaks the table's contract.
    """
    path = folder / _file(table)
    if not path.is_file():
        raise ContractError(str(path), "the table is missing", hint="run `dvc repro`")
    with duckdb.connect(config={"threads": 1}) as connection:
        frame = connection.execute(f"SELECT * FROM read_parquet('{_quoted(path)}')").df()  # noqa: S608 - no outside text
    return check(table, frame)


def _file(table: Table) -> str:
    return f"{table.name}.parquet"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
