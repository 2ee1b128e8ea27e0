"""The example of 2027: its list is the simulated city's, its draw what the command draws."""

import shutil
import subprocess
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.config.workspace import Workspace
from pipeline.sampling.planned import work_out
from pipeline.sampling.run import draw
from pipeline.simulation.cells import city_cells
from pipeline.simulation.frame import write_frame
from pipeline.simulation.parameters import load_city
from pipeline.simulation.people import invent_population

RAW = ("geography", "targets", "sampling")


@pytest.fixture
def copy(project, tmp_path):
    """The project's inputs for sampling, without the draw."""
    for name in RAW:
        shutil.copytree(project / "data/raw" / name, tmp_path / "data/raw" / name)
    shutil.copy(project / "data/raw/waves.toml", tmp_path / "data/raw/waves.toml")
    shutil.rmtree(tmp_path / "data/raw/sampling/2027/draw")
    return Workspace(tmp_path)


def test_the_shipped_draw_is_what_the_command_draws(project, copy):
    draw(copy, copy.raw / "sampling/2027/design.toml")
    shipped, made = (folder / "data/raw/sampling/2027/draw" for folder in (project, copy.root))
    names = sorted(path.name for path in shipped.iterdir())
    assert names == ["fieldwork.csv", "sampling.csv", "selection.json"]
    for name in names:
        assert (made / name).read_bytes() == (shipped / name).read_bytes(), name


def test_the_shipped_list_is_what_the_simulation_writes(project, tmp_path):
    workspace = Workspace(project)
    city = load_city(workspace.raw / "simulation")
    cells = city_cells(workspace.population("2025"), city)
    population = invent_population(city, cells, workspace.instrument("2025"))
    write_frame(city, population.communities, tmp_path)
    written = (tmp_path / city.frame.path).read_bytes()
    assert written == (workspace.raw / "sampling/2027/frame_simulated.csv").read_bytes()


def test_every_name_on_the_shipped_list_says_simulated(project):
    listed = pd.read_csv(project / "data/raw/sampling/2027/frame_simulated.csv")
    assert listed["name"].str.startswith("模拟").all()


def test_the_shipped_design_decides_what_it_must_and_shows_what_it_cannot(copy):
    planned = work_out(copy, copy.raw / "sampling/2027/design.toml")
    assert all(a.is_decided for a in planned.answers if a.question.must_decide)
    assert any(not answer.is_decided for answer in planned.answers)


@pytest.mark.parametrize("name", ["plan", "draw"])
def test_help_gives_an_example(name):
    told = CliRunner().invoke(app, ["sample", name, "--help"]).output
    assert f"pipeline sample {name} data/raw/sampling/2027/design.toml" in told


def test_a_wrong_design_ends_with_the_message_and_exit_code_of_its_error(copy):
    design = copy.raw / "sampling/2027/design.toml"
    text = design.read_text(encoding="utf-8").replace("margin = 0.025", "margin = 0.005")
    design.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pipeline", "sample", "plan", str(design)],
        cwd=copy.root, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 12
    assert "DesignError: sample 2027: question city_level, city: expected half-width" in run.stderr
    assert "Traceback" not in run.stderr
