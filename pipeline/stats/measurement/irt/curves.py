"""Item response curves: how likely each category of an item is at each ability.

Owns the formulas of the models and what follows from them at one ability: expected points and
information. Calibration, scoring, linking and classification take their curves from here.

The logistic metric is D = 1; where there is no other scale, ability is N(0, 1) in the population.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import expit, softmax

from pipeline.stats.arrays import CodeArray, FloatArray


@dataclass(frozen=True, eq=False)
class Curves:
    """Probabilities of J items with up to K categories at Q abilities, with derivatives.

    Categories that an item lacks are zero throughout.

    Attributes:
        probability: (J, K, Q).
        slope: (J, K, Q) first derivative with respect to ability.
        curvature: (J, K, Q) second derivative.
    """

    probability: FloatArray
    slope: FloatArray
    curvature: FloatArray


class ItemModel(ABC):
    """J items on one ability scale."""

    @property
    @abstractmethod
    def categories(self) -> CodeArray:
        """(J,) number of categories per item; scores run from 0 to one less."""

    @abstractmethod
    def probabilities(self, ability: FloatArray) -> FloatArray:
        """(J, K, Q) probability of each category at (Q,) abilities."""

    @abstractmethod
    def curves(self, ability: FloatArray) -> Curves:
        """Probabilities with their derivatives at (Q,) abilities."""

    @abstractmethod
    def take(self, items: CodeArray) -> Self:
        """The model of some of the items, in the order given."""

    @abstractmethod
    def rescaled(self, slope: float, shift: float) -> Self:
        """The same items on the scale slope * ability + shift."""

    def expected(self, ability: FloatArray, points: FloatArray | None = None) -> FloatArray:
        """(J, Q) expected points at (Q,) abilities.

        Args:
            ability: (Q,).
            points: (J, K) points of each category; None: the category's number.
        """
        probability = self.probabilities(ability)
        if points is None:
            return np.asarray(np.einsum("jkq,k->jq", probability, np.arange(probability.shape[1])))
        return np.asarray(np.einsum("jkq,jk->jq", probability, points))

    def information(self, ability: FloatArray) -> FloatArray:
        """(J, Q) Fisher information: sum over categories of slope^2 / probability.

        Source: Samejima (1969), Psychometric Monograph 17, ch. 6.
        """
        curves = self.curves(ability)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = curves.slope**2 / curves.probability
        return np.asarray(np.where(curves.probability > 0, parts, 0.0).sum(axis=1))


@dataclass(frozen=True, eq=False, kw_only=True)
class Logistic(ItemModel):
    """Right-wrong items: P(right) = c + (1 - c) logistic(a * ability + d).

    One slope for all and no guessing is the Rasch model, free slopes the 2PL, guessing the 3PL.

    Attributes:
        slope: (J,) a.
        intercept: (J,) d; difficulty is b = -d / a.
        guessing: (J,) c in [0, 1).

    Source: Birnbaum (1968), in Lord & Novick, Statistical Theories of Mental Test Scores.
    """

    slope: FloatArray
    intercept: FloatArray
    guessing: FloatArray

    @classmethod
    def of_difficulty(
        cls, slope: FloatArray, difficulty: FloatArray, guessing: FloatArray | float = 0.0
    ) -> "Logistic":
        """The model of slopes and difficulties."""
        a = np.asarray(slope, dtype=np.float64)
        c = np.broadcast_to(np.asarray(guessing, dtype=np.float64), a.shape)
        return cls(slope=a, intercept=-a * np.asarray(difficulty), guessing=c)

    @property
    def difficulty(self) -> FloatArray:
        """(J,) ability at which somebody who cannot guess is right as often as wrong."""
        return np.asarray(-self.intercept / self.slope)

    @property
    def categories(self) -> CodeArray:
        """(J,) two each."""
        return np.full(len(self.slope), 2)

    def probabilities(self, ability: FloatArray) -> FloatArray:
        """(J, 2, Q) wrong, right."""
        right = self._guessed(expit(np.outer(self.slope, ability) + self.intercept[:, None]))
        return np.stack([1 - right, right], axis=1)

    def curves(self, ability: FloatArray) -> Curves:
        """Probabilities and derivatives, wrong and right."""
        known = expit(np.outer(self.slope, ability) + self.intercept[:, None])
        a, free = self.slope[:, None], 1 - self.guessing[:, None]
        slope = free * a * known * (1 - known)
        curvature = slope * a * (1 - 2 * known)
        right = self._guessed(known)
        return Curves(
            np.stack([1 - right, right], axis=1),
            np.stack([-slope, slope], axis=1),
            np.stack([-curvature, curvature], axis=1),
        )

    def take(self, items: CodeArray) -> "Logistic":
        """The model of some of the items, in the order given."""
        return Logistic(
            slope=self.slope[items], intercept=self.intercept[items], guessing=self.guessing[items]
        )

    def rescaled(self, slope: float, shift: float) -> "Logistic":
        """The same items on the scale slope * ability + shift."""
        a = self.slope / slope
        return replace(self, slope=a, intercept=self.intercept - a * shift)

    def _guessed(self, known: FloatArray) -> FloatArray:
        c = self.guessing[:, None]
        return np.asarray(c + (1 - c) * known)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Ordered(ItemModel):
    """Items of ordered categories: one slope and an intercept per step.

    Attributes:
        slope: (J,) a.
        intercepts: (J, K - 1) one per step, NaN for steps an item lacks; the step's place on
            the ability scale is -intercept / slope.
    """

    slope: FloatArray
    intercepts: FloatArray

    @property
    def categories(self) -> CodeArray:
        """(J,) steps plus one."""
        return np.asarray(1 + np.isfinite(self.intercepts).sum(axis=1))

    @property
    def steps(self) -> FloatArray:
        """(J, K - 1) places of the steps on the ability scale, NaN where there is none."""
        return np.asarray(-self.intercepts / self.slope[:, None])

    def probabilities(self, ability: FloatArray) -> FloatArray:
        """(J, K, Q) probability of each category."""
        return self.curves(ability).probability

    def take(self, items: CodeArray) -> Self:
        """The model of some of the items, in the order given."""
        return replace(self, slope=self.slope[items], intercepts=self.intercepts[items])

    def rescaled(self, slope: float, shift: float) -> Self:
        """The same items on the scale slope * ability + shift."""
        a = self.slope / slope
        return replace(self, slope=a, intercepts=self.intercepts - a[:, None] * shift)


@dataclass(frozen=True, eq=False, kw_only=True)
class Graded(_Ordered):
    """Graded responses: P(score >= k) = logistic(a * ability + d_k), d falling in k.

    Source: Samejima (1969), Psychometric Monograph 17.
    """

    def curves(self, ability: FloatArray) -> Curves:
        """Differences of neighbouring cumulative curves."""
        a = self.slope[:, None, None]
        z = a * ability + self.intercepts[:, :, None]
        reached = np.nan_to_num(expit(z))
        slope = a * reached * (1 - reached)
        curvature = a * slope * (1 - 2 * reached)
        return Curves(_steps_down(reached, 1.0), _steps_down(slope), _steps_down(curvature))


@dataclass(frozen=True, eq=False, kw_only=True)
class PartialCredit(_Ordered):
    """Generalised partial credit: P(k) proportional to exp(k * a * ability + d_1 + ... + d_k).

    Source: Muraki (1992), Applied Psychological Measurement 16, 159-176.
    """

    def curves(self, ability: FloatArray) -> Curves:
        """Divided exponentials; the score's mean and variance give the derivatives."""
        a = self.slope[:, None, None]
        sums = np.cumsum(np.pad(self.intercepts, ((0, 0), (1, 0))), axis=1)
        score = np.arange(sums.shape[1])[None, :, None]
        z = a * score * ability + sums[:, :, None]
        p = softmax(np.where(np.isnan(z), -np.inf, z), axis=1)
        off_mean = score - (score * p).sum(axis=1, keepdims=True)
        variance = (p * off_mean**2).sum(axis=1, keepdims=True)
        return Curves(p, a * p * off_mean, a**2 * p * (off_mean**2 - variance))


def _steps_down(reached: FloatArray, certain: float = 0.0) -> FloatArray:
    """(J, K, Q) differences of (J, K - 1, Q) curves between `certain` and zero."""
    padded = np.pad(reached, ((0, 0), (1, 1), (0, 0)))
    padded[:, 0] = certain
    return np.asarray(padded[:, :-1] - padded[:, 1:])
