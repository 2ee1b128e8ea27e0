"""Bounds on the weights: the variance of a few giants exchanged for a little bias.

Trimming here keeps the total of the weights, not the margins; `trim_to_margins` keeps both.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import CalibrationError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment

_ROUNDS = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trimmed:
    """Trimmed weights and what was done.

    Attributes:
        weight: (n,) weights with the same total.
        base_weight: (n,) weights before.
        is_clipped: (n,) weights set to a bound.
        low: lower bound.
        high: upper bound.
        n_low: weights that were below the lower bound.
        n_high: weights that were above the upper bound.
    """

    weight: FloatArray
    base_weight: FloatArray
    is_clipped: BoolArray
    low: float
    high: float
    n_low: int
    n_high: int

    @property
    def ratio(self) -> FloatArray:
        """(n,) weight over base weight; 1 where that is 0."""
        before = self.base_weight
        return np.divide(self.weight, before, out=np.ones_like(before), where=before != 0)

    @property
    def adjustment(self) -> Adjustment:
        """What the variance needs: clipped weights are constants, the others share what is over.

        The bounds count as fixed, although a median varies a little with the sample.
        """
        is_free = (~self.is_clipped & (self.base_weight != 0)).astype(np.float64)
        return Adjustment(
            ratio=self.ratio,
            slope=is_free,
            auxiliaries=np.ones((len(is_free), 1)),
            regression_weight=is_free,
            is_estimated=True,
        )

    @property
    def fixed_adjustment(self) -> Adjustment:
        """The same with factors that count as fixed, the convention of R survey trimWeights."""
        return Adjustment(ratio=self.ratio)


def trim(weight: FloatArray, *, low: float, high: float) -> Trimmed:
    """Bring weights into [low, high] x their median and keep their total.

    Every weight moves by the same amount and stops at the bounds: w' = clip(w + shift), the
    shift such that the total is kept. What giants lose is thus shared equally by the others.
    Weights of 0 stay 0 and are not in the median; weights already inside stay untouched.

    Weights 1, 2, 2, 2, 9 with bounds [0.5, 2]: 9 becomes 4, the others get 1.25 each.

    Args:
        weight: (n,) weights, finite and not negative.
        low: lower bound as a multiple of the median.
        high: upper bound as a multiple of the median.

    Raises:
        CalibrationError: the bounds do not enclose the mean weight, so no total can be kept.

    Source: Potter (1990), Proceedings of the ASA survey section, 225-230; equal sharing as in
    R survey 4.5 trimWeights.
    """
    weight = np.asarray(weight, dtype=np.float64)
    counted = _counted(weight)
    middle = float(np.median(weight[counted]))
    bottom, top = low * middle, high * middle
    _refuse_narrow(weight[counted], bottom, top)
    inside = np.clip(weight, bottom, top)
    if (inside == weight)[counted].all():
        return _trimmed(weight, weight, counted, bottom, top)
    after = weight.copy()
    shift = _shift(weight[counted], bottom, top)
    after[counted] = np.clip(weight[counted] + shift, bottom, top)
    return _trimmed(after, weight, counted, bottom, top)


def trim_to_bounds(
    weight: FloatArray,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    strict: bool = False,
) -> Trimmed:
    """Bring weights into [lower, upper], what that takes shared equally by those inside.

    Sharing may lift a weight inside over a bound. With `strict` it is cut in turn, and those
    never cut share again, until none is outside.

    Weights 1, 2, 2, 2, 9 with upper bound 4: 9 becomes 4, the others get 1.25 each.

    Args:
        weight: (n,) weights, finite; those of 0 stay 0 and take no part.
        lower: smallest weight.
        upper: largest weight.
        strict: repeat until all weights are inside.

    Raises:
        CalibrationError: nobody is left to share, or the bounds do not enclose the mean weight.

    Source: Valliant, Dever & Kreuter (2018), Practical Tools for Designing and Weighting
    Survey Samples, section 14.4. Oracle: R survey 4.5 trimWeights.
    """
    weight = np.asarray(weight, dtype=np.float64)
    counted = _counted(weight)
    if strict:
        _refuse_narrow(weight[counted], lower, upper)
    after = weight
    clipped = np.zeros(len(weight), dtype=np.bool_)
    for _ in range(_ROUNDS):
        outside = counted & ((after < lower) | (after > upper))
        if not outside.any():
            break
        clipped |= outside
        cut = np.where(outside, np.clip(after, lower, upper), after)
        free = counted & ~clipped
        if not free.any():
            _refuse_no_heirs(lower, upper)
        after = cut + np.where(free, (after - cut).sum() / free.sum(), 0)
        if not strict:
            break
    return Trimmed(
        weight=after,
        base_weight=weight,
        is_clipped=clipped,
        low=lower,
        high=upper,
        n_low=int((weight[counted] < lower).sum()),
        n_high=int((weight[counted] > upper).sum()),
    )


def _counted(weight: FloatArray) -> BoolArray:
    counted: BoolArray = weight != 0
    if not np.isfinite(weight).all() or not counted.any():
        raise CalibrationError(
            "trimming", "expected finite weights, one at least not 0, got missing or none"
        )
    return counted


def _trimmed(
    after: FloatArray, before: FloatArray, counted: BoolArray, bottom: float, top: float
) -> Trimmed:
    return Trimmed(
        weight=after,
        base_weight=before,
        is_clipped=counted & (after != before) & ((after == bottom) | (after == top)),
        low=bottom,
        high=top,
        n_low=int((before[counted] < bottom).sum()),
        n_high=int((before[counted] > top).sum()),
    )


def _refuse_narrow(weight: FloatArray, bottom: float, top: float) -> None:
    mean = float(weight.mean())
    if not bottom <= mean <= top:
        raise CalibrationError(
            "trimming",
            f"expected bounds around the mean weight {mean:.4g}, got [{bottom:.4g}, {top:.4g}]",
            hint="widen low and high of [trimming] in the plan",
        )


def _refuse_no_heirs(lower: float, upper: float) -> None:
    raise CalibrationError(
        "trimming",
        f"expected weights inside [{lower:.4g}, {upper:.4g}] to share what is cut, got none",
        hint="widen the bounds",
    )


def _shift(weight: FloatArray, bottom: float, top: float) -> float:
    """Solve sum(clip(weight + shift)) = sum(weight): piecewise linear in the shift."""
    bends = np.concatenate([bottom - weight, top - weight])
    order = np.argsort(bends)
    slope = np.cumsum(np.repeat([1, -1], len(weight))[order])
    sums = len(weight) * bottom + np.append(0, np.cumsum(slope[:-1] * np.diff(bends[order])))
    return float(np.interp(weight.sum(), sums, bends[order]))
