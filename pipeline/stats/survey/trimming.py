"""Bounds on the weights: the variance of a few giants exchanged for a little bias."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import CalibrationError
from pipeline.stats.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trimmed:
    """Trimmed weights and what was done.

    Attributes:
        weight: (n,) weights with the same total, all within the bounds.
        low: lower bound.
        high: upper bound.
        n_low: weights lifted to the lower bound.
        n_high: weights cut to the upper bound.
    """

    weight: FloatArray
    low: float
    high: float
    n_low: int
    n_high: int


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
    counted = weight[weight > 0]
    bottom, top = low * float(np.median(counted)), high * float(np.median(counted))
    mean = float(counted.mean())
    if not bottom <= mean <= top:
        raise CalibrationError(
            "trimming",
            f"expected bounds around the mean weight {mean:.4g}, got [{bottom:.4g}, {top:.4g}]",
            hint="widen low and high of [trimming] in the plan",
        )
    n_low, n_high = int((counted < bottom).sum()), int((counted > top).sum())
    trimmed = weight.copy()
    if n_low or n_high:
        trimmed[weight > 0] = np.clip(counted + _shift(counted, bottom, top), bottom, top)
    return Trimmed(weight=trimmed, low=bottom, high=top, n_low=n_low, n_high=n_high)


def _shift(weight: FloatArray, bottom: float, top: float) -> float:
    """Solve sum(clip(weight + shift)) = sum(weight): piecewise linear in the shift."""
    bends = np.concatenate([bottom - weight, top - weight])
    order = np.argsort(bends)
    slope = np.cumsum(np.repeat([1, -1], len(weight))[order])
    sums = len(weight) * bottom + np.append(0, np.cumsum(slope[:-1] * np.diff(bends[order])))
    return float(np.interp(weight.sum(), sums, bends[order]))
