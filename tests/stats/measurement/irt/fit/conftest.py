"""Answers drawn from models, for tests of fit."""

from collections.abc import Callable

import numpy as np
import pytest

from pipeline.stats.measurement.irt.curves import Graded, ItemModel, Logistic


@pytest.fixture
def two_parameter() -> Logistic:
    generator = np.random.default_rng(21)
    slope = generator.uniform(0.8, 1.8, 12)
    return Logistic.of_difficulty(slope, np.linspace(-1.5, 1.5, 12))


@pytest.fixture
def graded() -> Graded:
    generator = np.random.default_rng(22)
    intercepts = np.array([1.5, 0.0, -1.5]) + generator.uniform(-0.5, 0.5, (8, 1))
    intercepts[6:, 2] = np.nan
    return Graded(slope=generator.uniform(0.8, 1.8, 8), intercepts=intercepts)


@pytest.fixture
def drawn() -> Callable[[ItemModel, np.ndarray, int], np.ndarray]:
    def draw(model: ItemModel, ability: np.ndarray, seed: int) -> np.ndarray:
        below = np.cumsum(model.probabilities(ability), axis=1)
        chance = np.random.default_rng(seed).random((below.shape[0], 1, below.shape[2]))
        return (chance > below).sum(axis=1).T.astype(np.int64)

    return draw
