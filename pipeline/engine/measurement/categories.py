"""Categories that items can be modelled with: those that people chose, numbered without gaps."""

from collections.abc import Sequence

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray

Chosen = tuple[CodeArray, ...]  # per item, its categories in rising order


def chosen_categories(responses: CodeArray, weight: FloatArray) -> Chosen:
    """Categories of each item that somebody with weight chose.

    One that nobody chose has no curve of its own; it is joined with its neighbours by leaving
    it out of the numbering. An item with a single one tells nothing of ability.
    """
    held = responses[weight > 0]
    return tuple(np.unique(column[column >= 0]) for column in held.T)


def renumbered(responses: CodeArray, chosen: Sequence[CodeArray]) -> CodeArray:
    """(n, J) place of each answer among the item's categories, -1 where there is none."""
    found = np.full(responses.shape, -1)
    for column, (answers, categories) in enumerate(zip(responses.T, chosen, strict=True)):
        for place, category in enumerate(categories):
            found[answers == category, column] = place
    return found
