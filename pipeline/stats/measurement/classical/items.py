"""Item statistics: how difficult each item is and how well it tells people apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.measurement.classical.discrimination import upper_lower
from pipeline.stats.measurement.classical.people import ScoredPeople
from pipeline.stats.measurement.classical.rest_scores import TotalPoints, score_bands

WHERE = "item statistics"


@dataclass(frozen=True, kw_only=True, eq=False)
class ItemStatistics:
    """Statistics of J items in the population that the weights stand for.

    Correlations are Pearson's: of items scored 0 or 1, point-biserial. They are NaN for an item on
    which everybody has the same score.

    Attributes:
        n: (J,) people scored, weight above zero.
        difficulty: (J,) weighted mean credit; of items scored 0 or 1, the share right.
        variance: (J,) of the credit, over the sum of weights.
        item_total: (J,) correlation with the total score, the item itself included.
        item_rest: (J,) correlation with the score of the other items.
        upper_lower: (J,) mean credit of the upper minus the lower 27 % by total score.
    """

    n: CodeArray
    difficulty: FloatArray
    variance: FloatArray
    item_total: FloatArray
    item_rest: FloatArray
    upper_lower: FloatArray


def item_statistics(
    credit: FloatArray,
    *,
    points: FloatArray | None = None,
    weights: FloatArray | None = None,
    items: Sequence[str] | None = None,
) -> ItemStatistics:
    """Difficulty, variance and discrimination of each item.

    Total and rest scores are shares of the points possible on what a person was scored on.

    Args:
        credit: (n, J) credit or points, NaN = not scored.
        points: (J,) points of a full credit; None: one each.
        weights: (n,) not negative; None: one each.
        items: J names for messages; None: numbers from 1.

    Raises:
        ContractError: wrong shapes, weights or points, or an item scored for nobody.

    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores, ch. 15. Oracle:
    psych 2.2.9 alpha (r.drop, raw.r); R cov.wt.
    """
    people = ScoredPeople.of(credit, weights, items, where=WHERE)
    total = TotalPoints.of(people.scores, points).share
    centre = float(people.weights @ np.nan_to_num(total) / people.weights.sum())
    with_total, with_rest = np.zeros((2, 6, people.scores.shape[1]))
    for scores, weight in people.blocks():
        block = TotalPoints.of(scores, points)
        totals = np.broadcast_to(block.share[:, None], scores.shape)
        with_total += _sums(scores, totals, weight, centre)
        with_rest += _sums(scores, block.rests, weight, centre)
    size, first, _, square, _, _ = with_total
    return ItemStatistics(
        n=np.asarray((~np.isnan(people.scores)).sum(axis=0)),
        difficulty=np.clip(
            centre + first / size,
            np.nanmin(people.scores, axis=0),
            np.nanmax(people.scores, axis=0),
        ),
        variance=np.maximum(square / size - (first / size) ** 2, 0.0),
        item_total=_correlation(with_total),
        item_rest=_correlation(with_rest),
        upper_lower=upper_lower(people.scores, total, weights=people.weights),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class RestCurves:
    """Mean credit of J items by band of the score on the other items.

    Attributes:
        rest: (J, B) mean rest score of the band.
        credit: (J, B) mean credit in it; NaN in a band without people.
        n: (J, B) people in it.
    """

    rest: FloatArray
    credit: FloatArray
    n: CodeArray


def rest_curves(
    credit: FloatArray,
    *,
    bands: int,
    points: FloatArray | None = None,
    weights: FloatArray | None = None,
) -> RestCurves:
    """Item-rest curves: how credit rises with the score on the other items.

    Args:
        credit: (n, J), NaN = not scored.
        bands: of equal weight, as nearly as ties allow.
        points: (J,) points of a full credit; None: one each.
        weights: (n,) not negative; None: one each.

    Raises:
        ContractError: as `item_statistics`, or fewer than two bands.
    """
    people = ScoredPeople.of(credit, weights, None, where=WHERE)
    total = TotalPoints.of(people.scores, points)
    curves = [
        _curve(people.scores[:, item], total.rest(item), people.weights, bands)
        for item in range(people.scores.shape[1])
    ]
    rest, mean, n = (np.array(part) for part in zip(*curves, strict=True))
    return RestCurves(rest=rest, credit=mean, n=n.astype(np.int64))


def _curve(
    credit: FloatArray, rest: FloatArray, weights: FloatArray, bands: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    seen: BoolArray = ~(np.isnan(credit) | np.isnan(rest))
    y, x, w = credit[seen], rest[seen], weights[seen]
    band = score_bands(x, bands=bands, weights=w)
    with np.errstate(divide="ignore", invalid="ignore"):
        mass = np.bincount(band, weights=w, minlength=bands)
        mean_rest = np.bincount(band, weights=w * x, minlength=bands) / mass
        mean = np.bincount(band, weights=w * y, minlength=bands) / mass
    return mean_rest, mean, np.bincount(band, minlength=bands).astype(np.float64)


def _sums(x: FloatArray, y: FloatArray, weights: FloatArray, centre: float) -> FloatArray:
    """(6, J) weighted sums of 1, x, y, xx, yy, xy about a centre that keeps digits."""
    seen = ~(np.isnan(x) | np.isnan(y))
    a, b = np.where(seen, x - centre, 0.0), np.where(seen, y - centre, 0.0)
    return np.stack(
        [weights @ seen, weights @ a, weights @ b]
        + [weights @ part for part in (a * a, b * b, a * b)]
    )


def _correlation(sums: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        size, x, y, xx, yy, xy = sums
        spread_x, spread_y = xx / size - (x / size) ** 2, yy / size - (y / size) ** 2
        both = xy / size - x * y / size**2
        # An item that all get right leaves rounding instead of variance.
        is_spread = (spread_x > 1e-12) & (spread_y > 1e-12)
        return np.asarray(np.where(is_spread, both / np.sqrt(spread_x * spread_y), np.nan))
