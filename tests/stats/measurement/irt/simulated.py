"""Answers simulated from known items, for tests."""

import numpy as np

from pipeline.stats.measurement.irt.curves import Graded, ItemModel, Logistic, PartialCredit


def logistic_items(n_items: int, guessing: float = 0.0) -> Logistic:
    slope = np.resize([0.7, 1.0, 1.3, 1.6, 2.0], n_items)
    return Logistic.of_difficulty(slope, np.linspace(-1.5, 1.5, n_items), guessing)


def graded_items(n_items: int) -> Graded:
    slope = np.resize([0.8, 1.2, 1.6], n_items)
    return Graded(slope=slope, intercepts=np.resize([[1.5, -0.3, -1.6]], (n_items, 3)))


def partial_credit_items(n_items: int) -> PartialCredit:
    slope = np.resize([0.6, 0.9, 1.2], n_items)
    return PartialCredit(slope=slope, intercepts=np.resize([[0.8, -0.6]], (n_items, 2)))


def answers_of(model: ItemModel, ability: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """(n, J) categories drawn for (n,) abilities."""
    reached = 1 - np.cumsum(model.probabilities(ability), axis=1)
    drawn = random.random((reached.shape[0], 1, len(ability)))
    return (drawn < reached).sum(axis=1).T
