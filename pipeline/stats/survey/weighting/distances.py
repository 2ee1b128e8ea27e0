"""How far calibrated weights may lie from the weights before, and at what price.

A distance gives the ratio of a weight to the one before as a function of u = x'b, x the
auxiliaries of the row. All agree near u = 0, where the ratio is 1 + u.

Source: Deville & Särndal (1992), JASA 87, 376-382; Deville, Särndal & Sautory (1993), JASA
88, 1013-1020.
"""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np

from pipeline.stats.arrays import FloatArray

Method: TypeAlias = Literal["linear", "raking", "logit"]
Bound: TypeAlias = float | FloatArray  # one for all rows, or (n,)
Interval: TypeAlias = tuple[float, float]

_LARGEST = 700.0  # exp overflows beyond
_POWERS = 4.0  # a step beyond this power of e goes by a slope that says nothing any more


class Distance(Protocol):
    """A function of u with its derivative and its integral, row by row."""

    def ratio(self, u: FloatArray) -> FloatArray:
        """Weight after over weight before."""

    def slope(self, u: FloatArray) -> FloatArray:
        """Derivative of the ratio, 0 where it stands at a bound."""

    def potential(self, u: FloatArray) -> FloatArray:
        """Integral of the ratio, up to a constant."""

    @property
    def reach(self) -> Bound:
        """By how much u may change in one step: as far as the slope tells of the curve."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear:
    """Ratio 1 + u, cut at the bounds: least squares; unbounded, it may turn negative."""

    lower: Bound = -np.inf
    upper: Bound = np.inf

    def ratio(self, u: FloatArray) -> FloatArray:
        """1 + u within the bounds."""
        return np.asarray(np.clip(1 + u, self.lower, self.upper))

    def slope(self, u: FloatArray) -> FloatArray:
        """1 between the bounds."""
        return ((1 + u > self.lower) & (1 + u < self.upper)).astype(np.float64)

    def potential(self, u: FloatArray) -> FloatArray:
        """A parabola, continued by straight lines beyond the bounds."""
        inner = self.ratio(u)
        return np.asarray(np.square(inner) / 2 + inner * (1 + u - inner))

    @property
    def reach(self) -> Bound:
        """A straight line may be followed to its end."""
        return np.inf


@dataclass(frozen=True, kw_only=True, eq=False)
class Exponential:
    """Ratio exp(u), cut at the bounds: raking."""

    lower: Bound = 0.0
    upper: Bound = np.inf

    def ratio(self, u: FloatArray) -> FloatArray:
        """The exponential within the bounds."""
        return np.asarray(np.clip(np.exp(np.minimum(u, _LARGEST)), self.lower, self.upper))

    def slope(self, u: FloatArray) -> FloatArray:
        """The ratio itself between the bounds."""
        ratio = np.exp(np.minimum(u, _LARGEST))
        return np.where((ratio > self.lower) & (ratio < self.upper), ratio, 0.0)

    def potential(self, u: FloatArray) -> FloatArray:
        """An exponential, continued by straight lines beyond the bounds."""
        ratio = self.ratio(u)
        with np.errstate(divide="ignore"):
            inner = np.log(ratio)
        beyond = np.where(ratio > 0, ratio * (u - np.where(ratio > 0, inner, 0)), 0.0)
        return np.asarray(ratio + beyond)

    @property
    def reach(self) -> Bound:
        """Some powers of e."""
        return _POWERS


@dataclass(frozen=True, kw_only=True, eq=False)
class Logit:
    """A smooth ratio that nears its bounds without reaching them; lower < 1 < upper."""

    lower: Bound
    upper: Bound

    @property
    def _span(self) -> FloatArray:
        return np.asarray(np.subtract(self.upper, self.lower))

    @property
    def _steepness(self) -> FloatArray:
        room = np.subtract(self.upper, 1) * np.subtract(1, self.lower)
        return np.asarray(self._span / room)

    def _share(self, u: FloatArray) -> FloatArray:
        """Place between the bounds, 0 to 1."""
        odds = np.log(np.subtract(1, self.lower) / np.subtract(self.upper, 1))
        with np.errstate(over="ignore"):
            return np.asarray(1 / (1 + np.exp(-odds - self._steepness * u)))

    def ratio(self, u: FloatArray) -> FloatArray:
        """Between the bounds by the logistic curve through (0, 1) with slope 1."""
        return np.asarray(self.lower + self._span * self._share(u))

    def slope(self, u: FloatArray) -> FloatArray:
        """Derivative of the logistic curve."""
        share = self._share(u)
        return np.asarray(self._span * self._steepness * share * (1 - share))

    def potential(self, u: FloatArray) -> FloatArray:
        """Integral of the logistic curve."""
        steep = self._steepness
        risen = np.logaddexp(
            np.log(np.subtract(self.upper, 1)), np.log(np.subtract(1, self.lower)) + steep * u
        )
        return np.asarray(self.lower * u + self._span / steep * risen)

    @property
    def reach(self) -> Bound:
        """Some powers of e in the odds of the place between the bounds."""
        return np.asarray(_POWERS / self._steepness)


def distance_of(method: Method, lower: Bound, upper: Bound) -> Distance:
    """The distance of a method with its bounds; infinite bounds are none."""
    if method == "linear":
        return Linear(lower=lower, upper=upper)
    if method == "raking":
        return Exponential(lower=lower, upper=upper)
    return Logit(lower=lower, upper=upper)
