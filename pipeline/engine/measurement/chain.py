"""One ability scale for the waves that anchors link.

Each wave is calibrated alone first: from that come the errors of its items, the drift of its
anchors and the error of the link. Waves that stay linked are then calibrated together, the
anchors having one set of parameters, the first wave's people mean 0 and standard deviation 1.
A wave that joins a chain therefore refines the scale of the earlier ones a little.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.engine.measurement.pair import Pair
from pipeline.errors import within
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.calibration import calibrate
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.link import difficulties, slopes

Columns = dict[str, int]  # column of each of a wave's items in the calibration of its chain


@dataclass(frozen=True, kw_only=True)
class WaveScale:
    """A wave's items and people on the scale of its chain.

    Attributes:
        own: the wave calibrated alone.
        chain: number of the chain of linked waves it belongs to.
        model: the items of `own`.
        mean: of its people.
        sd: of its people.
    """

    own: OwnScale
    chain: int
    model: ItemModel
    mean: float
    sd: float

    @property
    def slopes(self) -> FloatArray:
        """(J,) discrimination of the items."""
        return slopes(self.model)

    @property
    def locations(self) -> FloatArray:
        """(J,) difficulty of the items."""
        return difficulties(self.model)


def common_scales(scales: Sequence[OwnScale], links: Sequence[Pair]) -> list[WaveScale]:
    """Waves on the scale of their chain; an unlinked wave begins a chain of its own.

    Args:
        scales: the waves in their order.
        links: every wave with the one before it.
    """
    chains: list[tuple[list[OwnScale], list[set[str]]]] = []
    for scale, link in zip(scales, [None, *links][: len(scales)], strict=True):
        if link is not None and link.linkage.is_linked:
            members, anchors = chains[-1]
            members.append(scale)
            anchors.append(set(link.linkage.anchors))
        else:
            chains.append(([scale], []))
    return [
        found
        for number, (members, anchors) in enumerate(chains)
        for found in _chain(members, anchors, number)
    ]


def _chain(
    members: Sequence[OwnScale], anchors: Sequence[set[str]], number: int
) -> list[WaveScale]:
    columns = _columns(members, anchors)
    found = _together(members, columns) if len(members) > 1 else members[0].calibrated
    return [
        WaveScale(
            own=scale,
            chain=number,
            model=found.model.take(np.array(list(column.values()))),
            mean=float(found.population.means[group]),
            sd=float(found.population.sds[group]),
        )
        for group, (scale, column) in enumerate(zip(members, columns, strict=True))
    ]


def _columns(members: Sequence[OwnScale], anchors: Sequence[set[str]]) -> list[Columns]:
    """A column per item and wave, but one for an anchor as long as it stays."""
    columns: list[Columns] = []
    count = 0
    for scale, kept in zip(members, [set(), *anchors], strict=True):
        column: Columns = {}
        for item in scale.items:
            column[item] = columns[-1][item] if item in kept else count
            count += item not in kept
        columns.append(column)
    return columns


def _together(members: Sequence[OwnScale], columns: Sequence[Columns]) -> Calibrated:
    sizes = [scale.wave.n for scale in members]
    count = 1 + max(max(column.values()) for column in columns)
    responses = np.full((sum(sizes), count), -1)
    family, names = ([""] * count for _ in range(2))
    start = 0
    for scale, column, size in zip(members, columns, sizes, strict=True):
        at = list(column.values())
        responses[start : start + size, at] = scale.responses
        for place, item, name in zip(at, scale.items, scale.families, strict=True):
            family[place], names[place] = name, item
        start += size
    with within(f"waves {', '.join(scale.wave.name for scale in members)}"):
        return calibrate(
            responses,
            family,
            weights=np.concatenate([scale.wave.weight for scale in members]),
            groups=_groups(sizes),
            items=names,
        )


def _groups(sizes: Sequence[int]) -> CodeArray:
    return np.repeat(np.arange(len(sizes)), sizes)
