"""Upper minus lower group as R scripts compute it, for comparison only.

Groups are whole people, so those tied at the border are in or out by the order of their rows.
"""

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.discrimination import check_request


def upper_lower_by_rows(scores: FloatArray, total: FloatArray, *, share: float) -> FloatArray:
    """(J,) mean of each item among the last round(share n) rows by total, minus the first.

    Args:
        scores: (n, J) without missing.
        total: (n,).
        share: of the people in each group, in (0, 1/2].

    Raises:
        ContractError: shapes that disagree, or a share outside (0, 1/2].

    Oracle: R order(total, row).
    """
    check_request(scores, total, share)
    size = round(share * len(total))
    order = np.argsort(total, kind="stable")
    return np.asarray(
        scores[order[len(order) - size :]].mean(axis=0) - scores[order[:size]].mean(axis=0)
    )
