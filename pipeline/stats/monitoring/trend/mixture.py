"""Mixtures of normal distributions: what remains when spreads are integrated out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from pipeline.stats.arrays import BoolArray, FloatArray

_HALVINGS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalMixture:
    """A mixture for each of q quantities.

    Attributes:
        weight: (k,) of the settings, sum 1.
        mean: (k, q).
        sd: (k, q).
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    @property
    def average(self) -> FloatArray:
        """(q,) means."""
        return np.asarray(self.weight @ self.mean)

    @property
    def spread(self) -> FloatArray:
        """(q,) standard deviations: within the settings and between them."""
        within = self.weight @ self.sd**2
        return np.asarray(np.sqrt(within + self.weight @ (self.mean - self.average) ** 2))

    def below(self, value: FloatArray | float) -> FloatArray:
        """(q,) probabilities of a value or less, one value for all or one each."""
        return self._tail(value, 1)

    def above(self, value: FloatArray | float) -> FloatArray:
        """(q,) probabilities of a value or more, exact also in the far tail."""
        return self._tail(value, -1)

    def quantile(self, level: float) -> FloatArray:
        """(q,) values that are not passed with probability `level`, by halving.

        The quantiles of the parts enclose that of the mixture; of one part they are equal.
        """
        parts = self.mean + special.ndtri(level) * self.sd
        low, high = parts.min(axis=0), parts.max(axis=0)
        return halved(low, high, lambda middle: self.below(middle) >= level)

    def _tail(self, value: FloatArray | float, sign: int) -> FloatArray:
        ahead = sign * (value - self.mean)
        certain = np.where(ahead >= 0, np.inf, -np.inf)
        z = np.divide(ahead, self.sd, out=certain, where=self.sd > 0)
        return np.asarray(self.weight @ special.ndtr(z))


def halved(
    low: FloatArray, high: FloatArray, is_high: Callable[[FloatArray], BoolArray]
) -> FloatArray:
    """(q,) points between bounds where a condition begins to hold, by halving the distance."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        holds = is_high(middle)
        low, high = np.where(holds, low, middle), np.where(holds, middle, high)
    return np.asarray((low + high) / 2)
