"""Distributions of scores, with percentile ranks between the scores.

Frequencies are sums of survey weights as well as counts: no result depends on their total. For
a standard error, make the equating again with each replicate's frequencies.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray

WHERE = "equating"

# Ranks closer than this are one: sums of the same weights in another order differ by less.
TIE = 1e-12


@dataclass(frozen=True, eq=False)
class ScoreDistribution:
    """How often each possible score occurs.

    Attributes:
        scores: (K,) all possible scores, rising.
        frequency: (K,) people or weight at each; zero where nobody stands.
    """

    scores: FloatArray
    frequency: FloatArray

    def __post_init__(self) -> None:
        scores, frequency = np.asarray(self.scores), np.asarray(self.frequency)
        if scores.ndim != 1 or scores.shape != frequency.shape:
            raise ContractError(WHERE, f"expected a frequency per score, got {frequency.shape}")
        if len(scores) < 2 or not (np.diff(scores) > 0).all():
            raise ContractError(WHERE, "expected two possible scores or more, rising")
        check_frequency(frequency)

    @classmethod
    def of_people(
        cls, scores: FloatArray, *, scale: FloatArray, weights: FloatArray | None = None
    ) -> "ScoreDistribution":
        """The distribution of people's scores.

        Args:
            scores: (n,).
            scale: (K,) all possible scores, rising.
            weights: (n,); None: one each.

        Raises:
            ContractError: a score that is not possible, or no weight above zero.
        """
        place = place_on(scale, scores)
        return cls(scale, np.bincount(place, weights=weights, minlength=len(scale)).astype(float))

    @property
    def share(self) -> FloatArray:
        """(K,) relative frequencies."""
        return np.asarray(self.frequency / self.frequency.sum())

    @property
    def mean(self) -> float:
        """Mean score."""
        return float(self.share @ self.scores)

    @property
    def variance(self) -> float:
        """Mean squared distance from the mean."""
        return float(self.share @ (self.scores - self.mean) ** 2)

    @property
    def ranks(self) -> FloatArray:
        """(K,) share of people below each score plus half of those at it.

        Oracle: R equate 2.0.9 px.
        """
        return np.asarray(np.cumsum(self.share) - self.share / 2)

    def rank(self, score: FloatArray) -> FloatArray:
        """Percentile ranks in [0, 1] of any scores, people spread evenly around their score."""
        return np.asarray(np.interp(score, self._edges, self._below))

    def score_at(self, rank: FloatArray) -> FloatArray:
        """Scores at percentile ranks: the inverse of `rank`.

        Where nobody stands, a stretch of scores has one rank: its middle is given. Ranks 0 and
        1 are the ends of the scale, half a step outside the scores.

        Args:
            rank: (M,) in [0, 1].

        Source: Kolen & Brennan (2014), ch. 2, eqs. 2.17-2.18.
        """
        below, edges = self._below, self._edges
        wanted = np.asarray(rank, dtype=np.float64)
        nearest = below[np.abs(wanted[:, None] - below).argmin(axis=1)]
        wanted = np.where(np.abs(wanted - nearest) <= TIE, nearest, wanted)
        inside = np.clip(wanted, np.nextafter(0, 1), np.nextafter(1, 0))
        upper = np.searchsorted(below, inside, side="right")
        lower = np.searchsorted(below, inside, side="left")
        middle = (self._between(upper, inside) + self._between(lower, inside)) / 2
        ends = np.where(wanted <= 0, edges[0], edges[-1])
        return np.asarray(np.where((wanted > 0) & (wanted < 1), middle, ends))

    def _between(self, upper: CodeArray, rank: FloatArray) -> FloatArray:
        """Scores between edges `upper - 1` and `upper`, in proportion to the rank."""
        below, edges = self._below, self._edges
        part = (rank - below[upper - 1]) / (below[upper] - below[upper - 1])
        return np.asarray(edges[upper - 1] + part * (edges[upper] - edges[upper - 1]))

    @property
    def _below(self) -> FloatArray:
        """(K + 1,) share of people below each edge; the last exactly one."""
        below = np.concatenate([[0.0], np.cumsum(self.share)])
        below[below >= 1 - TIE] = 1.0
        return below

    @property
    def _edges(self) -> FloatArray:
        """(K + 1,) ends of the stretch over which the people at a score are spread."""
        steps = np.diff(self.scores)
        if not np.allclose(steps, steps[0]):
            raise ContractError(
                WHERE,
                "percentile ranks: expected equally spaced scores",
                hint="list every possible score, also those that nobody has",
            )
        return np.append(self.scores - steps[0] / 2, self.scores[-1] + steps[0] / 2)


def check_frequency(frequency: FloatArray) -> None:
    """Refuse frequencies below zero, not finite, or without anybody."""
    if not (np.isfinite(frequency).all() and (frequency >= 0).all() and frequency.sum() > 0):
        raise ContractError(
            WHERE, "expected frequencies not below zero, and somebody with a weight above zero"
        )


def place_on(scale: FloatArray, scores: FloatArray) -> CodeArray:
    """Index of each score on its scale; refuses scores that are not possible."""
    possible = np.asarray(scale, dtype=np.float64)
    place = np.searchsorted(possible, scores).clip(max=len(possible) - 1)
    outside = int((possible[place] != scores).sum())
    if outside:
        raise ContractError(WHERE, f"expected scores on the scale, got {outside} people off it")
    return np.asarray(place)
