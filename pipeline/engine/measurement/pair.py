"""Two neighbouring waves: which items link them, and whether these are enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import stats

from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.errors import within
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.measurement.dif.comparison import compare
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.error import LinkError, linking_error
from pipeline.stats.measurement.linking.linkage import Linkage, LinkageRule, linkage
from pipeline.stats.measurement.linking.screening import (
    FEWEST,
    DriftRule,
    Screening,
    screen_anchors,
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two neighbouring waves and what links them.

    Attributes:
        old: the earlier wave.
        new: the later wave.
        anchors: items that both asked and that may carry the link: one id is one wording. Not
            those that are on one of the scales only, that better people miss, or of which other
            categories were chosen.
        screening: which of them drifted; None of fewer than three.
        linkage: whether enough stayed.
        error: of the link through those that stayed; None when unlinked.
    """

    old: OwnScale
    new: OwnScale
    anchors: tuple[str, ...]
    screening: Screening | None
    linkage: Linkage
    error: LinkError | None

    @property
    def drifted(self) -> tuple[str, ...]:
        """Anchors dropped for drift."""
        return tuple(each.item for each in self.screening.removed) if self.screening else ()

    @classmethod
    def of(cls, old: OwnScale, new: OwnScale) -> "Pair":
        """Compare the items that two waves share, by the rules of the later one's plan."""
        anchors = tuple(item for item in old.items if _may_link(item, old, new))
        screening = _screened(old, new, anchors) if len(anchors) >= FEWEST else None
        found = _linkage(old, new, screening.kept if screening else anchors)
        error = linking_error(*_models((old, new), found.anchors)) if found.is_linked else None
        return cls(
            old=old, new=new, anchors=anchors, screening=screening, linkage=found, error=error
        )


def pairs(scales: Sequence[OwnScale]) -> list[Pair]:
    """Every wave with the one before it."""
    return [_pair(old, new) for old, new in pairwise(scales)]


def _pair(old: OwnScale, new: OwnScale) -> Pair:
    with within(f"waves {old.wave.name} and {new.wave.name}"):
        return Pair.of(old, new)


def _may_link(item: str, old: OwnScale, new: OwnScale) -> bool:
    if item not in new.items:
        return False
    chosen = [scale.chosen[scale.items.index(item)] for scale in (old, new)]
    return min(old.slope(item), new.slope(item)) > 0 and np.array_equal(*chosen)


def _screened(old: OwnScale, new: OwnScale, anchors: Sequence[str]) -> Screening:
    rules, alpha = new.wave.rules.anchors, new.wave.plan.test.alpha
    return screen_anchors(
        *_models((old, new), anchors),
        anchors,
        delta=_delta_between(old, new, anchors),
        noise=np.hypot(_location_errors(old, anchors), _location_errors(new, anchors)),
        rule=DriftRule(
            location_z=rules.max_z,
            delta=rules.max_delta,
            noise_z=float(stats.norm.isf(alpha / 2)),
        ),
    )


def _linkage(old: OwnScale, new: OwnScale, kept: Sequence[str]) -> Linkage:
    rules = new.wave.rules.anchors
    shared = set(old.wave.items) & set(new.wave.items)
    return linkage(
        old.wave.items,
        new.wave.items,
        dropped=shared - set(kept),
        rule=LinkageRule(anchors=rules.min_items, share=rules.min_share),
    )


def _models(scales: Sequence[OwnScale], items: Sequence[str]) -> tuple[ItemModel, ItemModel]:
    old, new = (
        scale.calibrated.model.take(np.array([scale.items.index(i) for i in items], dtype=np.int64))
        for scale in scales
    )
    return old, new


def _location_errors(scale: OwnScale, items: Sequence[str]) -> FloatArray:
    """(J,) on the wave's own scale; two waves' scales are about as wide as each other."""
    _, errors = scale.item_errors
    return errors[[scale.items.index(item) for item in items]]


def _delta_between(old: OwnScale, new: OwnScale, items: Sequence[str]) -> FloatArray:
    """(J,) Mantel-Haenszel difference of the waves at equal totals, unweighted."""
    parts = [
        scale.wave.responses[:, [scale.wave.items.index(item) for item in items]]
        for scale in (old, new)
    ]
    is_new: BoolArray = np.repeat([False, True], [len(part) for part in parts])
    steps = new.wave.steps[[new.wave.items.index(item) for item in items]]
    found = compare(np.concatenate(parts), is_new, categories=steps + 1)
    return found.mantel_haenszel.delta
