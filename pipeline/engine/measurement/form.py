"""A wave's items under one standard: response curves, points, and the cut they put on ability."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.config.standard import TotalRule
from pipeline.engine.measurement.categories import Chosen, chosen_categories
from pipeline.engine.measurement.chain import WaveScale
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.rest_scores import TotalPoints, score_bands
from pipeline.stats.measurement.classification.cut import latent_cut
from pipeline.stats.measurement.irt.ability.nodes import Nodes, split_nodes
from pipeline.stats.measurement.irt.curves import ItemModel, PartialCredit
from pipeline.stats.measurement.irt.mixed import Mixed
from pipeline.stats.measurement.irt.observed_scores import ObservedScores, observed_scores

_NOBODY = 1e-12  # share of a category chosen by others only
_BANDS = 5  # of people by score: in the fifth of the cut, an item without a curve is counted


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the total of a standard is made of.

    An item without a place on the scale, because everybody answered it alike or no curve could
    be found, still gives points. It is answered at every ability as by those who score near the
    cut.

    Attributes:
        model: (J) the items that count.
        points: (J, K) points of their categories, 0 for those an item lacks.
        rule: cut and its reading.
        mean: of the wave's population on the common scale.
        sd: its standard deviation.
    """

    model: ItemModel
    points: FloatArray
    rule: TotalRule
    mean: float
    sd: float

    @classmethod
    def of(cls, wave: MeasuredWave, scale: WaveScale, label: str) -> "Form":
        """The form of a wave under one of its standards.

        Raises:
            ContractError: none of the items that count is on the scale.
        """
        places, full = wave.counting(label)
        rule = wave.total_standards[label]
        is_scaled = np.isin(places, scale.own.places)
        on, off = places[is_scaled], places[~is_scaled]
        chosen = chosen_categories(wave.responses[:, off], wave.weight)
        near = _near_the_cut(wave, places, full, rule.cut)
        if not len(on):
            raise ContractError(
                "form",
                "expected an item that tells people apart, got none",
                hint="leave the standard out of the plan, or look at the warnings of its items",
            )
        form = Mixed(
            parts=[
                scale.model.take(np.searchsorted(scale.own.places, on)),
                _flat(wave.responses[near][:, off], wave.weight[near], chosen),
            ],
            places=[np.flatnonzero(is_scaled), np.flatnonzero(~is_scaled)],
        )
        own = dict(zip(scale.own.places.tolist(), scale.own.chosen, strict=True))
        own |= dict(zip(off.tolist(), chosen, strict=True))
        model = form if len(off) else form.parts[0]
        return cls(
            model=model,
            points=_points(model, [own[j] for j in places.tolist()], full / wave.steps[places]),
            rule=rule,
            mean=scale.mean,
            sd=scale.sd,
        )

    @property
    def cut(self) -> float:
        """Points that pass."""
        return self.rule.cut

    @cached_property
    def latent_cut(self) -> float:
        """Ability whose expected total is the cut."""
        return latent_cut(self.model, self.cut, self.points)

    @cached_property
    def nodes(self) -> Nodes:
        """Abilities over which people are added up; none lies on both sides of the cut."""
        reach = 6 * self.sd
        low = min(self.mean - reach, self.latent_cut - 1)
        high = max(self.mean + reach, self.latent_cut + 1)
        return split_nodes(np.array([self.latent_cut]), low=low, high=high)

    @property
    def population(self) -> FloatArray:
        """(Q,) share of the people at each node."""
        return self.nodes.population(self.mean, self.sd)

    @cached_property
    def expected(self) -> FloatArray:
        """(Q,) expected total at each node."""
        return self.model.expected(self.nodes.ability, self.points).sum(axis=0)

    @cached_property
    def observed(self) -> ObservedScores:
        """Distribution of the total at each node."""
        return observed_scores(self.model.probabilities(self.nodes.ability), self.points)


def _points(model: ItemModel, chosen: list[CodeArray], per_step: FloatArray) -> FloatArray:
    """(J, K) points of the chosen categories, as wide as the model's."""
    points = np.zeros(model.probabilities(np.zeros(1)).shape[:2])
    for item, categories in enumerate(chosen):
        points[item, : len(categories)] = per_step[item] * categories
    return points


def _near_the_cut(wave: MeasuredWave, places: CodeArray, full: FloatArray, cut: float) -> CodeArray:
    """Rows of the fifth of the people, by total, that holds the cut."""
    share = TotalPoints.of(wave.credit[:, places], full).share
    band = score_bands(share, bands=_BANDS, weights=wave.weight)
    below = share[(band >= 0) & (share < cut / full.sum())]
    at = 0 if not len(below) else band[share == below.max()][0]
    return np.flatnonzero(band == at)


def _flat(responses: CodeArray, weight: FloatArray, chosen: Chosen) -> PartialCredit:
    """Items answered alike at every ability, by the weighted shares of their categories."""
    width = max((len(categories) for categories in chosen), default=1)
    intercepts = np.full((len(chosen), width - 1), np.nan)
    for item, categories in enumerate(chosen):
        shares = np.array([weight @ (responses[:, item] == k) for k in categories])
        shares = np.maximum(shares, _NOBODY * weight.sum())
        intercepts[item, : len(categories) - 1] = np.diff(np.log(shares))
    return PartialCredit(slope=np.zeros(len(chosen)), intercepts=intercepts)
