"""Corrected shares of simulated waves against the city's people, whose abilities are known."""

import importlib
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config.standard import Standard
from pipeline.config.workspace import Workspace
from pipeline.engine.scoring import worth_under
from pipeline.io import parquet
from pipeline.simulation.cells import city_cells
from pipeline.simulation.outcome import (
    Questionnaire,
    ability_in,
    lasting_ability,
)
from pipeline.simulation.parameters import Answering, load_city
from pipeline.simulation.people import invent_population
from pipeline.simulation.run import questionnaire_of
from pipeline.tables import CORRECTED
from tests.e2e.conftest import unregister

WAVES = ("2020", "2022")


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def expected_points(
    ability: np.ndarray, questionnaire: Questionnaire, standard: Standard, habits: Answering
) -> np.ndarray:
    """(Q,) points that people of an ability can expect, by the rules of the simulation.

    Who knows an item is right; who does not may guess, unless they say so; a few refuse.
    """
    admits = logistic(habits.dont_know_constant - habits.dont_know_slope * ability)
    total = np.zeros(len(ability))
    worth = worth_under(standard, questionnaire.instrument, questionnaire.bank)
    for item, value in worth.items():
        p = questionnaire.parameters[item]
        unknown = 1 - logistic(p.discrimination * (ability - p.difficulty))
        right = 1 - unknown * (1 - (1 - admits) * p.guessing)
        total += value.points * right * (1 - habits.refused)
    return total


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, project: Path) -> Workspace:
    """The two smallest waves of the demo city, measured."""
    root = tmp_path_factory.mktemp("truth")
    for part in ("survey_instruments", "data/raw"):
        shutil.copytree(project / part, root / part)
    found = Workspace(root)
    for wave in set(found.register.waves) - set(WAVES):
        unregister(root, wave)
    found = Workspace(root)
    for wave in WAVES:
        for stage in ("ingest", "score", "weight", "estimate"):
            importlib.import_module(f"pipeline.stages.{stage}").run(found, wave)
    importlib.import_module("pipeline.stages.measure").run(found)
    return found


@pytest.fixture(scope="module")
def shares(workspace) -> pd.DataFrame:
    """The city's raw and corrected shares with those of its people."""
    city = load_city(workspace.raw / "simulation")
    cells = city_cells(workspace.population(WAVES[0]), city)
    people = invent_population(city, cells, workspace.instrument(WAVES[0]))
    lasting = lasting_ability(city, people)
    corrected = parquet.read(CORRECTED, workspace.processed("measure"))
    rows = []
    for _, row in corrected[corrected["domain"] == "all"].iterrows():
        standard = workspace.standard(row["standard"].split("@")[0])
        ability = ability_in(city, row["wave"], lasting, people)
        at = np.linspace(ability.min(), ability.max(), 2001)
        questionnaire = questionnaire_of(workspace, row["wave"])
        points = expected_points(at, questionnaire, standard, city.answering)
        able = ability >= np.interp(standard.passing.cut, points, at)
        rows.append(row.to_dict() | {"truth": able.mean()})
    return pd.DataFrame(rows)


def test_intervals_of_corrected_shares_hold_the_truth(shares):
    assert len(shares) == 4
    assert (shares["ci_low"] < shares["truth"]).all()
    assert (shares["truth"] < shares["ci_high"]).all()


def test_correction_brings_the_shares_nearer_to_the_truth(shares):
    raw = np.abs(shares["observed"] - shares["truth"])
    corrected = np.abs(shares["estimate"] - shares["truth"])
    assert corrected.mean() < raw.mean() / 2
    assert (shares["observed"] - shares["truth"]).mean() > 0.02
    assert abs((shares["estimate"] - shares["truth"]).mean()) < 0.01
