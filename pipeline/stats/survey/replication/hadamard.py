"""Hadamard matrices: the balance behind balanced repeated replication."""

from collections.abc import Callable

import numpy as np

from pipeline.stats.arrays import CodeArray


def hadamard(rows: int) -> CodeArray:
    """The smallest matrix at hand of +1 and -1 whose rows are orthogonal.

    The first row and column hold only +1, so every other row holds as many +1 as -1. Orders
    come from two constructions of Paley over prime fields and from doubling (Sylvester);
    that leaves out a few multiples of 4 (52, 92, 100), where the next one is taken.

    Args:
        rows: rows needed, the first included.

    Returns:
        (m, m) with m >= rows.

    Source: Paley (1933), Journal of Mathematics and Physics 12, 311-320; Wolter (2007),
    Introduction to Variance Estimation, appendix A.
    """
    order = 1 if rows <= 1 else 2 if rows == 2 else -(-rows // 4) * 4
    while (build := _construction(order)) is None:
        order += 4
    matrix = build()
    matrix = matrix * matrix[:1]
    return matrix * matrix[:, :1]


def _construction(order: int) -> Callable[[], CodeArray] | None:
    """A way to build the matrix of that order, None where none is at hand."""
    if order == 1:
        return lambda: np.ones((1, 1), dtype=np.int64)
    if order > 2 and order % 4:
        return None
    if (order - 1) % 4 == 3 and _is_prime(order - 1):
        return lambda: _paley_of_one(order - 1)
    if (half := _construction(order // 2)) is not None:
        return lambda: np.kron(np.array([[1, 1], [1, -1]]), half())
    if (order // 2 - 1) % 4 == 1 and _is_prime(order // 2 - 1):
        return lambda: _paley_of_two(order // 2 - 1)
    return None


def _paley_of_one(prime: int) -> CodeArray:
    """Order prime + 1, for a prime of the form 4k + 3."""
    return _bordered(prime, -1) + np.eye(prime + 1, dtype=np.int64)


def _paley_of_two(prime: int) -> CodeArray:
    """Order 2 (prime + 1), for a prime of the form 4k + 1."""
    diagonal = np.eye(prime + 1, dtype=np.int64)
    return np.kron(_bordered(prime, 1), np.array([[1, 1], [1, -1]])) + np.kron(
        diagonal, np.array([[1, -1], [-1, -1]])
    )


def _bordered(prime: int, left: int) -> CodeArray:
    """Quadratic characters of all differences, bordered by +1 above and `left` at the left."""
    character = np.full(prime, -1, dtype=np.int64)
    character[np.arange(1, prime) ** 2 % prime] = 1
    character[0] = 0
    matrix = np.zeros((prime + 1, prime + 1), dtype=np.int64)
    matrix[0, 1:], matrix[1:, 0] = 1, left
    step = np.arange(prime)
    matrix[1:, 1:] = character[(step[:, None] - step) % prime]
    return matrix


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % d for d in range(2, int(number**0.5) + 1))
