"""Readers of delivered files; every cell comes out as the text of its code, or empty."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.errors import MicrodataError


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A delivered file as it came.

    Attributes:
        frame: all columns as text codes; None where the file holds nothing.
        facts: name, sha256, size, reader, encoding, rows and columns.
    """

    frame: pd.DataFrame
    facts: dict[str, str | int]


def read_microdata(path: Path) -> RawFile:
    """Read a .sav, .dta, .xlsx or .csv file without changing a code.

    Raises:
        MicrodataError: the file is absent, of another kind, damaged or empty.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        kinds = ", ".join(_READERS)
        raise MicrodataError(str(path), f"expected a file of kind {kinds}, got {path.suffix!r}")
    if not path.is_file():
        raise MicrodataError(
            str(path), "the file is missing", hint="put it there, or correct wave.toml: microdata"
        )
    try:
        frame, encoding = reader(path)
    except Exception as fault:  # readers raise errors of many unrelated classes
        raise MicrodataError(
            str(path), f"cannot be read as {path.suffix}: {type(fault).__name__}",
            hint="ask for the file again; it is damaged or not of this kind",
        ) from None  # fmt: skip
    if frame.empty:
        raise MicrodataError(str(path), "expected at least one interview, the file has no rows")
    return RawFile(frame=frame, facts=_facts(path, frame, encoding))


def _facts(path: Path, frame: pd.DataFrame, encoding: str) -> dict[str, str | int]:
    return {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "encoding": encoding,
        "rows": len(frame),
        "columns": len(frame.columns),
    }


def _sav(path: Path) -> tuple[pd.DataFrame, str]:
    import pyreadstat

    # user_missing: otherwise "don't know" and "refused" both arrive as empty.
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    return as_codes(frame), str(meta.file_encoding)


def _dta(path: Path) -> tuple[pd.DataFrame, str]:
    import pyreadstat

    frame, meta = pyreadstat.read_dta(path, user_missing=True)
    return as_codes(frame), str(meta.file_encoding)


def _xlsx(path: Path) -> tuple[pd.DataFrame, str]:
    return as_codes(pd.read_excel(path, dtype=object)), "UTF-8"


def _csv(path: Path) -> tuple[pd.DataFrame, str]:
    try:
        return as_codes(pd.read_csv(path, dtype=str, encoding="utf-8-sig")), "UTF-8"
    except UnicodeDecodeError:
        # Chinese office software writes its local encoding; GB18030 contains GBK and GB2312.
        return as_codes(pd.read_csv(path, dtype=str, encoding="gb18030")), "GB18030"


_READERS: dict[str, Callable[[Path], tuple[pd.DataFrame, str]]] = {
    ".sav": _sav,
    ".dta": _dta,
    ".xlsx": _xlsx,
    ".csv": _csv,
}


def as_codes(frame: pd.DataFrame) -> pd.DataFrame:
    """All cells as text: 1.0 becomes "1", blanks become None, dates ISO text."""
    return pd.DataFrame({str(name): _codes(frame[name]) for name in frame}, index=frame.index)


def _codes(column: pd.Series) -> pd.Series:
    distinct = {value: _code(value) for value in column.unique()}
    return pd.Series([distinct.get(value) for value in column], index=column.index, dtype=object)


def _code(value: object) -> str | None:
    if pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None
