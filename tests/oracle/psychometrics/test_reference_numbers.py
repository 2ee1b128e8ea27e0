"""Every psychometric reference number, through the package."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracle.psychometrics.requests import Folder
from tests.oracle.psychometrics.scoring import verdicts

PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def found(shared):
    return list(verdicts(Folder(shared / "oracles" / "psychometrics")))


def test_no_number_is_wrong_or_missing(found):
    failures = [
        f"{each.place}: {each.outcome}, expected {each.expected!r}, got {each.answer!r} {each.why}"
        for each in found
        if each.is_failure
    ]
    assert failures == []
    assert len(found) == 3711


HEADER = "case_id,topic,data_file,call,statistic,key,value,tol_abs,tol_rel,note"


@pytest.fixture
def folder(tmp_path):
    """Four people, two items: 1 1, 1 0, 0 1, 0 0; each item is right for half of them."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/four.csv").write_text("a,b\n1,1\n1,0\n0,1\n0,0\n", encoding="utf-8")

    def written(*rows):
        text = "\n".join([HEADER, *rows, ""])
        (tmp_path / "oracles.csv").write_text(text, encoding="utf-8")
        return tmp_path

    return written


def row(statistic, key, value):
    return f"T1,reliability,four.csv,colMeans(y),{statistic},{key},{value},1e-9,0,"


def run(folder):
    command = [sys.executable, "tests/oracle/run.py", "psychometrics", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)


def test_the_runner_ends_well_when_all_numbers_are_right(folder):
    done = run(folder(row("item_mean", "a", 0.5), row("item_mean", "b", 0.5)))
    assert done.returncode == 0
    assert "total            right     2  wrong     0  missing     0" in done.stdout


def test_the_runner_fails_on_a_wrong_number_and_shows_it(folder):
    done = run(folder(row("item_mean", "a", 0.6)))
    assert done.returncode == 1
    assert "WRONG    T1 item_mean a: expected 0.6, got 0.5" in done.stdout


def test_the_runner_fails_on_a_statistic_it_does_not_know(folder):
    done = run(folder(row("phase_of_the_moon", "a", 0.5)))
    assert done.returncode == 1
    assert "missing     1" in done.stdout
