"""Tests of known items, and answers to them."""

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from scipy.optimize import brentq

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel, Logistic
from pipeline.stats.streams import stream
from pipeline.stats.survey.design.sample import Sample

Result = TypeVar("Result")

COMMUNITIES, COMMUNITY_SD = 60, 0.25


def items_with_cut(n_items: int, *, ability: float, cut_share: float) -> Logistic:
    """2PL items of log slopes N(0, 0.3^2) and difficulties N(0, 1), moved to a cut.

    Moved so that somebody of the given ability can expect the share of all points.
    """
    random = stream("simulated tests", str(n_items))
    slope = np.exp(random.normal(0, 0.3, n_items))
    difficulty = random.normal(size=n_items)

    def surplus(shift: float) -> float:
        items = Logistic.of_difficulty(slope, difficulty + shift)
        return float(items.expected(np.array([ability])).mean()) - cut_share

    return Logistic.of_difficulty(slope, difficulty + brentq(surplus, -8, 8))


def answers(items: Logistic, ability: FloatArray, random: np.random.Generator) -> CodeArray:
    """(n, J) answers of people of (n,) abilities."""
    right = items.probabilities(ability)[:, 1, :].T
    return (random.random(right.shape) < right).astype(np.int64)


def categories_chosen(
    items: ItemModel, ability: FloatArray, random: np.random.Generator
) -> CodeArray:
    """(n, J) categories chosen by people of (n,) abilities."""
    reached = np.cumsum(items.probabilities(ability), axis=1)[:, :-1]
    uniform = random.random((reached.shape[0], reached.shape[2]))
    return (uniform[:, None] > reached).sum(axis=1).T.astype(np.int64)


def clustered_people(people: int, random: np.random.Generator) -> tuple[FloatArray, Sample]:
    """Abilities N(0, 1) of people in communities that differ, with unequal weights."""
    community = np.arange(people) % COMMUNITIES
    effect = COMMUNITY_SD * random.normal(size=COMMUNITIES)[community]
    ability = effect + np.sqrt(1 - COMMUNITY_SD**2) * random.normal(size=people)
    return ability, Sample.clustered(random.uniform(0.5, 2, people), psu=community)


def repeated(one: Callable[[int], Result], runs: int, processes: int) -> Iterator[Result]:
    """Results of run 0, 1, ... in order, over several processes."""
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap(one, range(runs), chunksize=2)
