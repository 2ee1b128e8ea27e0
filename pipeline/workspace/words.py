"""Words that commands say to a person: one line, Chinese first, English second."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def section(name: str) -> dict[str, Any]:
    """All entries of one section of words.toml."""
    return dict(_table()[name])


def words(key: str, **gaps: object) -> str:
    """The sentence at `section.key`, its gaps filled."""
    name, _, entry = key.partition(".")
    return str(_table()[name][entry]).format(**gaps)
