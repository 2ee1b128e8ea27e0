"""Simulating waves: the same city surveyed again, delivered into the folders of the waves."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.io.microdata_writer import write_record, write_sav, write_toml
from pipeline.simulation.cells import city_cells
from pipeline.simulation.delivery import column_map, vendor_file
from pipeline.simulation.frame import write_frame
from pipeline.simulation.interviews import all_answers, paradata, respondents
from pipeline.simulation.outcome import (
    Questionnaire,
    ability_in,
    everybody_answers,
    lasting_ability,
)
from pipeline.simulation.parameters import City, load_city, load_item_parameters
from pipeline.simulation.people import Population, invent_population
from pipeline.simulation.sampling import Sample, draw_sample, fieldwork_record, push_online
from pipeline.simulation.truth import Part, parts_of_population, true_values

_DESIGN_COLUMNS = ["stratum", "psu", "psu_prob", "household_prob", "listed", "issued"]


def simulate(workspace: Workspace, waves: Sequence[str] | None = None) -> list[str]:
    """Simulate waves and write what a vendor would deliver, with truth and list of communities.

    Args:
        workspace: holds the city, the census, the questionnaire and the register.
        waves: waves to write; all waves of the city when None. Every wave comes out the
            same whichever others are written.

    Returns:
        One line per wave.

    Raises:
        ConfigError: the city lacks a wave, or parameters do not fit the questionnaire.
    """
    folder = workspace.raw / "simulation"
    city = load_city(folder)
    chosen = sorted(waves if waves is not None else city.waves)
    unknown = [f"wave {wave} has no design" for wave in chosen if wave not in city.waves]
    if unknown or not chosen:
        raise ConfigError(str(folder / "city.toml"), unknown or "no wave is designed")
    place = _found(workspace, city, chosen[0])
    done = [_simulate_wave(workspace, place, wave) for wave in chosen]
    _write_truth(workspace, pd.concat([truth for _, truth in done]))
    write_frame(city, place.population.communities, workspace.raw)
    return [line for line, _ in done]


@dataclass(frozen=True)
class _Place:
    """A city with its people, what lasts of their ability, and the parts with a true value."""

    city: City
    population: Population
    lasting: np.ndarray
    parts: list[Part]


def _found(workspace: Workspace, city: City, wave: str) -> _Place:
    """People the city by census and questionnaire of one wave; others find the same people."""
    instrument = workspace.instrument(wave)
    cells = city_cells(workspace.population(wave), city)
    population = invent_population(city, cells, instrument)
    parts = parts_of_population(population.people, instrument)
    return _Place(city, population, lasting_ability(city, population), parts)


def _simulate_wave(workspace: Workspace, place: _Place, wave: str) -> tuple[str, pd.DataFrame]:
    city, population = place.city, place.population
    questionnaire = questionnaire_of(workspace, wave)
    sample = draw_sample(city, wave, population)
    online = push_online(city, wave, population, sample)
    rows = respondents(city, wave, population, sample, online)
    ability = ability_in(city, wave, place.lasting, population)
    kept = np.unique(rows["person"])
    outcome, answered = everybody_answers(city, wave, ability, questionnaire, kept)
    own = answered.iloc[np.searchsorted(kept, rows["person"])].reset_index(drop=True)
    records = paradata(city, wave, rows)
    answers = all_answers(city, wave, rows, records, own, questionnaire)
    file = vendor_file(city, wave, rows, records, answers, questionnaire)
    folder = workspace.wave_folder(wave)
    write_sav(file, folder / "microdata" / f"wave{wave}.sav")
    _write_records(folder, city, wave, sample, questionnaire)
    headline = workspace.standard(workspace.plan(wave).headline).label
    line = _line(wave, rows, sample, outcome.literate[headline])
    return line, true_values(wave, place.parts, outcome)


def questionnaire_of(workspace: Workspace, wave: str) -> Questionnaire:
    """What a wave asks, and the standards its plan scores by."""
    plan, instrument = workspace.plan(wave), workspace.instrument(wave)
    return Questionnaire(
        instrument=instrument,
        bank=workspace.bank,
        parameters=load_item_parameters(workspace.raw / "simulation", instrument.items),
        standards=[
            (workspace.standard(name), plan.standard_settings.get(name)) for name in plan.standards
        ],
    )


def _write_records(
    folder: Path, city: City, wave: str, sample: Sample, questionnaire: Questionnaire
) -> None:
    design = city.waves[wave]
    write_record(sample.units[_DESIGN_COLUMNS], folder / "sampling.csv")
    write_record(fieldwork_record(sample), folder / "fieldwork.csv")
    heading = city.delivery.heading
    write_toml(column_map(city, questionnaire), folder / "columns.toml", heading=heading)
    description = {
        "title_zh": design.title_zh,
        "title_en": design.title_en,
        "origin": "synthetic",
        "microdata": f"wave{wave}.sav",
        "fieldwork_start": design.fieldwork_start,
        "fieldwork_end": design.fieldwork_end,
        # Waves drawn independently of each other do not covary, though units may recur.
        "frame": f"{city.name}/{design.random_start}",
        "design_zh": design.design_zh,
        "design_en": design.design_en,
        "source": city.source.model_dump(),
    }
    write_toml(description, folder / "wave.toml", heading=heading)


def _write_truth(workspace: Workspace, truths: pd.DataFrame) -> None:
    """Put the waves' true values in place of their old ones; other waves keep theirs."""
    path = workspace.raw / "simulation" / "truth.csv"
    if path.is_file():
        old = pd.read_csv(path, dtype={"wave": str}, encoding="utf-8")
        truths = pd.concat([old[~old["wave"].isin(truths["wave"])], truths])
    write_record(truths.sort_values("wave", kind="stable"), path)


def _line(wave: str, rows: pd.DataFrame, sample: Sample, literate: "pd.Series[bool]") -> str:
    volunteers = int((rows["unit"] < 0).sum())
    strata = sample.units["stratum"].nunique()
    return (
        f"simulate {wave}: {len(sample.units)} units in {strata} strata, {len(sample.addresses)} "
        f"addresses, {len(rows) - volunteers} interviews, {volunteers} online; {literate.name}: "
        f"true share {literate.mean():.4f}, unweighted {literate.iloc[rows['person']].mean():.4f}"
    )
