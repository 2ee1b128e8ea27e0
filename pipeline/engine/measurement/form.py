"""A wave's items under one standard: response curves, points, and the cut they put on ability."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.config.standard import TotalRule
from pipeline.engine.measurement.scale import WaveScale
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.cut import latent_cut
from pipeline.stats.measurement.irt.ability.nodes import Nodes, split_nodes
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.observed_scores import ObservedScores, observed_scores


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the total of a standard is made of.

    Items that everybody answered alike are in no model; what they add is the same for all.

    Attributes:
        model: the items that count and tell people apart.
        points: (J, K) points of their categories.
        constant: points that everybody earns.
        rule: cut and its reading.
        mean: of the wave's population on the common scale.
        sd: its standard deviation.
    """

    model: ItemModel
    points: FloatArray
    constant: float
    rule: TotalRule
    mean: float
    sd: float

    @classmethod
    def of(cls, wave: MeasuredWave, scale: WaveScale, label: str) -> "Form":
        """The form of a wave under one of its standards."""
        places, points = wave.counting(label)
        in_model = np.isin(places, scale.places)
        column = np.searchsorted(scale.places, places[in_model])
        alike = places[~in_model]
        earned = np.nan_to_num(wave.credit[:, alike]).max(axis=0, initial=0.0)
        return cls(
            model=scale.model.take(column),
            points=points[in_model],
            constant=float(earned @ np.nanmax(points[~in_model], axis=1, initial=0.0)),
            rule=wave.total_standards[label],
            mean=scale.mean,
            sd=scale.sd,
        )

    @property
    def cut(self) -> float:
        """Points that the items of the model must give."""
        return self.rule.cut - self.constant

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
        """(Q,) expected points of the model's items at each node."""
        return self.model.expected(self.nodes.ability, self.points).sum(axis=0)

    @cached_property
    def observed(self) -> ObservedScores:
        """Distribution of those points at each node."""
        return observed_scores(self.model.probabilities(self.nodes.ability), self.points)
