"""How much better the best scorers do on an item than the worst: upper minus lower group."""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classical.people import checked_weights

WHERE = "discrimination"


def upper_lower(
    scores: FloatArray,
    total: FloatArray,
    *,
    share: float = 0.27,
    weights: FloatArray | None = None,
) -> FloatArray:
    """(J,) weighted mean of each item among the top scorers, minus among the bottom.

    Each group is exactly `share` of the weight. People at the score where a group ends belong
    to it by one and the same part, so the order of rows does not matter.

    Args:
        scores: (n, J) item scores, NaN = not scored.
        total: (n,) total scores; people with NaN do not count.
        share: of the weight in each group, in (0, 1/2].
        weights: (n,) not negative; None: one each.

    Returns:
        (J,) differences; NaN for an item not scored in one of the groups.

    Raises:
        ContractError: wrong shapes or weights, or a share outside (0, 1/2].

    Source: Kelley (1939), Journal of Educational Psychology 30, 17-24, for 27 %.
    """
    check_request(scores, total, share)
    w = checked_weights(weights, len(total), where=WHERE)
    low, high = _part_below(total, w, share), _part_below(-total, w, share)
    return np.asarray(_means(scores, w * high) - _means(scores, w * low))


def check_request(scores: FloatArray, total: FloatArray, share: float) -> None:
    """Refuse shapes that disagree and groups that overlap.

    Raises:
        ContractError: what does not fit.
    """
    if not 0 < share <= 1 / 2:
        raise ContractError(WHERE, f"share: expected above 0 and at most 1/2, got {share:g}")
    if scores.ndim != 2 or total.shape != scores.shape[:1]:
        raise ContractError(
            WHERE, f"expected a total for each row, got {total.shape} for {scores.shape}"
        )


def _part_below(total: FloatArray, weights: FloatArray, share: float) -> FloatArray:
    """(n,) part of each person that belongs to the lowest share of the weight."""
    seen = ~np.isnan(total)
    _, place = np.unique(total[seen], return_inverse=True)
    mass = np.bincount(place, weights=weights[seen])
    below = np.cumsum(mass) - mass
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.clip((share * mass.sum() - below) / mass, 0.0, 1.0)
    found = np.zeros(len(total))
    found[seen] = np.where(mass > 0, part, 0.0)[place]
    return found


def _means(scores: FloatArray, weights: FloatArray) -> FloatArray:
    counted = weights > 0
    values, w = scores[counted], weights[counted]
    seen = ~np.isnan(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((w @ np.where(seen, values, 0.0)) / (w @ seen))
