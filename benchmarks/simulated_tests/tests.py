"""Tests of known items, and answers to them."""

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from scipy.optimize import brentq

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.streams import stream

Result = TypeVar("Result")


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


def repeated(one: Callable[[int], Result], runs: int, processes: int) -> Iterator[Result]:
    """Results of run 0, 1, ... in order, over several processes."""
    with get_context("fork").Pool(processes) as pool:
        yield from pool.imap(one, range(runs), chunksize=2)
