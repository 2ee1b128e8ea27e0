"""What a column is: its type, whether it may be empty, its range, its meaning."""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column: its type, whether it may be empty, its range or values, and its meaning."""

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()


def text(
    name: str, meaning: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()
) -> Field:
    """A column of text."""
    return Field(name=name, type="text", meaning=meaning, nullable=nullable, allowed=allowed)


def number(
    name: str,
    meaning: str,
    *,
    unit: str = "",
    nullable: bool = False,
    low: float | None = None,
    high: float | None = None,
) -> Field:
    """A column of numbers."""
    return Field(
        name=name, type="number", meaning=meaning, unit=unit, nullable=nullable, low=low, high=high
    )


def integer(name: str, meaning: str, *, nullable: bool = False, low: float | None = None) -> Field:
    """A column of whole numbers."""
    return Field(name=name, type="integer", meaning=meaning, nullable=nullable, low=low)


def boolean(name: str, meaning: str, *, nullable: bool = False) -> Field:
    """A column of yes and no."""
    return Field(name=name, type="boolean", meaning=meaning, nullable=nullable)
