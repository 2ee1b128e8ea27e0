"""Words of the plan's report and of the fieldwork sheets, from `words.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pipeline.present.language import Words

SHEETS = "zh-CN"  # fieldwork in China is done on Chinese forms


@cache
def sampling_words(language: str) -> Words:
    """The words of one language, by `section.key`."""
    sections = _table()[language]
    flat = {
        f"{name}.{key}": text for name, section in sections.items() for key, text in section.items()
    }
    return Words(language, MappingProxyType(flat))


def outcomes() -> list[tuple[str, str, str]]:
    """Code of an address's outcome, its words, and what it counts as in the fieldwork record."""
    rows = _table()[SHEETS]["outcome"]
    return [(code, *_halves(text)) for code, text in rows.items()]


def _halves(text: str) -> tuple[str, str]:
    words, _, counted = text.partition("|")
    return words, counted


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
