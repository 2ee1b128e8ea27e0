"""Released tables as CSV for people and as one DuckDB file for analysts."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
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
    """One DuckDB file with a documented table each, the same bytes for the same tables."""
    with duckdb.connect(str(path), config={"threads": 1}) as connection:
        # Compressed segments end in whatever the memory held before.
        connection.execute("PRAGMA force_compression = 'uncompressed'")
        for name, frame in tables.items():
            connection.register("rows", frame)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM rows')  # noqa: S608 - own names
            connection.unregister("rows")
            for column in frame.columns:
                if column in FIELDS:
                    _comment(connection, name, column)
    path.write_bytes(_with_fixed_identifier(path.read_bytes()))
    # DuckDB checks the sums of all header blocks on opening.
    duckdb.connect(str(path), read_only=True).close()


def _comment(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    field = FIELDS[column]
    text = f"{field.meaning} [{field.unit}]" if field.unit else field.meaning
    quoted = text.replace("'", "''")
    connection.execute(f"""COMMENT ON COLUMN "{table}"."{column}" IS '{quoted}'""")


# DuckDB gives every new file a random identifier: 16 bytes in each of three header blocks,
# each block led by its checksum.
_BLOCK, _HEADERS, _CHECKSUM = 4096, 3, 8
_IDENTIFIER = slice(124, 140)
_MULTIPLIER, _START = np.uint64(0xBF58476D1CE4E5B9), np.uint64(5381)


def _with_fixed_identifier(content: bytes) -> bytes:
    identifier = content[_IDENTIFIER]
    blocks = [_header(content[k * _BLOCK : (k + 1) * _BLOCK], identifier) for k in range(_HEADERS)]
    return b"".join(blocks) + content[_HEADERS * _BLOCK :]


def _header(block: bytes, identifier: bytes) -> bytes:
    body = block[_CHECKSUM:].replace(identifier, bytes(len(identifier)))
    words = np.frombuffer(body, dtype="<u8")
    checksum = np.bitwise_xor.reduce(words * _MULTIPLIER) ^ _START
    return int(checksum).to_bytes(_CHECKSUM, "little") + body
