"""The equations of calibration, solved by Newton's method on their convex potential.

Wanted are multipliers b with sum of d F(x'b / q) x = totals, d the weights before, F the
distance's ratio and q the variance of the model. They minimise the convex function
sum of d q P(x'b / q) - totals'b, P the integral of F, so a step that lowers it is a step
forward even where most rows stand at a bound.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.weighting.distances import Distance

_NULL_SPACE = 1e-10  # directions of the auxiliaries, scaled to length 1, below this are none
_FLAT = 1e-13  # curvature below this share of the largest is none: the rows stand at their bounds
_SETTLED = 1e-6  # part of the gap that curvature may leave before flat directions are tried
_ROUNDING = 1e-12  # decrease of the potential that is lost in its digits
_HALVINGS = 50
_DOUBLINGS = 30
_DESCENT = 1e-4  # share of the decrease a straight line promises that a step must keep


@dataclass(frozen=True, kw_only=True, eq=False)
class Solution:
    """Where the iteration ended.

    Attributes:
        ratio: (n,) weight after over weight before.
        attained: (q,) totals of the calibrated weights.
        history: largest relative distance to a total after each round.
        is_met: whether the tolerance was reached.
    """

    ratio: FloatArray
    attained: FloatArray
    history: tuple[float, ...]
    is_met: bool


class CalibrationEquations:
    """n weighted rows, q auxiliaries scaled to unit length, and the directions they span."""

    def __init__(
        self,
        weight: FloatArray,
        auxiliaries: FloatArray | SparseArray,
        variance: FloatArray,
        distance: Distance,
    ) -> None:
        """Scale the auxiliaries and find the directions in which they vary."""
        self.weight, self.variance, self.distance = weight, variance, distance
        self.auxiliaries = auxiliaries
        products = self._products(weight / variance)
        size = np.sqrt(products.diagonal())
        self.scale = _inverse(size)
        spread, directions = np.linalg.eigh(products * np.outer(self.scale, self.scale))
        self.idle = directions[:, spread <= _NULL_SPACE]
        spanned = directions[:, spread > _NULL_SPACE]
        self.basis = self.scale[:, None] * spanned
        self.unit = _inverse(self.scale)[:, None] * spanned

    def contradiction(self, totals: FloatArray) -> FloatArray:
        """(q,) part of the totals that no weights can meet, as auxiliaries that overlap forbid."""
        gap = self.scale * (totals - self.attained(np.ones_like(self.weight)))
        unmet = _inverse(self.scale) * (self.idle @ (self.idle.T @ gap))
        return np.where(self.scale > 0, unmet, totals)

    def attained(self, ratio: FloatArray) -> FloatArray:
        """(q,) totals of the auxiliaries under the weights times a ratio."""
        return np.asarray(self.auxiliaries.T @ (self.weight * ratio))

    def solve(self, totals: FloatArray, *, tolerance: float, max_rounds: int) -> Solution:
        """Newton steps, each halved until the potential falls.

        Ends without success when max_rounds are over, or when all totals are met but those
        that only rows at their bounds could still move.
        """
        multipliers = np.zeros(len(totals))
        history: list[float] = []
        while True:
            u = self._u(multipliers)
            ratio = self.distance.ratio(u)
            misfit = totals - self.attained(ratio)
            history.append(_gap(misfit, totals))
            if history[-1] <= tolerance or len(history) > max_rounds:
                break
            newton, flat = self._directions(u, misfit)
            curved = _gap(self.unit @ (self.basis.T @ misfit - flat), totals)
            step = None
            if curved <= max(tolerance, _SETTLED * history[-1]):
                step = self._way_off_bounds(u, self.basis @ flat)
            if step is None and curved <= tolerance:
                break
            if step is None:
                step = self.basis @ newton
            multipliers = multipliers + self._line(multipliers, u, step, totals, misfit)
        return Solution(
            ratio=ratio,
            attained=totals - misfit,
            history=tuple(history[1:]) or (history[0],),
            is_met=history[-1] <= tolerance,
        )

    def _directions(self, u: FloatArray, misfit: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Newton's step where there is curvature, and the steepest descent where there is none."""
        row_weight = self.weight * self.distance.slope(u) / self.variance
        curvature, axes = np.linalg.eigh(self.basis.T @ self._products(row_weight) @ self.basis)
        descent = axes.T @ (self.basis.T @ misfit)
        is_flat: BoolArray = curvature <= _FLAT * (curvature.max(initial=0) or 1.0)
        newton = np.where(is_flat, 0, descent / np.where(is_flat, 1, curvature))
        return axes @ newton, axes @ np.where(is_flat, descent, 0)

    def _way_off_bounds(self, u: FloatArray, step: FloatArray) -> FloatArray | None:
        """The shortest step along which some row leaves its bound; None if no row ever does."""
        at_bound = self.distance.slope(u) == 0
        along, ratio = np.where(at_bound, self._u(step), 0), self.distance.ratio(u)
        longest = np.abs(along).max(initial=0)
        if longest == 0:
            return None

        def leaves(times: float) -> bool:
            return not np.array_equal(self.distance.ratio(u + times * along), ratio)

        near, far = 0.0, 2.0**_DOUBLINGS / longest
        if not leaves(far):
            return None
        for _ in range(2 * _DOUBLINGS):
            middle = (near + far) / 2
            near, far = (near, middle) if leaves(middle) else (middle, far)
        return np.asarray(far * step)

    def _u(self, multipliers: FloatArray) -> FloatArray:
        return np.asarray(self.auxiliaries @ multipliers) / self.variance

    def _products(self, row_weight: FloatArray) -> FloatArray:
        """(q, q) cross-products of the auxiliaries."""
        if isinstance(self.auxiliaries, np.ndarray):
            return np.asarray((self.auxiliaries * row_weight[:, None]).T @ self.auxiliaries)
        scaled = sparse.diags_array(row_weight) @ self.auxiliaries
        return dense(self.auxiliaries.T @ scaled)

    def _potential(self, u: FloatArray, multipliers: FloatArray, totals: FloatArray) -> float:
        with np.errstate(over="ignore"):
            risen = (self.weight * self.variance * self.distance.potential(u)).sum()
        return float(risen - totals @ multipliers)

    def _line(
        self,
        multipliers: FloatArray,
        u: FloatArray,
        step: FloatArray,
        totals: FloatArray,
        misfit: FloatArray,
    ) -> FloatArray:
        """The longest of step, step/2, step/4 ... that lowers the potential or the misfit."""
        along = self._u(step)
        shorter = min(1.0, 1 / float((np.abs(along) / self.distance.reach).max(initial=1e-300)))
        step, along = shorter * step, shorter * along
        start, promise = self._potential(u, multipliers, totals), float(-misfit @ step)
        if abs(promise) <= _ROUNDING * abs(start):
            return step
        for _ in range(_HALVINGS):
            there = u + along
            falls = start + _DESCENT * promise
            if self._potential(there, multipliers + step, totals) <= falls:
                break
            left = totals - self.attained(self.distance.ratio(there))
            if _gap(left, totals) < _gap(misfit, totals) / 2:
                break
            step, along, promise = step / 2, along / 2, promise / 2
        return step


def _gap(misfit: FloatArray, totals: FloatArray) -> float:
    return float((np.abs(misfit) / (1 + np.abs(totals))).max(initial=0))


def _inverse(size: FloatArray) -> FloatArray:
    return np.divide(1, size, out=np.zeros_like(size), where=size > 0)
