"""Total and rest scores as shares of the points that a person could earn, and score bands.

The rest score of an item leaves the item out, so that it is not compared with itself. People with
different forms are on one scale only as far as the forms are equally difficult.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.people import checked_weights

WHERE = "rest scores"
# Shares are rounded as scores are: sums of the same points in another order are ties.
_DECIMALS = 9
_BLOCK = 1 << 14  # people added up at a time: bounds memory at a million people


@dataclass(frozen=True, eq=False)
class TotalPoints:
    """Points earned and possible on the items that each of n people was scored on.

    Attributes:
        credit: (n, J), NaN = not scored.
        points: (J,) points of a full credit.
        earned: (n,).
        possible: (n,).
    """

    credit: FloatArray
    points: FloatArray
    earned: FloatArray
    possible: FloatArray

    @classmethod
    def of(cls, credit: FloatArray, points: FloatArray | None = None) -> "TotalPoints":
        """Add up the items; without points each is worth one.

        Raises:
            ContractError: not a number of points above zero per item.
        """
        values = np.asarray(credit, dtype=np.float64)
        worth = np.ones(values.shape[1]) if points is None else np.asarray(points, dtype=float)
        if worth.shape != values.shape[1:] or not (worth > 0).all():
            raise ContractError(
                WHERE,
                f"points: expected {values.shape[1]} above 0, one per item, got {worth.shape}",
            )
        earned, possible = np.zeros((2, len(values)))
        for start in range(0, len(values), _BLOCK):
            block = slice(start, start + _BLOCK)
            seen = ~np.isnan(values[block])
            earned[block] = np.where(seen, values[block], 0.0) @ worth
            possible[block] = seen @ worth
        return cls(values, worth, earned, possible)

    @property
    def share(self) -> FloatArray:
        """(n,) earned over possible; NaN with no item scored."""
        return _share(self.earned, self.possible)

    def rest(self, item: int) -> FloatArray:
        """(n,) share earned of the items other than one; NaN with none of them scored."""
        mine = self.credit[:, item] * self.points[item]
        left = np.where(np.isnan(mine), 0.0, self.points[item])
        return _share(self.earned - np.nan_to_num(mine), self.possible - left)

    @property
    def rests(self) -> FloatArray:
        """(n, J) share earned of the other items, NaN where the item itself is not scored."""
        mine = self.credit * self.points
        found = _share(self.earned[:, None] - mine, self.possible[:, None] - self.points)
        return np.asarray(np.where(np.isnan(mine), np.nan, found))


def score_bands(score: FloatArray, *, bands: int, weights: FloatArray | None = None) -> CodeArray:
    """(n,) band of each score, 0 the lowest, -1 where the score is NaN.

    Bands hold equal shares of the weight as nearly as ties allow: a score goes to the band in
    which the middle of its people stands, so equal scores are never parted.

    Args:
        score: (n,).
        bands: how many; 5 gives fifths.
        weights: (n,) not negative; None: one each.

    Raises:
        ContractError: wrong weights, or fewer than two bands.
    """
    if bands < 2:
        raise ContractError(WHERE, f"bands: expected two or more, got {bands}")
    w = checked_weights(weights, len(score), where=WHERE)
    seen = ~np.isnan(score)
    found = np.full(len(score), -1, dtype=np.int64)
    _, place = np.unique(score[seen], return_inverse=True)
    mass = np.bincount(place, weights=w[seen])
    if mass.sum() > 0:
        middle = np.round((np.cumsum(mass) - mass / 2) / mass.sum(), _DECIMALS)
        found[seen] = np.minimum((middle * bands).astype(np.int64), bands - 1)[place]
    return found


def _share(earned: FloatArray, possible: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.round(earned / possible, _DECIMALS)
    return np.asarray(np.where(possible > 10.0**-_DECIMALS, share, np.nan))
