"""Writing a wave as a vendor would deliver it: SPSS file, records, description, column map."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

# SPSS files carry the moment of writing at a fixed place; only a fixed one repeats bytes.
_STAMP_AT = 92
_STAMP = b"01 Jan 7000:00:00"
# Bytes a label may have; what is longer would be cut within a character.
_COLUMN_LABEL, _VALUE_LABEL = 255, 120


@dataclass(frozen=True, kw_only=True)
class SavFile:
    """An SPSS file before it is written.

    Attributes:
        frame: one row per interview; numbers, text or timestamps.
        label: of the file.
        column_labels: by column.
        value_labels: by column, words by code.
        missing: by column, lowest and highest user-missing code.
    """

    frame: pd.DataFrame
    label: str
    column_labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[int, str]]
    missing: Mapping[str, tuple[int, int]]


def write_sav(file: SavFile, path: Path) -> None:
    """Write an SPSS file whose bytes depend on its content alone."""
    import pyreadstat

    path.parent.mkdir(parents=True, exist_ok=True)
    pyreadstat.write_sav(
        file.frame,
        path,
        file_label=file.label,
        column_labels={
            name: _fitting(words, _COLUMN_LABEL) for name, words in file.column_labels.items()
        },
        variable_value_labels={
            name: {code: _fitting(text, _VALUE_LABEL) for code, text in words.items()}
            for name, words in file.value_labels.items()
        },
        missing_ranges={
            name: [{"lo": low, "hi": high}] for name, (low, high) in file.missing.items()
        },
        row_compress=True,
    )
    content = path.read_bytes()
    path.write_bytes(content[:_STAMP_AT] + _STAMP + content[_STAMP_AT + len(_STAMP) :])


def _fitting(label: str, limit: int) -> str:
    return label.encode()[:limit].decode(errors="ignore")


def record_bytes(frame: pd.DataFrame) -> bytes:
    """A table of a wave as CSV with a fixed number of digits."""
    return frame.to_csv(index=False, lineterminator="\n", float_format="%.10g").encode()


def write_record(frame: pd.DataFrame, path: Path) -> None:
    """Write a table of a wave."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(record_bytes(frame))


def write_toml(content: Mapping[str, Any], path: Path, *, heading: str = "") -> None:
    """Write tables of texts, numbers, dates and lists as TOML, under a comment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"# {line}" for line in heading.splitlines()]
    path.write_bytes("\n".join([*lines, *_lines(content, ())]).encode() + b"\n")


def _lines(table: Mapping[str, Any], name: tuple[str, ...]) -> list[str]:
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    header = ["", f"[{'.'.join(map(_key, name))}]"] if name and (plain or not inner) else []
    lines = header + [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in inner.items():
        lines += _lines(value, (*name, key))
    return lines


def _key(key: str) -> str:
    is_bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if is_bare else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:  # noqa: ANN401 - any TOML value
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
