"""What became of one reference number."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A reference number beside ours.

    Attributes:
        group: part of the report it is counted in.
        place: case, row and statistic.
        expected: the reference; NaN where it has none.
        outcome: "right", "wrong", "missing", or "not offered" of what is left out on purpose.
        answer: ours.
        why: nothing was answered, or is not offered.
        is_binding: whether a wrong or missing answer is a failure.
    """

    group: str
    place: str
    expected: float
    outcome: str
    answer: float = math.nan
    why: str = ""
    is_binding: bool = True

    @property
    def is_failure(self) -> bool:
        return self.is_binding and self.outcome in ("wrong", "missing")
