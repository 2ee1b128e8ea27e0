"""The items of a calibration as blocks of one family and size, and their parameter vector."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import Graded, ItemModel, Logistic, PartialCredit
from pipeline.stats.measurement.irt.marginal_likelihood.families import ItemFamily
from pipeline.stats.measurement.irt.mixed import Mixed


@dataclass(frozen=True)
class Parameter:
    """What a place in a parameter vector means.

    Attributes:
        name: slope, intercept, intercept 2, logit guessing, mean, log sd, coefficient.
        of: number of the item, group or covariate, from 0.
    """

    name: str
    of: int


class Form(ABC):
    """J items whose first `size` parameters are estimated."""

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """What the places of the vector mean."""

    @abstractmethod
    def log_probabilities(self, vector: FloatArray, ability: FloatArray) -> FloatArray:
        """(J, K, Q); zero for categories an item lacks."""

    @abstractmethod
    def model(self, vector: FloatArray) -> ItemModel:
        """The items as a model."""


@dataclass(frozen=True, eq=False)
class Block:
    """Items of one family with equally many categories.

    Attributes:
        family: of the items.
        items: (B,) their numbers in the form.
        n_categories: K of each.
        start: place of the first parameter in the vector.
    """

    family: ItemFamily
    items: CodeArray
    n_categories: int
    start: int

    @property
    def names(self) -> tuple[str, ...]:
        """The p parameters of an item."""
        return self.family.names(self.n_categories)

    @property
    def places(self) -> CodeArray:
        """(B, p) places of the parameters in the vector."""
        shape = (len(self.items), len(self.names))
        return self.start + np.arange(shape[0] * shape[1]).reshape(shape)


@dataclass(frozen=True, eq=False)
class FreeForm(Form):
    """A form whose items are all estimated."""

    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, families: Sequence[ItemFamily], categories: CodeArray) -> "FreeForm":
        """Sort J items into blocks by family and number of categories."""
        kinds = [(family, int(size)) for family, size in zip(families, categories, strict=True)]
        blocks, start = [], 0
        for kind in dict.fromkeys(kinds):
            items = np.array([j for j, other in enumerate(kinds) if other == kind])
            blocks.append(Block(*(kind[0], items, kind[1]), start=start))
            start += blocks[-1].places.size
        return cls(tuple(blocks))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the places of the vector mean."""
        return tuple(
            Parameter(name, int(item))
            for block in self.blocks
            for item in block.items
            for name in block.names
        )

    def start(self, shares: FloatArray) -> FloatArray:
        """First values from (J, K) shares of the categories."""
        parts = [
            block.family.start(shares[block.items, : block.n_categories]).ravel()
            for block in self.blocks
        ]
        return np.concatenate(parts)

    def log_probabilities(self, vector: FloatArray, ability: FloatArray) -> FloatArray:
        """(J, K, Q); zero for categories an item lacks."""
        size = max(block.n_categories for block in self.blocks)
        n_items = sum(len(block.items) for block in self.blocks)
        found = np.zeros((n_items, size, len(ability)))
        for block in self.blocks:
            log_p, _ = block.family.log_curves(vector[block.places], ability)
            found[block.items, : block.n_categories] = log_p
        return found

    def log_prior(self, vector: FloatArray) -> float:
        """Log prior density of all items."""
        parts = [block.family.log_prior(vector[block.places]).sum() for block in self.blocks]
        return float(sum(parts))

    def model(self, vector: FloatArray) -> ItemModel:
        """One model where all items are of one kind, else `Mixed`."""
        models = [block.family.model(vector[block.places]) for block in self.blocks]
        parts: list[ItemModel] = []
        places: list[CodeArray] = []
        for kind in (Logistic, Graded, PartialCredit):
            alike = [b for b, model in enumerate(models) if isinstance(model, kind)]
            if alike:
                items = np.concatenate([self.blocks[b].items for b in alike])
                order = np.argsort(items)
                parts.append(_together([models[b] for b in alike]).take(order))
                places.append(items[order])
        return parts[0] if len(parts) == 1 else Mixed(parts=parts, places=places)


@dataclass(frozen=True, eq=False)
class FixedForm(Form):
    """A form whose items are known."""

    items: ItemModel

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """None."""
        return ()

    def log_probabilities(self, vector: FloatArray, ability: FloatArray) -> FloatArray:
        """(J, K, Q); zero for categories an item lacks."""
        probability = self.items.probabilities(ability)
        is_category = np.arange(probability.shape[1]) < self.items.categories[:, None]
        kept = np.where(is_category[:, :, None], np.maximum(probability, TINY), 1.0)
        return np.asarray(np.log(kept))

    def model(self, vector: FloatArray) -> ItemModel:
        """The items as given."""
        return self.items


TINY = np.finfo(np.float64).tiny


def _together(models: Sequence[ItemModel]) -> ItemModel:
    """Items of models of one class in one model, in the order of the models."""
    first, *others = models
    if not others:
        return first
    if isinstance(first, Logistic):
        logistic = [model for model in models if isinstance(model, Logistic)]
        return Logistic(
            slope=np.concatenate([model.slope for model in logistic]),
            intercept=np.concatenate([model.intercept for model in logistic]),
            guessing=np.concatenate([model.guessing for model in logistic]),
        )
    ordered = [model for model in models if isinstance(model, Graded | PartialCredit)]
    steps = max(model.intercepts.shape[1] for model in ordered)
    padded = [
        np.pad(
            model.intercepts,
            ((0, 0), (0, steps - model.intercepts.shape[1])),
            constant_values=np.nan,
        )
        for model in ordered
    ]
    kind = type(ordered[0])
    slope = np.concatenate([model.slope for model in ordered])
    return kind(slope=slope, intercepts=np.concatenate(padded))
