"""Each fault of a workspace is found, told and, where nothing is lost, repaired."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import WorkspaceError
from pipeline.workspace import doctor, dvc_folder

OURS = {"PATH": str(Path(sys.executable).parent)}


@pytest.fixture
def workspace(tmp_path):
    """A sound workspace without git, in a folder with Chinese and a space."""
    root = tmp_path / "攀枝花 监测"
    (root / ".dvc" / "tmp").mkdir(parents=True)
    dvc_folder.create(root)
    dvc_folder.follow_git(root)
    (root / "data" / "raw").mkdir(parents=True)
    (root / "package").mkdir()
    (root / "package" / "__init__.py").touch()
    write(root / doctor.REGISTER, 'code = "package"\n')
    return root


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problems(root, environ=OURS):
    return [finding.problem for finding in doctor.diagnose(root, environ)]


def test_a_sound_workspace_has_no_findings(workspace):
    write(workspace / ".dvc" / "tmp" / "rwlock", "{}")
    write(workspace / "dvc.lock", "schema: '2.0'\nstages: {}\n")
    assert problems(workspace) == []


def test_a_missing_dvc_folder_is_made_again(workspace):
    for path in sorted((workspace / ".dvc").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert problems(workspace) == ["missing_dvc_folder"]
    assert doctor.mend(doctor.diagnose(workspace, OURS)) == []
    assert problems(workspace) == []


def test_a_workspace_put_under_git_is_told_to_dvc(workspace):
    (workspace / ".git").mkdir()
    assert problems(workspace) == ["git_link"]
    doctor.mend(doctor.diagnose(workspace, OURS))
    assert problems(workspace) == []


@pytest.mark.parametrize("content", ["", '{"write": {"/a": {"pid": 1', "[]"])
def test_a_broken_lock_file_of_a_killed_run_is_removed(workspace, content):
    lock = write(workspace / ".dvc" / "tmp" / "rwlock", content)
    assert problems(workspace) == ["broken_lock"]
    doctor.mend(doctor.diagnose(workspace, OURS))
    assert not lock.exists()


def test_a_lock_file_is_left_alone_while_dvc_holds_its_lock(workspace):
    lock = write(workspace / ".dvc" / "tmp" / "rwlock", "")
    holder = (
        "import sys, time; from dvc.lock import make_lock\n"
        "with make_lock(sys.argv[1]): print('held', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", holder, str(lock.with_name("lock"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(WorkspaceError, match="no other run"):
            doctor.mend(doctor.diagnose(workspace, OURS))
        process.kill()
    assert lock.exists()


def test_a_record_with_merge_conflict_marks_is_removed(workspace):
    record = write(workspace / "dvc.lock", "stages:\n<<<<<<< ours\n  a: 1\n=======\n")
    assert problems(workspace) == ["conflicted_record"]
    doctor.mend(doctor.diagnose(workspace, OURS))
    assert not record.exists()


def test_half_written_outputs_are_removed_and_finished_ones_stay(workspace):
    finished = write(workspace / "data" / "processed" / "weight" / "2020" / "weights.csv", "w")
    write(workspace / "data" / "processed" / "weight" / "2022.partial" / "weights.csv", "w")
    write(workspace / "data" / "processed" / "trend.csv.partial", "t")
    assert problems(workspace) == ["leftover", "leftover"]
    doctor.mend(doctor.diagnose(workspace, OURS))
    assert problems(workspace) == []
    assert finished.exists()


@pytest.mark.parametrize("is_alive", [True, False])
def test_half_written_outputs_belong_to_a_live_run(workspace, is_alive):
    write(workspace / "data" / "processed" / "trend.partial", "t")
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        pass
    pid = os.getpid() if is_alive else ended.pid
    noted = f'{{"write": {{"/a": {{"pid": {pid}, "cmd": "dvc repro"}}}}}}'
    write(workspace / ".dvc" / "tmp" / "rwlock", noted)
    assert problems(workspace) == ([] if is_alive else ["leftover"])


def test_a_register_that_leads_to_no_package_is_told_with_the_right_path(workspace):
    write(workspace / doctor.REGISTER, 'code = "../moved/pipeline"\n')
    (finding,) = doctor.diagnose(workspace, OURS)
    assert finding.problem == "missing_code"
    assert "../moved/pipeline" in finding.text
    assert Path(os.path.relpath(doctor.PACKAGE, workspace)).as_posix() in finding.text
    assert doctor.mend([finding]) == [finding]


@pytest.mark.parametrize("text", ["code =", "[waves]\n"])
def test_a_faulty_register_is_left_to_its_loader(workspace, text):
    write(workspace / doctor.REGISTER, text)
    assert problems(workspace) == []


def test_another_python_on_path_is_told(workspace, tmp_path):
    other = write(tmp_path / "bin" / "python", "#!/bin/sh\n")
    other.chmod(0o755)
    (finding,) = doctor.diagnose(workspace, {"PATH": str(other.parent)})
    assert finding.problem == "foreign_python"
    assert str(other) in finding.text


def test_to_diagnose_changes_nothing(workspace):
    write(workspace / ".dvc" / "tmp" / "rwlock", "")
    write(workspace / "dvc.lock", "<<<<<<< ours\n")
    write(workspace / "data" / "processed" / "a.partial", "a")

    def state():
        return {p: p.stat().st_mtime_ns for p in workspace.rglob("*")}

    before = state()
    time.sleep(0.01)
    doctor.diagnose(workspace, OURS)
    assert state() == before


def test_the_report_names_every_fault_and_how_to_mend_it(workspace, monkeypatch):
    monkeypatch.setenv("PATH", OURS["PATH"])
    record = write(workspace / "dvc.lock", "<<<<<<< ours\n")
    with pytest.raises(WorkspaceError, match=r"dvc\.lock[^$]+doctor --repair"):
        doctor.report(workspace, repair=False)
    assert record.exists()


def test_the_report_of_a_mended_workspace_says_what_was_done(workspace, monkeypatch, capsys):
    monkeypatch.setenv("PATH", OURS["PATH"])
    write(workspace / "dvc.lock", "<<<<<<< ours\n")
    doctor.report(workspace, repair=True)
    mended, sound = capsys.readouterr().out.splitlines()
    assert "dvc.lock" in mended
    assert "the workspace is sound" in sound
