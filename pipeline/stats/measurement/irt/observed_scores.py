"""Distribution of the total score at each ability, from the response curves of the items.

Owns the recursion and the lattice of possible totals. Fit by observed score, equating of observed
scores and classification take their distributions from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

WHERE = "observed scores"
# Totals are rounded as scoring rounds them, so that a total and a cut compare alike in both.
_DECIMALS = 9
# Points are written by people: a unit finer than this is a slip, not a standard.
_FINEST_UNIT = 1000
_MOST_TOTALS = 20_000


@dataclass(frozen=True, eq=False)
class ObservedScores:
    """How likely each total score is at each ability.

    Attributes:
        scores: (S,) totals that can be reached, rising.
        probability: (S, Q) probability of each at each of the abilities; columns sum to one.
    """

    scores: FloatArray
    probability: FloatArray

    def share_passing(self, cut: float, *, inclusive: bool = True) -> FloatArray:
        """(Q,) probability of a total at or above the cut, or above it if not inclusive."""
        return np.asarray(self.probability[self.passes(cut, inclusive=inclusive)].sum(axis=0))

    def passes(self, cut: float, *, inclusive: bool = True) -> BoolArray:
        """(S,) whether a total passes the cut under one of its two readings."""
        return np.asarray(self.scores >= cut if inclusive else self.scores > cut)

    def marginal(self, population: FloatArray) -> FloatArray:
        """(S,) distribution of the total where (Q,) `population` is the share at each ability."""
        return np.asarray(self.probability @ (population / population.sum()))


def observed_scores(probability: FloatArray, points: FloatArray | None = None) -> ObservedScores:
    """Distribution of the total score at each ability, item by item.

    f_j(x) = sum_k P_jk f_(j-1)(x - points_jk), on the lattice of the points' common unit.

    Args:
        probability: (J, K, Q) of each category; zero throughout where an item lacks it.
        points: (J, K) points of each category, ignored where the item lacks it; None: the
            category's number.

    Raises:
        ContractError: shapes that disagree, or points without a reasonable common unit.

    Source: Lord & Wingersky (1984), Applied Psychological Measurement 8, 453-461; Thissen et al.
    (1995), ibid. 19, 39-49, for more than two categories. Oracle: direct recursion in numpy.
    """
    lattice = _Lattice.of(probability, points)
    start = np.ones((1, probability.shape[2]))
    found = lattice.add(start, probability, range(len(probability)))
    return lattice.named(found, range(len(probability)))


def without_each(
    probability: FloatArray, points: FloatArray | None = None
) -> tuple[ObservedScores, ...]:
    """J distributions of the rest score: each without one of the items, in their order.

    Halves share their work: half of the items are added once for all items of the other half,
    so that J items cost J log J steps of the recursion and nothing is subtracted.

    Args:
        probability: (J, K, Q) as in `observed_scores`.
        points: (J, K) as in `observed_scores`.

    Raises:
        ContractError: as `observed_scores`.
    """
    lattice = _Lattice.of(probability, points)
    items = list(range(len(probability)))
    found: dict[int, FloatArray] = {}

    def split(block: Sequence[int], others: FloatArray) -> None:
        if len(block) == 1:
            found[block[0]] = others
            return
        half = len(block) // 2
        split(block[:half], lattice.add(others, probability, block[half:]))
        split(block[half:], lattice.add(others, probability, block[:half]))

    split(items, np.ones((1, probability.shape[2])))
    return tuple(
        lattice.named(found[item], [rest for rest in items if rest != item]) for item in items
    )


@dataclass(frozen=True, eq=False)
class _Lattice:
    """Points in whole units above each item's least.

    Attributes:
        steps: (J, K) units of each category.
        exists: (J, K) whether the item has the category.
        least: (J,) points of each item's worst category, in units.
        unit: points of one unit.
    """

    steps: CodeArray
    exists: BoolArray
    least: CodeArray
    unit: Fraction

    @classmethod
    def of(cls, probability: FloatArray, points: FloatArray | None) -> "_Lattice":
        """The lattice of the categories that occur."""
        exists = _categories(probability)
        if points is None:
            points = np.broadcast_to(np.arange(probability.shape[1]), exists.shape)
        if points.shape != exists.shape:
            raise ContractError(WHERE, f"points: expected shape {exists.shape}, got {points.shape}")
        unit = _common_unit(points[exists])
        units = np.rint(np.where(exists, points, 0.0) / float(unit)).astype(np.int64)
        least = np.where(exists, units, np.iinfo(np.int64).max).min(axis=1)
        steps = np.where(exists, units - least[:, None], 0)
        if steps.max(axis=1).sum() > _MOST_TOTALS:
            raise _no_unit(f"{steps.max(axis=1).sum()} possible totals")
        return cls(steps, exists, least, unit)

    def add(self, others: FloatArray, probability: FloatArray, items: Sequence[int]) -> FloatArray:
        """(L, Q) distribution in units after some more items."""
        for item in items:
            length, nodes = others.shape
            more = np.zeros((length + int(self.steps[item].max()), nodes))
            for category in np.flatnonzero(self.exists[item]):
                step = int(self.steps[item, category])
                more[step : step + length] += others * probability[item, category]
            others = more
        return others

    def named(self, found: FloatArray, items: Sequence[int]) -> ObservedScores:
        """The distribution over the totals that the items can make."""
        reached = np.ones(1, dtype=np.bool_)
        for item in items:
            more = np.zeros(len(reached) + int(self.steps[item].max()), dtype=np.bool_)
            for step in self.steps[item][self.exists[item]]:
                more[step : step + len(reached)] |= reached
            reached = more
        totals = (np.flatnonzero(reached) + self.least[list(items)].sum()) * float(self.unit)
        return ObservedScores(np.round(totals, _DECIMALS), found[reached])


def _categories(probability: FloatArray) -> BoolArray:
    if probability.ndim != 3 or not len(probability):
        raise ContractError(
            WHERE, f"probability: expected items x categories x abilities, got {probability.shape}"
        )
    return np.asarray((probability > 0).any(axis=2))


def _common_unit(points: FloatArray) -> Fraction:
    """The largest unit of which all points are multiples."""
    values = np.unique(points)
    if not np.isfinite(values).all():
        raise ContractError(WHERE, "points: expected a number for every category, got none")
    written = [Fraction(float(value)).limit_denominator(_FINEST_UNIT) for value in values]
    off = max(abs(float(near) - value) for near, value in zip(written, values, strict=True))
    if off > 10.0**-_DECIMALS:
        raise _no_unit("points that are no short decimals or fractions")
    below = lcm(*(value.denominator for value in written))
    return Fraction(gcd(*(int(value * below) for value in written)) or 1, below)


def _no_unit(got: str) -> ContractError:
    return ContractError(
        WHERE,
        f"points: expected whole multiples of one unit and at most {_MOST_TOTALS} totals, "
        f"got {got}",
        hint="round the points of the standard, e.g. to one decimal",
    )
