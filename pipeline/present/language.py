"""Every visible word, by language and place; a wrong key or gap is an error, never a blank."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from pipeline.errors import ConfigError

WORDS = Path(__file__).with_name("words")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, called with a key and the values of its gaps."""

    language: str
    sentences: MappingProxyType[str, str] = field(repr=False, compare=False)

    @classmethod
    def load(cls, language: str) -> "Words":
        """Words of a language that the package ships.

        Raises:
            ConfigError: there is no such words file.
        """
        return cls(language, MappingProxyType(_sentences(language)))

    def __call__(self, key: str, **gaps: object) -> str:
        """The sentence at `key` with all its gaps filled.

        Raises:
            ConfigError: the key is unknown, or the gaps given are not those of the sentence.
        """
        if key not in self.sentences:
            raise ConfigError(self._file, f"key {key} is unknown")
        sentence = self.sentences[key]
        if gaps.keys() != gaps_of(sentence):
            expected, got = sorted(gaps_of(sentence)), sorted(gaps)
            raise ConfigError(self._file, f"key {key}: expected gaps {expected}, got {got}")
        return sentence.format(**gaps)

    def title(self, thing: object, name: str = "title", *, fallback: str) -> str:
        """The `name` of a configuration model in this language, or `fallback` when it is empty."""
        return str(getattr(thing, f"{name}_{self.language.partition('-')[0]}")) or fallback

    @property
    def _file(self) -> str:
        return f"words/{self.language}.toml"


def gaps_of(sentence: str) -> set[str]:
    """Names of the gaps of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@cache
def _sentences(language: str) -> dict[str, str]:
    path = WORDS / f"{language}.toml"
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in WORDS.glob("*.toml")))
        raise ConfigError(f"words/{language}.toml", f"no words in {language}; shipped: {shipped}")
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8")), ""))


def _flat(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs = []
    for key, value in table.items():
        pairs += (
            _flat(value, f"{prefix}{key}.")
            if isinstance(value, dict)
            else [(prefix + key, str(value))]
        )
    return pairs
