"""`pipeline repro` on a DVC project of three trivial stages, with the real DVC."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from pipeline.errors import WorkspaceError
from pipeline.workspace import dvc_folder
from pipeline.workspace.repro import repro

STAGES = """\
stages:
  ingest:
    foreach: ["2020", "2022"]
    do:
      cmd: python stage.py ingest ${item}
      deps: [stage.py, data/raw.txt]
      outs: ["data/processed/ingest/${item}"]
  trend:
    cmd: python stage.py trend
    deps: [stage.py, data/processed/ingest]
    outs: [data/processed/trend]
"""
STAGE = """\
import os, signal, sys
from pathlib import Path

text = Path("data/raw.txt").read_text(encoding="utf-8")
place = Path("data/processed", *sys.argv[1:])
if text == "wrong" and place.name != "2020":
    sys.exit(print("raw.txt: expected a number") or 11)
if text == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
place.mkdir(parents=True)
(place / "table.txt").write_text(text, encoding="utf-8")
print(" ".join(sys.argv[1:]) + "：1 行")
"""
UP_TO_DATE = "everything is up to date, no stage was run"
NOISE = re.compile("Running stage|lock file|dvc push|git add|ERROR|^> ", re.MULTILINE)


@pytest.fixture
def workspace(tmp_path):
    """A workspace without git, in a folder with Chinese and a space."""
    root = tmp_path / "攀枝花 监测"
    dvc_folder.create(root)
    dvc_folder.follow_git(root)
    (root / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    (root / "stage.py").write_text(STAGE, encoding="utf-8")
    (root / "data").mkdir()
    change(root, "1")
    return root


@pytest.fixture
def finished(workspace, capsys):
    """The same workspace after a first run."""
    assert repro(workspace) == 0
    capsys.readouterr()
    return workspace


def change(root, text):
    (root / "data" / "raw.txt").write_text(text, encoding="utf-8")


def test_every_stage_is_told_once_with_its_place_and_summary(workspace, capsys):
    assert repro(workspace) == 0
    lines = capsys.readouterr().out.splitlines()
    told = [re.sub(r" … \d+\.\d s$", "", line) for line in lines[:-1]]
    assert told == [
        "[1/3] 读入与清理 ingest 2020",
        "        ingest 2020：1 行",
        "[2/3] 读入与清理 ingest 2022",
        "        ingest 2022：1 行",
        "[3/3] 趋势 trend",
        "        trend：1 行",
    ]
    assert "stages run 3" in lines[-1]


def test_a_fresh_clone_with_a_record_tells_every_stage_too(finished, capsys):
    shutil.rmtree(finished / "data" / "processed")
    shutil.rmtree(finished / ".dvc" / "cache")
    assert repro(finished) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:5] for line in lines if line[0] == "["] == ["[1/3]", "[2/3]", "[3/3]"]
    assert all(re.fullmatch(r".* (?:s|cache)", line) for line in lines if line[0] == "[")


def test_a_second_run_runs_nothing_and_says_so(finished, capsys):
    assert repro(finished) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert UP_TO_DATE in line


def test_a_failing_stage_gives_its_own_words_and_exit_code(finished, capsys):
    change(finished, "wrong")
    assert repro(finished) == 11
    out = capsys.readouterr().out
    assert "raw.txt: expected a number" in out
    assert "[2/3] 读入与清理 ingest 2022 … 未完成" in out
    assert "ingest@2022" in out.splitlines()[-1]
    assert not NOISE.search(out)


def test_the_run_after_the_fix_goes_on_where_it_stopped(finished, capsys):
    change(finished, "wrong")
    repro(finished)
    (finished / "stage.py").write_text(STAGE.replace('"wrong"', '"?"'), encoding="utf-8")
    capsys.readouterr()
    assert repro(finished, ["trend"]) == 0
    assert "stages run 3" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_stage_gives_the_exit_code_of_a_shell(finished):
    change(finished, "killed")
    assert repro(finished) == 128 + 9


def test_a_missing_input_is_named_and_explained(finished, capsys):
    (finished / "data" / "raw.txt").unlink()
    assert repro(finished) != 0
    out = capsys.readouterr().out
    assert "raw.txt" in out
    assert "缺少" in out


def test_a_target_is_told_without_a_total(workspace, capsys):
    assert repro(workspace, ["ingest@2022"]) == 0
    assert capsys.readouterr().out.startswith("[1] 读入与清理 ingest 2022")


def test_options_reach_dvc(finished, capsys):
    assert repro(finished, ["--force"]) == 0
    assert "stages run 3" in capsys.readouterr().out


def test_a_dry_run_is_left_to_dvc(workspace, capfd):
    assert repro(workspace, ["--dry", "ingest@2020"]) == 0
    assert "Running stage 'ingest@2020'" in capfd.readouterr().out


def test_a_lost_record_is_restored_from_the_run_cache(finished, capsys):
    (finished / "dvc.lock").write_text("<<<<<<< ours\n", encoding="utf-8")
    assert repro(finished) == 0
    out = capsys.readouterr().out
    assert "已修复 mended" in out
    assert "restored from the cache 3" in out


def test_a_broken_lock_file_of_a_killed_run_is_mended(finished, capsys):
    (finished / ".dvc" / "tmp" / "rwlock").write_text("", encoding="utf-8")
    change(finished, "2")
    assert repro(finished) == 0
    assert "已修复 mended" in capsys.readouterr().out


def test_a_broken_entry_of_the_run_cache_does_not_stop_the_run(finished, capsys):
    for entry in (finished / ".dvc" / "cache" / "runs").glob("*/*/*"):
        entry.unlink()
    (finished / "dvc.lock").unlink()
    assert repro(finished) == 0
    out = capsys.readouterr().out
    assert "stages run 3" in out
    assert "join()" not in out
    assert repro(finished) == 0


def test_a_fault_that_only_the_user_can_mend_stops_before_dvc(finished):
    register = finished / "data" / "raw" / "waves.toml"
    register.parent.mkdir()
    register.write_text('code = "nowhere"\n', encoding="utf-8")
    with pytest.raises(WorkspaceError, match="nowhere"):
        repro(finished)


def test_stages_run_with_this_python_whatever_path_says(workspace, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    script = f'import sys; assert sys.prefix == r"{sys.prefix}"\n'
    (workspace / "stage.py").write_text(script + STAGE, encoding="utf-8")
    assert repro(workspace) == 0
    assert (workspace / "data" / "processed" / "trend" / "table.txt").is_file()
    assert Path(workspace, "dvc.lock").is_file()
