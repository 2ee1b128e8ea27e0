"""One ability scale for the waves that anchors link.

Each wave is calibrated alone first: from that come the errors of its items, the drift of its
anchors and the error of the link. Waves that stay linked are then calibrated together, the
anchors having one set of parameters, the first wave's people mean 0 and standard deviation 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.engine.measurement.wave import MeasuredWave, varies
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, TextArray
from pipeline.stats.measurement.dif.comparison import compare
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.calibration import FamilyName, calibrate
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.influence import gradient_of
from pipeline.stats.measurement.irt.item_errors import ParameterErrors, design_errors
from pipeline.stats.measurement.linking.error import LinkError, linking_error
from pipeline.stats.measurement.linking.link import difficulties, slopes
from pipeline.stats.measurement.linking.linkage import Linkage, LinkageRule, linkage
from pipeline.stats.measurement.linking.screening import (
    FEWEST,
    DriftRule,
    Screening,
    screen_anchors,
)


@dataclass(frozen=True, kw_only=True)
class OwnScale:
    """A wave calibrated alone.

    Attributes:
        wave: the wave.
        places: (J,) its items that tell people apart.
        calibrated: their parameters, people N(0, 1).
        errors: of the parameters, by the design of the sample.
    """

    wave: MeasuredWave
    places: CodeArray
    calibrated: Calibrated
    errors: ParameterErrors

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items."""
        return tuple(self.wave.items[j] for j in self.places)

    @property
    def responses(self) -> CodeArray:
        """(n, J) answers of the respondents to these items."""
        return self.wave.responses[:, self.places]

    def location(self, item: str) -> float:
        """Difficulty of an item on the wave's own scale."""
        return float(difficulties(self.calibrated.model)[self.items.index(item)])

    def item_errors(self) -> tuple[FloatArray, FloatArray]:
        """(J,) standard errors of slopes and of locations."""
        covariances = [
            self.errors.of_functions(gradient_of(self.calibrated, quantity))
            for quantity in (slopes, difficulties)
        ]
        slope, location = (np.sqrt(found.diagonal()) for found in covariances)
        return slope, location

    @classmethod
    def of(cls, wave: MeasuredWave) -> "OwnScale":
        """Calibrate a wave."""
        places = np.flatnonzero(varies(wave.responses, wave.weight))
        sample = wave.design.sample
        # Errors follow the whole sample; addresses without an interview answered nothing.
        responses = np.full((sample.n_rows, len(places)), -1)
        responses[: wave.n] = wave.responses[:, places]
        found = calibrate(
            responses,
            families(wave)[places].tolist(),
            weights=sample.weight * wave.n / sample.weight.sum(),
            items=[wave.items[j] for j in places],
        )
        return cls(wave=wave, places=places, calibrated=found, errors=design_errors(found, sample))


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two neighbouring waves and what links them.

    Attributes:
        old: the earlier wave.
        new: the later wave.
        anchors: items that both asked; one id is one wording, so each may carry the link.
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

    @classmethod
    def of(cls, old: OwnScale, new: OwnScale) -> "Pair":
        """Compare the items that two waves share."""
        rules = new.wave.rules.anchors
        anchors = tuple(item for item in old.items if item in new.items)
        models = _models((old, new), anchors)
        screening = None
        if len(anchors) >= FEWEST:
            screening = screen_anchors(
                *models,
                anchors,
                delta=_delta_between(old, new, anchors),
                rule=DriftRule(location_z=rules.max_z, delta=rules.max_delta),
            )
        dropped = [each.item for each in screening.removed] if screening else []
        found = linkage(
            old.items,
            new.items,
            dropped=dropped,
            rule=LinkageRule(anchors=rules.min_items, share=rules.min_share),
        )
        stay = np.array([anchors.index(item) for item in found.anchors], dtype=np.int64)
        error = linking_error(*(m.take(stay) for m in models)) if found.is_linked else None
        return cls(
            old=old, new=new, anchors=anchors, screening=screening, linkage=found, error=error
        )


@dataclass(frozen=True, kw_only=True)
class WaveScale:
    """A wave's items and people on the scale of its chain.

    Attributes:
        own: the wave calibrated alone.
        chain: number of the chain of linked waves it belongs to.
        model: its items that tell people apart.
        mean: of its people.
        sd: of its people.
        calibrated: the chain's calibration.
    """

    own: OwnScale
    chain: int
    model: ItemModel
    mean: float
    sd: float
    calibrated: Calibrated

    @property
    def places(self) -> CodeArray:
        """(J,) items of the model among those of the questionnaire."""
        return self.own.places

    @property
    def slopes(self) -> FloatArray:
        """(J,) discrimination of the items."""
        return slopes(self.model)

    @property
    def locations(self) -> FloatArray:
        """(J,) difficulty of the items."""
        return difficulties(self.model)


def families(wave: MeasuredWave) -> TextArray:
    """(J,) family of each item: the plan's for right or wrong, partial credit beyond."""
    rasch = wave.rules.model == "rasch"
    beyond: FamilyName = "rasch" if rasch else "gpcm"
    return np.where(wave.steps == 1, wave.rules.model, beyond)


def pairs(scales: Sequence[OwnScale]) -> list[Pair]:
    """Every wave with the one before it."""
    return [Pair.of(old, new) for old, new in pairwise(scales)]


def common_scales(scales: Sequence[OwnScale], links: Sequence[Pair]) -> list[WaveScale]:
    """Waves on the scale of their chain; an unlinked wave begins a chain of its own."""
    chains: list[list[OwnScale]] = []
    for scale, link in zip(scales, [None, *links], strict=True):
        if link is not None and link.linkage.is_linked:
            chains[-1].append(scale)
        else:
            chains.append([scale])
    kept = [set(link.linkage.anchors) for link in links if link.linkage.is_linked]
    found: list[WaveScale] = []
    for number, chain in enumerate(chains):
        own = kept[: len(chain) - 1]
        kept = kept[len(chain) - 1 :]
        found += _calibrated(chain, own, number)
    return found


def _calibrated(
    chain: Sequence[OwnScale], kept: Sequence[set[str]], number: int
) -> list[WaveScale]:
    """A column per item and wave, but one for an anchor as long as it stays."""
    columns: list[dict[str, int]] = []
    count = 0
    for place, scale in enumerate(chain):
        column: dict[str, int] = {}
        for item in scale.items:
            if place and item in kept[place - 1]:
                column[item] = columns[-1][item]
            else:
                column[item] = count
                count += 1
        columns.append(column)
    found = chain[0].calibrated
    if len(chain) > 1:
        found = _together(chain, columns, count)
    return [
        WaveScale(
            own=scale,
            chain=number,
            model=found.model.take(np.array(list(column.values()))),
            mean=float(found.population.means[group]),
            sd=float(found.population.sds[group]),
            calibrated=found,
        )
        for group, (scale, column) in enumerate(zip(chain, columns, strict=True))
    ]


def _together(
    chain: Sequence[OwnScale], columns: Sequence[dict[str, int]], count: int
) -> Calibrated:
    sizes = [scale.wave.n for scale in chain]
    responses = np.full((sum(sizes), count), -1)
    family = np.empty(count, dtype=object)
    names = np.empty(count, dtype=object)
    start = 0
    for scale, column, size in zip(chain, columns, sizes, strict=True):
        at = np.array(list(column.values()))
        responses[start : start + size, at] = scale.wave.responses[:, scale.places]
        family[at] = families(scale.wave)[scale.places]
        names[at] = scale.items
        start += size
    return calibrate(
        responses,
        family.tolist(),
        weights=np.concatenate([scale.wave.weight for scale in chain]),
        groups=np.repeat(np.arange(len(chain)), sizes),
        items=names.tolist(),
    )


def _models(scales: Sequence[OwnScale], items: Sequence[str]) -> tuple[ItemModel, ItemModel]:
    old, new = (
        scale.calibrated.model.take(np.array([scale.items.index(i) for i in items], dtype=np.int64))
        for scale in scales
    )
    return old, new


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
