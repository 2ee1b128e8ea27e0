"""Item scores with the weights of the people, checked once and read in blocks.

Item scores are credit in [0, 1], points, or any other scale: (n, J) numbers, NaN = not scored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray

# People read at a time: bounds memory at a million people, and still fills the processor.
_BLOCK = 1 << 14


@dataclass(frozen=True, eq=False)
class ScoredPeople:
    """Item scores of the people whose weight is above zero.

    Attributes:
        scores: (n, J) item scores, NaN = not scored.
        weights: (n,) above zero.
        items: J names, for messages.
    """

    scores: FloatArray
    weights: FloatArray
    items: tuple[str, ...]

    @classmethod
    def of(
        cls,
        scores: FloatArray,
        weights: FloatArray | None,
        items: Sequence[str] | None,
        *,
        where: str,
    ) -> "ScoredPeople":
        """The people who count, in their order.

        Raises:
            ContractError: shapes disagree, a weight is negative or missing, nobody counts, or an
                item is scored for nobody.
        """
        values = np.asarray(scores, dtype=np.float64)
        if values.ndim != 2 or not values.shape[1]:
            raise ContractError(where, f"scores: expected people x items, got {values.shape}")
        counted = checked_weights(weights, len(values), where=where)
        names = tuple(items) if items is not None else _numbers(values.shape[1])
        if len(names) != values.shape[1]:
            raise ContractError(where, f"items: expected {values.shape[1]} names, got {len(names)}")
        if not counted.all():
            values, counted = values[counted > 0], counted[counted > 0]
        if not len(values):
            raise ContractError(where, "expected people with a weight above 0, got none")
        found = cls(values, counted, names)
        found.refuse(np.asarray(np.isnan(values).all(axis=0)), where, "scored for nobody")
        return found

    def refuse(self, faulty: BoolArray, where: str, fault: str, *, hint: str = "") -> None:
        """Refuse the items marked, by name."""
        if faulty.any():
            named = ", ".join(name for name, bad in zip(self.items, faulty, strict=True) if bad)
            raise ContractError(where, f"{fault}: items {named}", hint=hint or "leave them out")

    def blocks(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Scores and weights of some people after the other."""
        for start in range(0, len(self.scores), _BLOCK):
            yield self.scores[start : start + _BLOCK], self.weights[start : start + _BLOCK]


def checked_weights(weights: FloatArray | None, n: int, *, where: str) -> FloatArray:
    """(n,) weights, one each where none are given.

    Raises:
        ContractError: not n of them, or some negative or missing.
    """
    if weights is None:
        return np.ones(n)
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (n,):
        raise ContractError(where, f"weights: expected {n}, got {values.shape}")
    if bad := int((~(values >= 0) | np.isinf(values)).sum()):
        raise ContractError(where, f"weights: negative, infinite or missing in {bad} rows")
    return values


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(str(number) for number in range(1, count + 1))
