"""Whether two waves are linked at all: only then may a change between them be published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from pipeline.errors import ContractError
from pipeline.stats.measurement.linking.link import WHERE


@dataclass(frozen=True, kw_only=True)
class LinkageRule:
    """How many anchors a link needs: both conditions hold.

    Attributes:
        anchors: the fewest.
        share: the smallest share of the longer test.

    Source: Kolen & Brennan (2014), Test Equating, Scaling, and Linking, ch. 8: a fifth of a
    test of 40 items or more.
    """

    anchors: int = 15
    share: float = 0.20


class Unlinked(StrEnum):
    """Why two waves are not linked."""

    NONE_SHARED = "none_shared"
    TOO_FEW = "too_few"
    TOO_SMALL_A_SHARE = "too_small_a_share"


@dataclass(frozen=True, kw_only=True)
class Linkage:
    """What two waves share.

    Attributes:
        anchors: items asked in both waves that still hold, in the old wave's order.
        dropped: shared items that were left out, in the same order.
        required: anchors that the rule asks for.
        unlinked: the reason; None when the waves are linked.
    """

    anchors: tuple[str, ...]
    dropped: tuple[str, ...]
    required: int
    unlinked: Unlinked | None

    @property
    def is_linked(self) -> bool:
        """Whether a change may be published."""
        return self.unlinked is None

    def require(self) -> None:
        """Refuse a change between waves that are not linked.

        Raises:
            ContractError: unlinked; names the anchors that stay and those left out.
        """
        if self.is_linked:
            return
        faults = [f"unlinked: expected {self.required} anchors or more, got {len(self.anchors)}"]
        faults += [f"anchors that stay: {', '.join(self.anchors)}"] if self.anchors else []
        faults += [f"anchors left out: {', '.join(self.dropped)}"] if self.dropped else []
        raise ContractError(
            WHERE,
            faults,
            hint="publish no change between these waves; repeat more unchanged items next time",
        )


def linkage(
    old_items: Sequence[str],
    new_items: Sequence[str],
    *,
    dropped: Collection[str] = (),
    rule: LinkageRule | None = None,
) -> Linkage:
    """Whether enough items are shared, alive and stable to link two waves.

    Args:
        old_items: names of all items of the old wave's test.
        new_items: of the new wave's.
        dropped: shared items not to count: drifted, reworded, answered all alike.
        rule: how many are needed; None: the usual one.

    Raises:
        ContractError: an item twice in one test.
    """
    for wave, items in (("old", old_items), ("new", new_items)):
        twice = sorted({item for item in items if items.count(item) > 1})
        if twice:
            raise ContractError(WHERE, f"{wave} wave: expected each item once, got twice: {twice}")
    rule, in_new, left_out = rule or LinkageRule(), set(new_items), set(dropped)
    shared = [item for item in old_items if item in in_new]
    anchors = tuple(item for item in shared if item not in left_out)
    # Half an item of slack would be wrong; a billionth undoes 0.2 * 75 = 15.000000000000002.
    by_share = ceil(rule.share * max(len(old_items), len(new_items), 1) - 1e-9)
    return Linkage(
        anchors=anchors,
        dropped=tuple(item for item in shared if item in left_out),
        required=max(rule.anchors, by_share),
        unlinked=_reason(len(shared), len(anchors), rule.anchors, by_share),
    )


def _reason(shared: int, anchors: int, fewest: int, by_share: int) -> Unlinked | None:
    if not shared:
        return Unlinked.NONE_SHARED
    if anchors < fewest:
        return Unlinked.TOO_FEW
    return Unlinked.TOO_SMALL_A_SHARE if anchors < by_share else None
