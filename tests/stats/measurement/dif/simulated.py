"""Answers of two groups to right-wrong items, some of them harder for the focal group."""

import numpy as np
from scipy.special import expit


def simulated(
    n=(1000, 1000), items=30, *, harder=None, steeper=None, gap=0.5, seed=1
) -> tuple[np.ndarray, np.ndarray]:
    """Responses and who is focal; `harder` and `steeper` change items for the focal group.

    The focal group is less able by `gap`, which is no DIF.
    """
    random = np.random.default_rng(seed)
    slope, difficulty = np.exp(random.normal(0, 0.2, items)), random.normal(0, 0.8, items)
    is_focal = np.arange(sum(n)) >= n[0]
    ability = random.normal(size=sum(n)) - gap * is_focal
    b = difficulty + np.outer(is_focal, _at(items, harder))
    a = slope * np.exp(np.outer(is_focal, _at(items, steeper)))
    right = random.random(b.shape) < expit(a * (ability[:, None] - b))
    return right.astype(np.int64), is_focal


def _at(items, changes) -> np.ndarray:
    values = np.zeros(items)
    for item, change in (changes or {}).items():
        values[item] = change
    return values
