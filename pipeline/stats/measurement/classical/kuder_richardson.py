"""Reliability of tests whose items are right or wrong, as Kuder and Richardson wrote it."""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.moments import ItemMoments
from pipeline.stats.measurement.classical.reliability import alpha, checked_covariance

WHERE = "Kuder-Richardson"
_BINARY = 1e-9  # variance and p(1 - p) of a right-wrong item agree within rounding


def kr20(moments: ItemMoments) -> float:
    """KR-20: alpha of items that are right or wrong, item variances being p (1 - p).

    Raises:
        ContractError: items that are not right or wrong, fewer than two of them, or a total
            without variance.

    Source: Kuder & Richardson (1937), Psychometrika 2, 151-160.
    """
    _check_right_wrong(moments)
    return alpha(moments.covariance)


def kr21(moments: ItemMoments) -> float:
    """KR-21: KR-20 if all items were equally difficult, J / (J - 1) (1 - M (J - M) / (J V)).

    M and V are mean and variance of the number right.

    Raises:
        ContractError: as `kr20`.

    Source: Kuder & Richardson (1937), Psychometrika 2, 151-160.
    """
    _check_right_wrong(moments)
    count, variance = checked_covariance(moments.covariance)
    mean = moments.total_mean
    return float(count / (count - 1) * (1 - mean * (count - mean) / (count * variance)))


def _check_right_wrong(moments: ItemMoments) -> None:
    off = np.abs(moments.covariance.diagonal() - moments.mean * (1 - moments.mean))
    if partial := [name for name, gap in zip(moments.items, off, strict=True) if gap > _BINARY]:
        raise ContractError(
            WHERE,
            f"expected scores 0 and 1, got others: items {', '.join(partial)}",
            hint="alpha holds for any scores",
        )
