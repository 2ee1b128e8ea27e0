"""Families of items with several ordered categories."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit, log_softmax, logit

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import Graded, ItemModel, PartialCredit
from pipeline.stats.measurement.irt.marginal_likelihood.families import START_STRETCH, ItemFamily


@dataclass(frozen=True)
class GradedResponse(ItemFamily):
    """Slope and K - 1 falling intercepts of the chances to reach each category."""

    def names(self, n_categories: int) -> tuple[str, ...]:
        """Slope and intercepts."""
        return ("slope", *(f"intercept {k}" for k in range(1, n_categories)))

    def start(self, shares: FloatArray) -> FloatArray:
        """Slope one; intercepts from the shares that reach each category."""
        reached = np.cumsum(shares[:, ::-1], axis=1)[:, -2::-1]
        d = START_STRETCH * logit(np.clip(reached, 1e-6, 1 - 1e-6))
        return np.column_stack([np.ones(len(d)), d])

    def log_curves(
        self, parameters: FloatArray, ability: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """With F logistic, F(x) - F(y) = F(x) F(-y) (1 - exp(y - x)): no cancellation."""
        a, d = parameters[:, :1], parameters[:, 1:]
        z = a[:, :, None] * ability + d[:, :, None]
        x, y = np.full((2, len(a), d.shape[1] + 1, len(ability)), np.inf)
        x[:, 1:], y[:, :-1], y[:, -1] = z, z, -np.inf
        gap = -np.expm1(y - x)
        log_p = log_expit(x) + log_expit(-y) + np.log(gap)
        in_x = expit(-x) / (expit(-y) * gap)
        in_y = -expit(y) / (expit(x) * gap)
        slopes = np.zeros((len(a), 1 + d.shape[1], d.shape[1] + 1, len(ability)))
        slopes[:, 0] = (in_x + in_y) * ability
        for k in range(d.shape[1]):
            slopes[:, k + 1, k + 1], slopes[:, k + 1, k] = in_x[:, k + 1], in_y[:, k]
        return log_p, slopes

    def model(self, parameters: FloatArray) -> ItemModel:
        """Graded responses."""
        return Graded(slope=parameters[:, 0], intercepts=parameters[:, 1:])


@dataclass(frozen=True)
class GeneralisedPartialCredit(ItemFamily):
    """Slope and K - 1 step intercepts; `one_slope` fixes the slope at 1 (partial credit)."""

    one_slope: bool = False

    def names(self, n_categories: int) -> tuple[str, ...]:
        """Slope, unless fixed, and intercepts."""
        steps = tuple(f"intercept {k}" for k in range(1, n_categories))
        return steps if self.one_slope else ("slope", *steps)

    def start(self, shares: FloatArray) -> FloatArray:
        """Slope one; intercepts from the odds of neighbouring categories."""
        d = START_STRETCH * np.diff(np.log(np.maximum(shares, 1e-6)), axis=1)
        return d if self.one_slope else np.column_stack([np.ones(len(d)), d])

    def log_curves(
        self, parameters: FloatArray, ability: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Slopes are the score and the steps passed, each less its expectation."""
        a, d = self._split(parameters)
        score = np.arange(d.shape[1] + 1)
        sums = np.cumsum(np.pad(d, ((0, 0), (1, 0))), axis=1)
        z = score[:, None] * (a[:, None, None] * ability) + sums[:, :, None]
        log_p = log_softmax(z, axis=1)
        passed = np.cumsum(np.exp(log_p)[:, ::-1], axis=1)[:, -2::-1]
        steps = (score >= score[1:, None])[None, :, :, None] - passed[:, :, None]
        if self.one_slope:
            return log_p, steps
        in_slope = steps.sum(axis=1, keepdims=True) * ability
        return log_p, np.concatenate([in_slope, steps], axis=1)

    def model(self, parameters: FloatArray) -> ItemModel:
        """Partial credit."""
        a, d = self._split(parameters)
        return PartialCredit(slope=a, intercepts=d)

    def _split(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        if self.one_slope:
            return np.ones(len(parameters)), parameters
        return parameters[:, 0], parameters[:, 1:]
