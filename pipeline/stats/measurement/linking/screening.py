"""Removal of drifting anchors, one at a time, with the reason of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.characteristic_curves import stocking_lord
from pipeline.stats.measurement.linking.drift import Drift, drift
from pipeline.stats.measurement.linking.link import WHERE, Link, Linker, check_anchors

FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class DriftRule:
    """When an anchor leaves.

    Attributes:
        location_z: largest |robust z| of the difficulty's move that may stay.
        delta: smallest |Mantel-Haenszel delta| that must leave; 1.5 is the ETS class C.
        noise_z: standard errors by which its move must differ from none, where they are known.

    Source: Huynh & Meyer (2010), Pract. Assess. Res. Eval. 15(2); 2.7 is how far the whiskers of
    a box plot reach among normal values. Holland & Thayer (1988), in Wainer & Braun, Test Validity.
    """

    location_z: float = 2.7
    delta: float = 1.5
    noise_z: float = 1.96


class Reason(StrEnum):
    """Why an anchor left."""

    LOCATION = "location"
    MANTEL_HAENSZEL = "mantel_haenszel"


@dataclass(frozen=True, kw_only=True)
class Removal:
    """An anchor that left.

    Attributes:
        item: its name.
        round: 1 for the first to leave.
        reason: the rule it broke.
        value: its robust z or delta when it left.
    """

    item: str
    round: int
    reason: Reason
    value: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Screening:
    """Anchors after the drifting ones left.

    Attributes:
        kept: names, in the order given.
        stays: (J,) which of all anchors these are.
        removed: in the order in which they left.
        link: through the kept anchors.
        drift: of all anchors, in the order given, under that link; z within the kept.
    """

    kept: tuple[str, ...]
    stays: BoolArray
    removed: tuple[Removal, ...]
    link: Link
    drift: Drift


def screen_anchors(
    old: ItemModel,
    new: ItemModel,
    items: Sequence[str],
    *,
    delta: FloatArray | None = None,
    noise: FloatArray | None = None,
    rule: DriftRule | None = None,
    method: Linker = stocking_lord,
) -> Screening:
    """Remove drifting anchors, the worst first, linking again after each.

    Anchors whose delta is too large leave first, in order of its size, since it does not depend
    on the link. Then the largest |robust z| leaves, and the rest are judged anew, until none is
    above the rule or three are left. Whether enough stay is for `linkage` to say. Of twenty
    anchors that moved only by normal noise, four in a hundred leave (2,000 simulated waves);
    more where anchors are measured unequally well, unless the noise of each is given: then a
    move must also differ from none by a test of its own.

    Args:
        old: (J) anchors on the old scale.
        new: the same anchors on the new scale.
        items: (J,) their names.
        delta: (J,) Mantel-Haenszel deltas with the waves as groups, NaN where there is none.
        noise: (J,) standard errors of the difficulties' moves by sampling; None: not judged.
        rule: when an anchor leaves; None: the usual one.
        method: the way of linking.

    Raises:
        ContractError: fewer than three anchors, names or deltas that do not match, or as method.
    """
    check_anchors(old, new, at_least=FEWEST)
    count, rule = len(old.categories), rule or DriftRule()
    deltas = np.full(count, np.nan) if delta is None else np.asarray(delta, dtype=np.float64)
    errors = np.zeros(count) if noise is None else np.asarray(noise, dtype=np.float64)
    if len(items) != count or deltas.shape != (count,):
        raise ContractError(WHERE, f"expected a name and a delta for each of {count} anchors")
    if errors.shape != (count,):
        raise ContractError(WHERE, f"expected a noise for each of {count} anchors")
    stays = np.ones(count, dtype=bool)
    removed: list[Removal] = []
    while True:
        kept = np.flatnonzero(stays)
        link = method(old.take(kept), new.take(kept))
        found = drift(old, new, link, delta=deltas, stable=stays)
        worst = _worst(found, stays, rule, errors)
        if worst is None or len(kept) == FEWEST:
            break
        anchor, reason, value = worst
        stays[anchor] = False
        removed.append(
            Removal(item=items[anchor], round=len(removed) + 1, reason=reason, value=value)
        )
    return Screening(
        kept=tuple(items[int(anchor)] for anchor in kept),
        stays=stays,
        removed=tuple(removed),
        link=link,
        drift=found,
    )


def _worst(
    found: Drift, stays: BoolArray, rule: DriftRule, noise: FloatArray
) -> tuple[int, Reason, float] | None:
    sizes = np.where(stays, np.nan_to_num(np.abs(found.delta)), -1.0)
    if sizes.max() >= rule.delta:
        anchor = int(sizes.argmax())
        return anchor, Reason.MANTEL_HAENSZEL, float(found.delta[anchor])
    off = np.abs(found.location - np.median(found.location[stays]))
    moves = np.where(stays & (off > rule.noise_z * noise), np.abs(found.location_z), -1.0)
    if moves.max() > rule.location_z:
        anchor = int(moves.argmax())
        return anchor, Reason.LOCATION, float(found.location_z[anchor])
    return None
