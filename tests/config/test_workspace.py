"""A workspace finds its files and its headline."""

import shutil

import pytest

from pipeline.config.workspace import Workspace
from pipeline.errors import ConfigError, WorkspaceError


@pytest.fixture
def workspace(project, tmp_path) -> Workspace:
    """A copy of the template that `pipeline init` starts from."""
    root = shutil.copytree(project / "pipeline/workspace/scaffold", tmp_path / "w")
    return Workspace(root)


def replace(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_workspace_is_found_from_a_folder_within(workspace):
    assert Workspace.at(workspace.raw / "waves").root == workspace.root


def test_outside_a_workspace_the_way_to_one_is_told(tmp_path):
    with pytest.raises(WorkspaceError, match="found none here or above") as caught:
        Workspace.at(tmp_path)
    assert "pipeline init" in caught.value.hint


def test_every_file_of_a_wave_is_read(workspace):
    assert workspace.instrument("2026").id == workspace.plan("2026").id == "example"
    assert workspace.description("2026").microdata == "example.csv"
    assert workspace.column_map("2026").constant == {"source": "probability"}
    assert workspace.population("2026") == workspace.raw / "population/example"
    assert workspace.processed("trend") == workspace.root / "data/processed/trend"
    assert workspace.processed("ingest", "2026").parts[-2:] == ("ingest", "2026")


def test_one_simulated_wave_makes_the_workspace_synthetic(workspace):
    assert workspace.is_synthetic()
    replace(workspace.wave_folder("2026") / "wave.toml", '"synthetic"\n', '"real"\n')
    assert not Workspace(workspace.root).is_synthetic()


def test_a_plan_is_checked_against_the_questionnaire_of_its_wave(workspace):
    plan = workspace.instruments / "plans/example.toml"
    replace(plan, 'question = "channel"', 'question = "chanel"')
    with pytest.raises(ConfigError, match="chanel is not a question of example"):
        workspace.plan("2026")


def test_plans_with_different_headlines_make_no_series(workspace):
    plans = workspace.instruments / "plans"
    shutil.copy(plans / "example.toml", plans / "other.toml")
    replace(plans / "other.toml", '"cast_100"', '"cast_70"')
    register = workspace.root / "data/raw/waves.toml"
    entry = '\n[waves.2027]\nyear = 2027\ninstrument = "example"\nplan = "other"\n'
    register.write_text(
        register.read_text("utf-8") + entry + 'population = "example"\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="got cast_100, cast_70"):
        workspace.headline()


def test_an_unknown_standard_is_named_with_its_neighbours(workspace):
    with pytest.raises(ConfigError, match=r"cast_70\.toml: the file is missing") as caught:
        workspace.standard("cast_70")
    assert caught.value.hint == "files there: cast_100.toml"
