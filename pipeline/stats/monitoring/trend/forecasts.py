"""Forecast shares: one trend told on its scale, or several scales mixed equally."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.mixture import NormalMixture, halved
from pipeline.stats.monitoring.trend.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareForecast:
    """A trend's states as shares.

    Attributes:
        years: (q,) of the states.
        states: q quantities on the scale.
        scale: of the trend.
    """

    years: FloatArray
    states: NormalMixture
    scale: Scale

    def at_least(self, target: FloatArray | float) -> FloatArray:
        """(q,) probabilities that the share is the target or more."""
        return self.states.above(self.scale.value(target))

    def quantile(self, level: float) -> FloatArray:
        """(q,) shares not passed with probability `level`; level 1/2 is the median."""
        return self.scale.share(self.states.quantile(level))


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedForecast:
    """Forecasts of the same years on several scales, each as likely as the others."""

    forecasts: Sequence[ShareForecast]

    def __post_init__(self) -> None:
        """Refuse forecasts that do not belong together."""
        if not self.forecasts:
            raise ContractError("forecast", "expected forecasts on one scale or more, got none")
        first = self.forecasts[0].years
        if not all(np.array_equal(first, each.years) for each in self.forecasts):
            raise ContractError("forecast", "expected the same years on every scale, got others")

    def at_least(self, target: FloatArray | float) -> FloatArray:
        """(q,) mean probabilities that the share is the target or more."""
        return np.asarray(np.mean([each.at_least(target) for each in self.forecasts], axis=0))

    def quantile(self, level: float) -> FloatArray:
        """(q,) shares not passed with probability `level`, by halving between the scales'."""
        parts = np.array([each.quantile(level) for each in self.forecasts])
        low, high = parts.min(axis=0), parts.max(axis=0)
        return halved(low, high, lambda middle: 1 - self._beyond(middle) >= level)

    def _beyond(self, share: FloatArray) -> FloatArray:
        """As `at_least`, for the ends of [0, 1] too: there a quantile needs no more halving."""
        inside = (share > 0) & (share < 1)
        probability = self.at_least(np.where(inside, share, 0.5))
        return np.where(inside, probability, np.where(share <= 0, 1.0, 0.0))
