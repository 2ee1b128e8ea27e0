"""Standard error of measurement at one score, in points: near a cut it is not the average one.

Owns the binomial family, for items scored right or wrong. Errors by a calibrated model come from
test information.
"""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray

WHERE = "conditional error"


def lord_error(right: FloatArray, *, items: int) -> FloatArray:
    """(...) binomial error at some numbers right, sqrt(x (J - x) / (J - 1)).

    As if each person got items drawn at random from a large pool.

    Args:
        right: (...) numbers right in [0, J].
        items: J, two or more.

    Raises:
        ContractError: fewer than two items, or a number right outside [0, J].

    Source: Lord (1955), Educational and Psychological Measurement 15, 325-336.
    """
    return compound_error(
        np.asarray(right, dtype=np.float64)[..., None],
        items=np.array([float(items)]),
        points=np.ones(1),
    )


def keats_error(right: FloatArray, *, items: int, reliability: float, kr21: float) -> FloatArray:
    """(...) binomial error shrunk so that on average it agrees with a reliability.

    Lord's error times sqrt((1 - reliability) / (1 - KR-21)): everybody gets the same items, so
    differences in their difficulty are no error.

    Args:
        right: (...) numbers right in [0, J].
        items: J, two or more.
        reliability: coefficient to agree with, such as alpha; below 1.
        kr21: of the same items and people; below 1.

    Raises:
        ContractError: as `lord_error`, or a coefficient of 1 or more.

    Source: Keats (1957), Psychometrika 22, 29-41.
    """
    if not (reliability < 1 and kr21 < 1):
        raise ContractError(
            WHERE, f"expected coefficients below 1, got {reliability:g} and KR-21 {kr21:g}"
        )
    shrunk = np.sqrt((1 - reliability) / (1 - kr21))
    return np.asarray(shrunk * lord_error(right, items=items))


def compound_error(right: FloatArray, *, items: FloatArray, points: FloatArray) -> FloatArray:
    """(...) error in points of a test of several parts, each drawn from a pool of its own.

    sqrt(sum over parts of c_k^2 x_k (J_k - x_k) / (J_k - 1)), c_k the points of one item.

    Args:
        right: (..., k) numbers right by part.
        items: (k,) items of each part, two or more.
        points: (k,) points of one item of each part.

    Raises:
        ContractError: a part of fewer than two items, or a number right outside its part.

    Source: Feldt (1984), Educational and Psychological Measurement 44, 883-891.
    """
    known, count, worth = (np.asarray(part, dtype=np.float64) for part in (right, items, points))
    if not (known.shape[-1:] == count.shape == worth.shape and (count >= 2).all()):
        raise ContractError(
            WHERE,
            f"expected items and points of the same parts, two items or more each, got "
            f"{known.shape[-1:]} parts right, {count.shape} items, {worth.shape} points",
        )
    if not ((known >= 0) & (known <= count)).all():
        raise ContractError(WHERE, "expected numbers right from 0 to the number of items")
    parts = worth**2 * known * (count - known) / (count - 1)
    return np.asarray(np.sqrt(parts.sum(axis=-1)))
