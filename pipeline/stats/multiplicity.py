"""Many tests at once: p values raised so that the whole family errs seldom."""

from collections.abc import Callable

import numpy as np

from pipeline.stats.arrays import FloatArray


def holm(p_value: FloatArray) -> FloatArray:
    """Adjusted p values: the i-th smallest of m times m - i + 1, never below the one before.

    Args:
        p_value: any shape; NaN = no test, which stays NaN and does not count in m.

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Oracle: R p.adjust.
    """
    return _adjusted(
        p_value,
        lambda ascending: np.maximum.accumulate(
            np.arange(len(ascending), 0, -1) * ascending, dtype=np.float64
        ),
    )


def benjamini_hochberg(p_value: FloatArray) -> FloatArray:
    """Adjusted p values: the i-th smallest of m times m / i, never above the one after.

    Keeps the expected part of false findings among all findings below a level, for long
    lists that are looked through; `holm` where any false finding does harm.

    Args:
        p_value: any shape; NaN = no test, which stays NaN and does not count in m.

    Source: Benjamini & Hochberg (1995), JRSS B 57, 289-300. Oracle: R p.adjust.
    """

    def step_up(ascending: FloatArray) -> FloatArray:
        m = len(ascending)
        raised = ascending * m / np.arange(1, m + 1)
        return np.minimum.accumulate(raised[::-1])[::-1]

    return _adjusted(p_value, step_up)


def _adjusted(p_value: FloatArray, raised: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """The p values of tests made, adjusted in ascending order and cut at 1."""
    flat = np.ravel(p_value).astype(np.float64)
    tested = np.flatnonzero(~np.isnan(flat))
    ascending = tested[np.argsort(flat[tested], kind="stable")]
    flat[ascending] = np.minimum(raised(flat[ascending]), 1)
    return flat.reshape(np.shape(p_value))
