"""Levels by true score, by one test and by an equally good second test: how often they agree.

Owns the tables and the numbers read from them. Each method says only how likely a person of a
given true score is to reach each level.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray

WHERE = "classification"


@dataclass(frozen=True, eq=False, kw_only=True)
class LevelChances:
    """How likely each level is for persons of Q true scores.

    Attributes:
        true_level: (Q,) level 0..C of the true score.
        chance: (C + 1, Q) probability of being classified into each level.
    """

    true_level: CodeArray
    chance: FloatArray

    @property
    def accuracy(self) -> FloatArray:
        """(Q,) probability of the true level."""
        return np.asarray(self.chance[self.true_level, np.arange(len(self.true_level))])

    @property
    def consistency(self) -> FloatArray:
        """(Q,) probability of the same level on two equally good tests."""
        return np.asarray((self.chance**2).sum(axis=0))

    def over(self, population: FloatArray) -> "Classification":
        """The tables of a population with (Q,) shares at the true scores."""
        shares = population / population.sum()
        truly = np.arange(len(self.chance))[:, None] == self.true_level
        return Classification(
            true_observed=(truly * shares) @ self.chance.T,
            twice=(self.chance * shares) @ self.chance.T,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Classification:
    """Shares of a population by level, levels 0..C rising; C = 1 is fail and pass.

    Attributes:
        true_observed: (C + 1, C + 1) by true level (rows) and level on the test (columns).
        twice: (C + 1, C + 1) by level on the test and on an equally good second one.
    """

    true_observed: FloatArray
    twice: FloatArray

    @property
    def accuracy(self) -> float:
        """Share classified into their true level."""
        return float(np.trace(self.true_observed))

    @property
    def consistency(self) -> float:
        """Share classified alike by two equally good tests."""
        return float(np.trace(self.twice))

    @property
    def kappa(self) -> float:
        """Consistency beyond chance: (consistency - chance) / (1 - chance).

        Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46.
        """
        chance = float((self.twice.sum(axis=0) ** 2).sum())
        return (self.consistency - chance) / (1 - chance) if chance < 1 else float("nan")

    @property
    def false_positive(self) -> float:
        """Share of all classified above their true level."""
        return float(np.triu(self.true_observed, 1).sum())

    @property
    def false_negative(self) -> float:
        """Share of all classified below their true level."""
        return float(np.tril(self.true_observed, -1).sum())

    @property
    def true_share(self) -> FloatArray:
        """(C,) share truly at or above each cut."""
        return _at_or_above(self.true_observed.sum(axis=1))

    @property
    def observed_share(self) -> FloatArray:
        """(C,) share that passes each cut."""
        return _at_or_above(self.true_observed.sum(axis=0))

    @property
    def undeserved(self) -> FloatArray:
        """(C,) of those who pass each cut, the share truly below it."""
        return np.asarray(
            [
                one.false_positive / one.observed_share[0] if one.observed_share[0] else np.nan
                for one in map(self.at, range(len(self.twice) - 1))
            ]
        )

    @property
    def lost_on_retest(self) -> FloatArray:
        """(C,) of those who pass each cut, the share who would fail an equally good test."""
        return np.asarray(
            [
                one.twice[1, 0] / one.twice[1].sum() if one.twice[1].sum() else np.nan
                for one in map(self.at, range(len(self.twice) - 1))
            ]
        )

    def at(self, cut: int) -> "Classification":
        """Fail and pass at one of the cuts, 0 the lowest."""
        edges = np.array([0, cut + 1])
        return Classification(
            true_observed=_collapsed(self.true_observed, edges),
            twice=_collapsed(self.twice, edges),
        )


def levels(scores: FloatArray, cuts: FloatArray, *, inclusive: bool = True) -> CodeArray:
    """(n,) number of cuts that each score passes: at or above them, or above if not inclusive.

    Raises:
        ContractError: no cut, or cuts that do not rise.
    """
    if not len(cuts) or (np.diff(cuts) <= 0).any():
        raise ContractError(
            WHERE,
            f"cuts: expected one or more, rising, got {list(map(float, cuts))}",
            hint="give the lowest cut first",
        )
    return np.asarray(np.searchsorted(cuts, scores, side="right" if inclusive else "left"))


def _collapsed(table: FloatArray, edges: CodeArray) -> FloatArray:
    return np.asarray(np.add.reduceat(np.add.reduceat(table, edges, axis=0), edges, axis=1))


def _at_or_above(shares: FloatArray) -> FloatArray:
    return np.asarray(shares[::-1].cumsum()[::-1][1:])
