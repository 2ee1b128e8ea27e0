"""A city of the same shape as the shipped one, a thirtieth of its size."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.config.workspace import Workspace
from pipeline.io.population import build_margins
from pipeline.simulation.cells import city_cells
from pipeline.simulation.parameters import City, load_city
from pipeline.simulation.people import Population, invent_population

SHRINK = 30


def small_workspace(project: Path, folder: Path) -> Workspace:
    """The shipped workspace's inputs, with a census divided by SHRINK."""
    raw = folder / "data" / "raw"
    shutil.copytree(project / "survey_instruments", folder / "survey_instruments")
    shutil.copytree(project / "data" / "raw" / "population", raw / "population")
    shutil.copytree(project / "data" / "raw" / "simulation", raw / "simulation")
    shutil.copy(project / "data" / "raw" / "waves.toml", raw / "waves.toml")
    (raw / "simulation" / "truth.csv").unlink()
    vintage = raw / "population" / "census2020"
    census = pd.read_csv(vintage / "census.csv", dtype={"code": str})
    census.assign(count=census["count"] / SHRINK).to_csv(vintage / "census.csv", index=False)
    build_margins(vintage)
    city = raw / "simulation" / "city.toml"
    text = re.sub(
        r"households_per_community = \d+",
        "households_per_community = 12",
        city.read_text(encoding="utf-8"),
    )
    city.write_text(text, encoding="utf-8")
    return Workspace(folder)


@pytest.fixture(scope="session")
def new_workspace(project: Path, tmp_path_factory: pytest.TempPathFactory):
    """Makes another small city of the same people, to be written to."""
    return lambda: small_workspace(project, tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session")
def workspace(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A small city nobody may write to: tests that simulate make their own."""
    return small_workspace(project, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def city(workspace: Workspace) -> City:
    """Parameters of the small city."""
    return load_city(workspace.raw / "simulation")


@pytest.fixture(scope="session")
def cells(workspace: Workspace, city: City) -> pd.DataFrame:
    """Cells of the small city."""
    return city_cells(workspace.population("2025"), city)


@pytest.fixture(scope="session")
def population(workspace: Workspace, city: City, cells: pd.DataFrame) -> Population:
    """Everybody in the small city."""
    return invent_population(city, cells, workspace.instrument("2025"))
