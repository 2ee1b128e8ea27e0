"""Forms whose items follow different models, such as right-wrong beside partial credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import Curves, ItemModel


@dataclass(frozen=True, eq=False, kw_only=True)
class Mixed(ItemModel):
    """Items of several models on one ability scale.

    Attributes:
        parts: models of some of the items each.
        places: for each part, the numbers of its items in the form; together 0 to J - 1.
    """

    parts: Sequence[ItemModel]
    places: Sequence[CodeArray]

    @cached_property
    def categories(self) -> CodeArray:
        """(J,) number of categories per item."""
        found = np.zeros(sum(len(place) for place in self.places), dtype=np.int64)
        for part, place in zip(self.parts, self.places, strict=True):
            found[place] = part.categories
        return found

    def probabilities(self, ability: FloatArray) -> FloatArray:
        """(J, K, Q) probability of each category; zero for categories an item lacks."""
        return self._joined([part.probabilities(ability) for part in self.parts])

    def curves(self, ability: FloatArray) -> Curves:
        """Probabilities with their derivatives at (Q,) abilities."""
        curves = [part.curves(ability) for part in self.parts]
        return Curves(
            self._joined([part.probability for part in curves]),
            self._joined([part.slope for part in curves]),
            self._joined([part.curvature for part in curves]),
        )

    def take(self, items: CodeArray) -> Self:
        """The model of some of the items, in the order given."""
        chosen = np.asarray(items)
        if chosen.dtype == np.bool_:
            chosen = np.flatnonzero(chosen)
        parts, places = [], []
        for part, place in zip(self.parts, self.places, strict=True):
            within = np.full(len(self.categories), -1)
            within[place] = np.arange(len(place))
            held = np.flatnonzero(within[chosen] >= 0)
            if len(held):
                parts.append(part.take(within[chosen][held]))
                places.append(held)
        return type(self)(parts=parts, places=places)

    def rescaled(self, slope: float, shift: float) -> Self:
        """The same items on the scale slope * ability + shift."""
        parts = [part.rescaled(slope, shift) for part in self.parts]
        return type(self)(parts=parts, places=self.places)

    def _joined(self, blocks: Sequence[FloatArray]) -> FloatArray:
        size = max(block.shape[1] for block in blocks)
        joined = np.zeros((len(self.categories), size, blocks[0].shape[2]))
        for block, place in zip(blocks, self.places, strict=True):
            joined[place, : block.shape[1]] = block
        return joined
