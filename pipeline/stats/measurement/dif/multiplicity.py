"""Many tests at once: p values raised so that the whole family errs seldom."""

import numpy as np

from pipeline.stats.arrays import FloatArray


def holm(p_value: FloatArray) -> FloatArray:
    """Adjusted p values: the i-th smallest of m times m - i + 1, never below the one before.

    Args:
        p_value: any shape; NaN = no test, which stays NaN and does not count in m.

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Oracle: R p.adjust.
    """
    flat = np.ravel(p_value).astype(np.float64)
    tested = np.flatnonzero(~np.isnan(flat))
    ascending = tested[np.argsort(flat[tested], kind="stable")]
    raised = np.arange(len(ascending), 0, -1) * flat[ascending]
    flat[ascending] = np.minimum(np.maximum.accumulate(raised), 1)
    return flat.reshape(np.shape(p_value))
