"""Readers of delivered files; every cell comes out as the text of its code, or empty."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from pipeline.errors import MicrodataError
from pipeline.io.digest import sha256

Facts: TypeAlias = dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A delivered file as it came.

    Attributes:
        frame: all columns as text codes; None where the file holds nothing.
        facts: name, sha256, size, rows, columns, encoding, and whether dates could be read.
    """

    frame: pd.DataFrame
    facts: Facts


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
        frame, found = reader(path)
    except Exception as fault:  # readers raise errors of many unrelated classes
        raise MicrodataError(
            str(path), f"cannot be read as {path.suffix}: {type(fault).__name__}",
            hint="ask for the file again; it is damaged or not of this kind",
        ) from None  # fmt: skip
    if frame.empty:
        raise MicrodataError(str(path), "expected at least one interview, the file has no rows")
    return RawFile(frame=frame, facts=_facts(path, frame) | found)


def _facts(path: Path, frame: pd.DataFrame) -> Facts:
    return {
        "file": path.name,
        "sha256": sha256(path),
        "bytes": path.stat().st_size,
        "rows": len(frame),
        "columns": len(frame.columns),
    }


def _sav(path: Path) -> tuple[pd.DataFrame, Facts]:
    frame, meta, options = _labelled("read_sav", path)
    return as_codes(frame), _found(meta, options)


def _dta(path: Path) -> tuple[pd.DataFrame, Facts]:
    import pyreadstat

    frame, meta, options = _labelled("read_dta", path)
    if meta.missing_user_values:
        # Asked for lettered missing codes, the reader turns plain blanks of whole-number
        # columns into 0; without the letters it leaves them empty.
        lettered = list(meta.missing_user_values)
        plain, _ = pyreadstat.read_dta(path, usecols=lettered, **options)
        is_letter = frame[lettered].map(lambda cell: isinstance(cell, str))
        frame[lettered] = frame[lettered].where(plain[lettered].notna() | is_letter, None)
    return as_codes(frame), _found(meta, options)


def _labelled(
    reader: str, path: Path, **options: object
) -> tuple[pd.DataFrame, Any, dict[str, object]]:
    """Read a statistics program's file; wrong encoding or an impossible date stop nothing."""
    import pyreadstat

    try:
        # user_missing: otherwise "don't know" and "refused" both arrive as empty.
        frame, meta = getattr(pyreadstat, reader)(path, user_missing=True, **options)
    except pyreadstat.ReadstatError:
        if "encoding" in options:
            raise
        return _labelled(reader, path, encoding=_LOCAL_ENCODING, **options)
    except OverflowError:
        if _RAW_DATES in options:
            raise
        return _labelled(reader, path, **{_RAW_DATES: True}, **options)
    return frame, meta, options


def _found(meta: Any, options: Mapping[str, object]) -> Facts:  # noqa: ANN401 - the reader's own
    encoding = str(meta.file_encoding or "not stated")
    return {"encoding": encoding, "dates_read": _RAW_DATES not in options}


def _xlsx(path: Path) -> tuple[pd.DataFrame, Facts]:
    frame = pd.read_excel(path, dtype=object, **_ONLY_BLANK_IS_MISSING)
    return as_codes(frame), {"encoding": "UTF-8"}


def _csv(path: Path) -> tuple[pd.DataFrame, Facts]:
    frame, encoding = read_csv_text(path)
    return as_codes(frame), {"encoding": encoding}


def read_csv_text(path: Path) -> tuple[pd.DataFrame, str]:
    """Read a CSV file as text, with the encoding it turned out to have.

    Raises:
        ValueError: the file is empty or no table in either encoding.
    """
    try:
        return _decoded(path, "utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _decoded(path, _LOCAL_ENCODING), _LOCAL_ENCODING


def _decoded(path: Path, encoding: str) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, encoding=encoding, **_ONLY_BLANK_IS_MISSING)


# What Chinese office and statistics software writes by default; contains GBK and GB2312.
_LOCAL_ENCODING = "GB18030"
_RAW_DATES = "disable_datetime_conversion"
# Otherwise codes such as "NA" or "None" would arrive as empty.
_ONLY_BLANK_IS_MISSING: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
_READERS: dict[str, Callable[[Path], tuple[pd.DataFrame, Facts]]] = {
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
