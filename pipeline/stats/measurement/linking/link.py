"""The line that carries one wave's ability scale to another's, and what anchors must be like.

Anchors are the items that both waves asked: two item models with the same items in the same
order, each on its own wave's scale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import Graded, ItemModel, Logistic, PartialCredit
from pipeline.stats.measurement.irt.mixed import Mixed

WHERE = "linking"

Model = TypeVar("Model", bound=ItemModel)


@dataclass(frozen=True)
class Link:
    """Ability on the old scale = slope * ability on the new scale + shift.

    Attributes:
        slope: A, above zero: units of the old scale in one unit of the new.
        shift: B: place of the new scale's zero on the old scale.
    """

    slope: float
    shift: float

    def abilities(self, new: FloatArray) -> FloatArray:
        """Abilities of the new scale, on the old."""
        return np.asarray(self.slope * np.asarray(new) + self.shift)

    def items(self, new: Model) -> Model:
        """Items of the new scale, on the old."""
        return new.rescaled(self.slope, self.shift)


Linker: TypeAlias = Callable[[ItemModel, ItemModel], Link]
"""A way to find the link from the anchors' (old, new) parameters."""


def slopes(model: ItemModel) -> FloatArray:
    """(J,) slopes.

    Raises:
        ContractError: a model without slopes.
    """
    if isinstance(model, Logistic | Graded | PartialCredit):
        return model.slope
    if isinstance(model, Mixed):
        return _laid(model, [slopes(part) for part in model.parts])
    raise ContractError(WHERE, f"expected a logistic or ordered model, got {type(model).__name__}")


def locations(model: ItemModel) -> FloatArray:
    """(J, K - 1) difficulties or places of the steps, NaN for steps an item lacks.

    Raises:
        ContractError: a model without difficulties.
    """
    if isinstance(model, Logistic):
        return model.difficulty[:, None]
    if isinstance(model, Graded | PartialCredit):
        return model.steps
    if isinstance(model, Mixed):
        parts = [locations(part) for part in model.parts]
        width = max(part.shape[1] for part in parts)
        padding = [((0, 0), (0, width - part.shape[1])) for part in parts]
        return _laid(
            model,
            [np.pad(p, by, constant_values=np.nan) for p, by in zip(parts, padding, strict=True)],
        )
    raise ContractError(WHERE, f"expected a logistic or ordered model, got {type(model).__name__}")


def difficulties(model: ItemModel) -> FloatArray:
    """(J,) difficulty of each item, of several steps their mean."""
    return np.asarray(np.nanmean(locations(model), axis=1))


def _laid(model: Mixed, parts: Sequence[FloatArray]) -> FloatArray:
    """Rows of the parts in the order of the form's items."""
    found = np.empty((len(model.categories), *parts[0].shape[1:]))
    for part, place in zip(parts, model.places, strict=True):
        found[place] = part
    return found


def check_anchors(old: ItemModel, new: ItemModel, *, at_least: int = 1) -> None:
    """Refuse anchors that cannot carry a link.

    Raises:
        ContractError: other families, other items, too few, or parameters a link cannot use.
    """
    faults = []
    if (families := _families(old)) != _families(new):
        faults.append(f"expected one model, got {families} and {_families(new)}")
    elif not np.array_equal(old.categories, new.categories):
        faults.append(
            "expected the same items with the same categories in both waves, "
            f"got {len(old.categories)} and {len(new.categories)} items"
        )
    if len(old.categories) < at_least:
        faults.append(f"expected {at_least} anchors or more, got {len(old.categories)}")
    faults += [fault for name, model in (("old", old), ("new", new)) for fault in _bad(name, model)]
    if faults:
        raise ContractError(
            WHERE, faults, hint="give the anchors' parameters of both waves in the same order"
        )


def _families(model: ItemModel) -> str:
    parts = model.parts if isinstance(model, Mixed) else [model]
    return " and ".join(type(part).__name__ for part in parts)


def _bad(name: str, model: ItemModel) -> list[str]:
    usable = np.isfinite(slopes(model)) & (slopes(model) > 0)
    usable &= np.isfinite(locations(model)[:, 0])
    items = (np.flatnonzero(~usable) + 1).tolist()
    if not items:
        return []
    return [f"{name} wave, anchors {items}: expected finite parameters and slopes above zero"]
