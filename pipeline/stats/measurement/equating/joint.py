"""Distributions of test and anchor scores together, in one group."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.equating.distributions import (
    WHERE,
    ScoreDistribution,
    check_frequency,
    place_on,
)


@dataclass(frozen=True, eq=False)
class JointDistribution:
    """How often each pair of a test score and an anchor score occurs in one group.

    Attributes:
        scores: (K,) possible test scores, rising.
        anchors: (V,) possible anchor scores, rising.
        frequency: (K, V) people or weight.
    """

    scores: FloatArray
    anchors: FloatArray
    frequency: FloatArray

    def __post_init__(self) -> None:
        expected = (len(self.scores), len(self.anchors))
        if np.shape(self.frequency) != expected:
            raise ContractError(
                WHERE, f"expected frequencies of shape {expected}, got {np.shape(self.frequency)}"
            )
        check_frequency(np.asarray(self.frequency))

    @classmethod
    def of_people(
        cls,
        scores: FloatArray,
        anchor_scores: FloatArray,
        *,
        scale: FloatArray,
        anchor_scale: FloatArray,
        weights: FloatArray | None = None,
    ) -> "JointDistribution":
        """The distribution of people's pairs of scores; arguments as for one score."""
        width = len(anchor_scale)
        cell = place_on(scale, scores) * width + place_on(anchor_scale, anchor_scores)
        counts = np.bincount(cell, weights=weights, minlength=len(scale) * width)
        return cls(scale, anchor_scale, counts.astype(float).reshape(len(scale), width))

    @property
    def test(self) -> ScoreDistribution:
        """Of the test scores."""
        return ScoreDistribution(self.scores, self.frequency.sum(axis=1))

    @property
    def anchor(self) -> ScoreDistribution:
        """Of the anchor scores."""
        return ScoreDistribution(self.anchors, self.frequency.sum(axis=0))

    @property
    def covariance(self) -> float:
        """Of test and anchor scores, as mean product of the distances from the means."""
        share = self.frequency / self.frequency.sum()
        return float((self.scores - self.test.mean) @ share @ (self.anchors - self.anchor.mean))
