"""Sizes as they are drawn: whole, and for two groups or two waves at once."""

from dataclasses import dataclass
from math import ceil

_WHOLE = 1e-9  # a size that is whole but for rounding of floats is not raised by one


@dataclass(frozen=True, slots=True)
class PairSizes:
    """Whole sizes of two groups, or of the earlier and the later wave."""

    first: int
    second: int


def rounded_up(size: float) -> int:
    """The least whole size that is not below."""
    return ceil(size - _WHOLE)
