"""A difference with several factors, each credited with its mean effect over all orders."""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray

_MOST = 12  # factors: every set of them is computed


def shapley(
    function: Callable[[Sequence[FloatArray]], float],
    before: Sequence[FloatArray],
    after: Sequence[FloatArray],
) -> FloatArray:
    """(k,) contributions of k factors to function(after) - function(before); they add up to it.

    The mean, over all k! orders of replacing the factors one after another, of the change when
    the factor's turn comes: sum over sets S of the others |S|! (k - |S| - 1)! / k! times
    f(S and j new) - f(S new).

    Args:
        function: from k factors to the rate.
        before: k factors.
        after: k factors.

    Raises:
        ContractError: the numbers of factors differ or are too many.

    Source: Das Gupta (1993), Standardization and Decomposition of Rates, US Census Bureau;
    Shorrocks (2013), J. Econ. Inequality 11, 99-126.
    """
    k = len(before)
    if not 0 < k <= _MOST or len(after) != k:
        raise ContractError(
            "decomposition", f"expected 1 to {_MOST} factors twice, got {k} and {len(after)}"
        )
    sets = [frozenset(s) for size in range(k + 1) for s in combinations(range(k), size)]
    value = {s: function([(after if j in s else before)[j] for j in range(k)]) for s in sets}
    parts = np.zeros(k)
    for s in sets:
        weight = factorial(len(s)) * factorial(k - len(s) - 1) / factorial(k) if len(s) < k else 0.0
        for j in set(range(k)) - s:
            parts[j] += weight * (value[s | {j}] - value[s])
    return parts


def chain_contributions(
    people: tuple[FloatArray, FloatArray], rate: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """(d + 1,) contributions of d dimensions of a table, each within those before, and the rate.

    The rate is sum s1(a) s2(b | a) ... r(a, b, ...): the share of a, of b within a, and so on,
    are the factors, the rate of cells the last. The order of dimensions matters: it says what
    is held within what.

    Args:
        people: (I, J, ...) people before and after.
        rate: (I, J, ...) rates before and after.

    Raises:
        ContractError: tables differ, or a cell is empty: its rate is unknown.

    Source: Das Gupta (1993), as for `shapley`.
    """
    if len({np.shape(table) for table in (*people, *rate)}) > 1 or np.ndim(people[0]) < 1:
        raise ContractError("decomposition", "expected four tables of the same cells")
    empty = sum(int((~(table > 0)).sum()) for table in people)
    if empty or not np.isfinite(np.stack(rate)).all():
        raise ContractError(
            "decomposition",
            f"expected people and a rate in every cell, got {empty} without people",
            hint="merge these cells with like ones, and say so",
        )
    before, after = (
        [*_conditional_shares(table), r] for table, r in zip(people, rate, strict=True)
    )
    return shapley(_product_sum, before, after)


def _conditional_shares(people: FloatArray) -> list[FloatArray]:
    """Shares of each dimension within those before it, shaped to multiply."""
    shares = []
    for d in range(people.ndim):
        later = tuple(range(d + 1, people.ndim))
        here = people.sum(axis=later, keepdims=True)
        shares.append(here / here.sum(axis=d, keepdims=True))
    return shares


def _product_sum(factors: Sequence[FloatArray]) -> float:
    product = np.ones(())
    for factor in factors:
        product = product * factor
    return float(product.sum())
