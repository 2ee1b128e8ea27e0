"""From answers to points: credit per item, points per dimension, total, pass and level.

Owns the arithmetic of every scoring standard. Which items count, their keys and points,
cuts and the treatment of missing answers come in as data.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.fields import MissingKind
from pipeline.stats.arrays import BoolArray, FloatArray

# Points are sums of short decimals; comparing them with a cut must not see binary dust.
_DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemKey:
    """The right answer of an item: the value each of its answer columns must hold.

    A single-choice item has one column; a multiple-response item one 0/1 column per
    option. With `partial_credit` an item earns the share of its columns that are right.
    `follows` names the lead item whose right answer opens this one.
    """

    item: str
    right: Mapping[str, int]
    partial_credit: bool = False
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Dimension and points of an item under one standard."""

    dimension: str
    points: float


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of n respondents under one standard; rows without a score are NaN.

    Attributes:
        dimensions: (n, d) points by dimension, one column each.
        total: (n,) points over all dimensions.
    """

    dimensions: pd.DataFrame
    total: pd.Series


def item_credit(
    answers: pd.DataFrame, keys: Sequence[ItemKey], *, unscored: Collection[MissingKind]
) -> pd.DataFrame:
    """Credit in [0, 1] per respondent and item.

    Args:
        answers: one integer column per answer column; negative codes are MissingKind.
        keys: items to be credited.
        unscored: kinds of missing answer that leave the item without credit (NaN);
            every other kind counts as wrong.

    Returns:
        (n, items) credit, index of `answers`.
    """
    credit = pd.DataFrame(
        {key.item: _credit(answers, key, unscored) for key in keys}, index=answers.index
    )
    for key in keys:
        if key.follows is not None:
            lead_asked = credit[key.follows].notna()
            credit.loc[lead_asked & _not_asked(answers, key), key.item] = 0.0
    return credit


def _not_asked(answers: pd.DataFrame, key: ItemKey) -> BoolArray:
    given = answers[list(key.right)].to_numpy()
    return np.asarray((given == int(MissingKind.NOT_ASKED)).any(axis=1))


def _credit(answers: pd.DataFrame, key: ItemKey, unscored: Collection[MissingKind]) -> FloatArray:
    given = answers[list(key.right)].to_numpy()
    right = given == np.array(list(key.right.values()))
    credit = right.mean(axis=1) if key.partial_credit else right.all(axis=1).astype(float)
    credit[(given < 0).any(axis=1)] = 0.0
    credit[np.isin(given, [int(kind) for kind in unscored]).any(axis=1)] = np.nan
    return np.asarray(credit, dtype=np.float64)


def score(credit: pd.DataFrame, worth: Mapping[str, Worth]) -> Scored:
    """Points by dimension and in total; a respondent lacking any item has no score.

    Args:
        credit: (n, items) credit in [0, 1], NaN = not scored.
        worth: dimension and points per item; items of `credit` that it lacks do not count.
    """
    names = list(dict.fromkeys(value.dimension for value in worth.values()))
    dimensions = pd.DataFrame(
        {name: _dimension_points(credit, worth, name) for name in names}, index=credit.index
    )
    return Scored(dimensions, dimensions.sum(axis=1, skipna=False).round(_DECIMALS))


def _dimension_points(
    credit: pd.DataFrame, worth: Mapping[str, Worth], dimension: str
) -> FloatArray:
    points = {item: value.points for item, value in worth.items() if value.dimension == dimension}
    earned = credit[list(points)].to_numpy() * np.array(list(points.values()))
    return np.asarray(earned.sum(axis=1).round(_DECIMALS), dtype=float)


def reaches(value: pd.Series, cut: float, *, inclusive: bool) -> BoolArray:
    """Whether points reach a cut; NaN never does."""
    points = value.to_numpy()
    return np.asarray(points >= cut if inclusive else points > cut)


def passes_every(scored: Scored, cuts: Mapping[str, float], *, inclusive: bool) -> BoolArray:
    """Whether every dimension reaches its own cut (the conjunctive rule of Miller 1983)."""
    passed = [
        reaches(scored.dimensions[name], cut, inclusive=inclusive) for name, cut in cuts.items()
    ]
    return np.asarray(np.logical_and.reduce(passed), dtype=np.bool_)


def highest_level(total: pd.Series, cuts: Mapping[str, float]) -> pd.Series:
    """Name of the highest cumulative level reached, None below the lowest.

    Args:
        total: (n,) points.
        cuts: level name -> cut, highest first; a cut belongs to its level.
    """
    level = pd.Series(None, index=total.index, dtype=object)
    for name, cut in reversed(list(cuts.items())):
        level[reaches(total, cut, inclusive=True)] = name
    return level
