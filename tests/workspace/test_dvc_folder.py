"""The `.dvc` folder: settings, and the switch for folders without git."""

from pathlib import Path

import pytest

from pipeline.workspace import dvc_folder

PROJECT = Path(__file__).resolve().parents[2]
REMOTE = "['remote \"nas\"']\n    url = /mnt/nas\n"
ON = "[core]\n    no_scm = true\n"


@pytest.mark.parametrize(
    ("before", "has_git", "after"),
    [
        ("", False, ON),
        (ON, False, ON),
        ("[core]\n    no_scm = false\n", False, ON),
        (REMOTE, False, ON + REMOTE),
        ("[core]\n    remote = nas\n" + REMOTE, False, ON + "    remote = nas\n" + REMOTE),
        ("", True, ""),
        (ON, True, ""),
        (ON + REMOTE, True, REMOTE),
        (ON + "    remote = nas\n", True, "[core]\n    remote = nas\n"),
        (REMOTE, True, REMOTE),
    ],
)
def test_the_switch_follows_git_and_other_lines_stay(before, has_git, after):
    assert dvc_folder.local_config(before, has_git=has_git) == after


def test_a_folder_that_becomes_a_checkout_loses_the_switch(tmp_path):
    dvc_folder.create(tmp_path)
    dvc_folder.follow_git(tmp_path)
    local = tmp_path / ".dvc" / "config.local"
    assert local.read_text(encoding="utf-8") == ON
    (tmp_path / ".git").mkdir()
    dvc_folder.follow_git(tmp_path)
    assert not local.exists()


def test_a_workspace_inside_a_checkout_has_git(tmp_path):
    (tmp_path / ".git").touch()
    assert dvc_folder.has_git(tmp_path / "examples" / "gss")


def test_settings_that_are_there_stay(tmp_path):
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text(REMOTE, encoding="utf-8")
    dvc_folder.create(tmp_path)
    assert (tmp_path / ".dvc" / "config").read_text(encoding="utf-8") == REMOTE


@pytest.mark.parametrize("name", ["config", ".gitignore"])
def test_the_project_has_the_settings_that_new_workspaces_get(tmp_path, name):
    dvc_folder.create(tmp_path)
    ours = (PROJECT / ".dvc" / name).read_text(encoding="utf-8")
    assert (tmp_path / ".dvc" / name).read_text(encoding="utf-8") == ours
