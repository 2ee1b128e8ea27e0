"""A new workspace: whole or not at all, ready to run, never over something else."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from pipeline.config.workspace import Workspace
from pipeline.errors import WorkspaceError
from pipeline.io.population import read_margins
from pipeline.io.registers import read_areas, read_published, read_targets
from pipeline.workspace import init
from pipeline.workspace.doctor import code_seen_from
from pipeline.workspace.init import TEMPLATE, scaffold

FILES = sorted(path.relative_to(TEMPLATE) for path in TEMPLATE.rglob("*") if path.is_file())


def files_in(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_every_workspace_has_the_stages_of_the_project(project, tmp_path):
    scaffold(tmp_path / "new")
    for place in (project / "examples/gss", tmp_path / "new"):
        for name in ("dvc.yaml", ".dvcignore", ".dvc/config", ".dvc/.gitignore"):
            assert (place / name).read_bytes() == (project / name).read_bytes(), name


def test_the_template_is_no_pipeline_of_the_project(project):
    command = [sys.executable, "-m", "dvc", "stage", "list", "--all", "--name-only"]
    listed = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    assert "trend" in listed.stdout
    assert "scaffold" not in listed.stdout


def test_the_template_holds_the_standard_of_the_project(project):
    standard = "survey_instruments/standards/cast_100.toml"
    assert (TEMPLATE / standard).read_bytes() == (project / standard).read_bytes()


def test_the_wheel_ships_the_whole_template(project, tmp_path):
    (wheel,) = WheelBuilder(str(project)).build(directory=str(tmp_path), versions=["standard"])
    packed = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    assert {Path("pipeline/workspace/scaffold") / name for name in FILES} <= packed


def test_a_new_workspace_holds_the_template_and_finds_the_code(tmp_path):
    scaffold(tmp_path / "城市 一")
    assert set(FILES) <= set(files_in(tmp_path / "城市 一"))
    workspace = Workspace.at(tmp_path / "城市 一")
    assert (workspace.root / workspace.register.code / "cli.py").is_file()


def test_every_file_of_the_template_is_valid(tmp_path):
    scaffold(tmp_path / "city")
    workspace = Workspace.at(tmp_path / "city")
    assert workspace.headline().id == workspace.plan("2026").headline
    assert workspace.column_map("2026").sources
    assert workspace.is_synthetic()
    assert list(read_margins(workspace.population("2026"))) == ["county_sex"]
    for read in (read_areas, read_targets, read_published):
        read(workspace.raw)


def test_the_answer_says_where_the_workspace_is_in_both_languages(tmp_path):
    said = scaffold(tmp_path / "city")
    assert str(tmp_path / "city") in said
    assert re.search(r"[\u4e00-\u9fff].*dvc repro", said)


@pytest.mark.parametrize("content", [[], [".git"]])
def test_an_empty_folder_and_a_new_checkout_are_filled(tmp_path, content):
    for name in content:
        (tmp_path / "city" / name).mkdir(parents=True)
    (tmp_path / "city").mkdir(exist_ok=True)
    stands_here = (tmp_path / "city").stat().st_ino
    scaffold(tmp_path / "city")
    assert Workspace.at(tmp_path / "city")
    # A shell that stands in the folder still does.
    assert (tmp_path / "city").stat().st_ino == stands_here
    assert all((tmp_path / "city" / name).is_dir() for name in content)


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(
        WorkspaceError, match="expected a new or empty folder, got one that holds 1"
    ):
        scaffold(tmp_path)
    assert files_in(tmp_path) == [Path("notes.txt")]


def test_a_file_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "city").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="got a file of that name"):
        scaffold(tmp_path / "city")
    assert (tmp_path / "city").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(init, "_point_to_code", full)
    with pytest.raises(WorkspaceError, match="cannot be written: No space left on device"):
        scaffold(tmp_path / "city")
    assert list(tmp_path.iterdir()) == []


def test_what_an_earlier_attempt_left_is_replaced(tmp_path):
    left = tmp_path / "city.partial"
    left.mkdir()
    (left / "half.toml").touch()
    scaffold(tmp_path / "city")
    assert [path.name for path in tmp_path.iterdir()] == ["city"]
    assert not (tmp_path / "city" / "half.toml").exists()


def test_results_made_inside_the_template_are_not_copied(tmp_path, monkeypatch):
    used = shutil.copytree(TEMPLATE, tmp_path / "template")
    (used / "data/processed/ingest").mkdir(parents=True)
    (used / "dvc.lock").touch()
    monkeypatch.setattr(init, "TEMPLATE", used)
    scaffold(tmp_path / "city")
    assert not (tmp_path / "city/data/processed").exists()
    assert not (tmp_path / "city/dvc.lock").exists()


def test_on_another_drive_the_code_is_named_by_its_full_path(monkeypatch, tmp_path):
    def other_drive(*_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr("os.path.relpath", other_drive)
    assert Path(code_seen_from(tmp_path)).is_absolute()
