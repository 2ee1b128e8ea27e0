"""Each wave on a scale of its own: its items calibrated alone, with errors by its design."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.engine.measurement.categories import Chosen, chosen_categories, renumbered
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import ConfigError, UnscaledItemsError, within
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.calibration import FamilyName, calibrate
from pipeline.stats.measurement.irt.influence import gradient_of
from pipeline.stats.measurement.irt.item_errors import ParameterErrors, design_errors
from pipeline.stats.measurement.irt.refusals import FEWEST_FOR_GUESSING
from pipeline.stats.measurement.linking.link import difficulties, slopes

# A wave that loses more items than this has other faults than a bad item.
MOST_UNSCALED = 5


def families(chosen: Chosen, model: FamilyName) -> list[FamilyName]:
    """Family of each item: the plan's with two categories, partial credit beyond."""
    beyond: FamilyName = "rasch" if model == "rasch" else "gpcm"
    return [model if len(categories) == 2 else beyond for categories in chosen]


@dataclass(frozen=True, kw_only=True)
class OwnScale:
    """A wave calibrated alone.

    Attributes:
        wave: the wave.
        places: (J,) its items on the scale.
        chosen: (J) their categories.
        calibrated: their parameters, people N(0, 1).
        errors: of the parameters, by the design of the sample.
        unscaled: items that vary but have no place on the scale.
    """

    wave: MeasuredWave
    places: CodeArray
    chosen: Chosen
    calibrated: Calibrated
    errors: ParameterErrors
    unscaled: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items."""
        return tuple(self.wave.items[j] for j in self.places)

    @property
    def responses(self) -> CodeArray:
        """(n, J) answers of the respondents to these items."""
        return renumbered(self.wave.responses[:, self.places], self.chosen)

    @property
    def families(self) -> list[FamilyName]:
        """Family of each item."""
        return families(self.chosen, self.wave.rules.model)

    def slope(self, item: str) -> float:
        """Discrimination of an item on the wave's own scale."""
        return float(slopes(self.calibrated.model)[self.items.index(item)])

    def location(self, item: str) -> float:
        """Difficulty of an item on the wave's own scale."""
        return float(difficulties(self.calibrated.model)[self.items.index(item)])

    @cached_property
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
        """Calibrate a wave; an item that keeps it from an end is left out, and named.

        Raises:
            ConfigError: too few people for the plan's model.
            UnscaledItemsError: more than `MOST_UNSCALED` such items.
            ContractError, NotConvergedError: answers that no model fits, for other reasons.
        """
        every = chosen_categories(wave.responses, wave.weight)
        places = [j for j, categories in enumerate(every) if len(categories) > 1]
        _refuse_guessing(wave, places)
        unscaled: list[int] = []
        while True:
            try:
                with within(f"wave {wave.name}"):
                    return _calibrated(wave, places, every, unscaled)
            except UnscaledItemsError as error:
                if len(unscaled) == MOST_UNSCALED:
                    raise
                worst = places[error.items[0]]
                unscaled.append(worst)
                places = [j for j in places if j != worst]


def _calibrated(
    wave: MeasuredWave, places: list[int], every: Chosen, unscaled: list[int]
) -> OwnScale:
    chosen = tuple(every[j] for j in places)
    model = wave.rules.model
    sample = wave.design.sample
    # Errors follow the whole sample; addresses without an interview answered nothing.
    responses = np.full((sample.n_rows, len(places)), -1)
    responses[: wave.n] = renumbered(wave.responses[:, places], chosen)
    found = calibrate(
        responses,
        families(chosen, model),
        weights=sample.weight * wave.n / sample.weight.sum(),
        items=[wave.items[j] for j in places],
    )
    return OwnScale(
        wave=wave,
        places=np.array(places),
        chosen=chosen,
        calibrated=found,
        errors=design_errors(found, sample),
        unscaled=tuple(wave.items[j] for j in unscaled),
    )


def _refuse_guessing(wave: MeasuredWave, places: list[int]) -> None:
    asked = (wave.responses[:, places] >= 0).sum(axis=0).min(initial=wave.n)
    if wave.rules.model == "3pl" and asked < FEWEST_FOR_GUESSING:
        raise ConfigError(
            f"wave {wave.name}, plan {wave.plan.id}, measurement.model",
            f'expected {FEWEST_FOR_GUESSING} respondents or more to each item under "3pl", '
            f"got {asked}",
            hint='choose model = "2pl": so few people do not tell guessing from knowing',
        )
