"""Anchors for the tests of linking."""

import numpy as np

from pipeline.stats.measurement.irt.curves import Graded, ItemModel, Logistic, PartialCredit
from pipeline.stats.measurement.linking.link import Link


def logistic(items: int = 20, seed: int = 1, guessing: float = 0.0) -> Logistic:
    draw = np.random.default_rng(seed)
    return Logistic.of_difficulty(draw.lognormal(0, 0.3, items), draw.normal(0, 1, items), guessing)


def graded() -> Graded:
    base = logistic()
    # The first items lack the third category.
    second = np.where(np.arange(20) < 8, np.nan, base.intercept - 1)
    return Graded(slope=base.slope, intercepts=np.stack([base.intercept + 1, second], axis=1))


def partial_credit() -> PartialCredit:
    base = graded()
    return PartialCredit(slope=base.slope, intercepts=base.intercepts)


MODELS: dict[str, ItemModel] = {
    "2PL": logistic(),
    "3PL": logistic(guessing=0.2),
    "graded": graded(),
    "partial credit": partial_credit(),
}


def on_new_scale(old: ItemModel, link: Link) -> ItemModel:
    """The items on the scale from which `link` leads back to theirs."""
    return old.rescaled(1 / link.slope, -link.shift / link.slope)


def harder(model: Logistic, by: object) -> Logistic:
    """The items with `by` added to their difficulties."""
    return Logistic.of_difficulty(model.slope, model.difficulty + np.asarray(by), model.guessing)
