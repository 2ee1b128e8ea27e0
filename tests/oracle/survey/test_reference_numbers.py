"""Every reference number of survey statistics, through the public interface."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.oracle.survey.cases import Folder
from tests.oracle.survey.decisions import NOT_OFFERED
from tests.oracle.survey.scoring import verdicts

PROJECT = Path(__file__).resolve().parents[3]
RUNNER = PROJECT / "tests/oracle/run.py"


@pytest.fixture(scope="module")
def found(shared):
    return list(verdicts(Folder(shared / "oracles" / "survey")))


def test_no_binding_number_is_wrong_or_missing(found):
    failures = [
        f"{each.place}: {each.outcome}, expected {each.expected!r}, got {each.answer!r} {each.why}"
        for each in found
        if each.is_failure
    ]
    assert failures == []
    assert sum(each.outcome == "right" for each in found if each.is_binding) == 2799


def test_only_documented_groups_are_left_out(found):
    left_out = {each.group for each in found if each.outcome == "not offered"}
    assert left_out == {"twophase", "quadform", "ranktest", "pps"}
    assert {each.why for each in found if each.outcome == "not offered"} <= {*NOT_OFFERED.values()}


def test_the_raked_share_has_the_base_weighted_error_and_not_that_of_r_rake(found):
    # R's rake leaves the weights out of the regression: 0.02744
    (share,) = [each.answer for each in found if each.place == "w.lrake.lit1p lit_nz se"]
    assert share == pytest.approx(0.02646, abs=5e-6)


FIELDS = [
    *["id", "case", "group", "status", "data", "design", "estimand", "call", "term"],
    *["statistic", "value", "value_text", "rtol", "atol", "source", "note", "message"],
]


@pytest.fixture
def folder(tmp_path):
    """Four people of weight 2, y = 1, 2, 3, 4: mean 2.5, total 20."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/four.csv").write_text("y,w\n1,2\n2,2\n3,2\n4,2\n", encoding="utf-8")
    design = {"kind": "taylor", "data": "four.csv", "weights": "w", "psu": None, "strata": None}
    (tmp_path / "designs.json").write_text(json.dumps({"d": design}), encoding="utf-8")

    def written(*rows):
        with (tmp_path / "cases.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, restval="")
            writer.writeheader()
            for number, row in enumerate(rows):
                common = {"data": "four.csv", "design": "d", "rtol": "1e-9", "atol": "0"}
                writer.writerow({**common, "id": number, "case": f"c{number}", **row})
        return tmp_path

    return written


def row(stat, value, *, statistic="est", status="binding", group="mean"):
    estimand = json.dumps({"stat": stat, "y": "y"})
    return {"estimand": estimand, "term": "y", "statistic": statistic, "value": value,
            "status": status, "group": group}  # fmt: skip


def run(folder, *options):
    command = [sys.executable, str(RUNNER), "survey", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_runner_ends_well_when_all_numbers_are_right(folder):
    done = run(folder(row("mean", "2.5"), row("total", "20", group="total")))
    assert done.returncode == 0
    assert "total            right     2  wrong     0  missing     0" in done.stdout


def test_the_runner_fails_on_a_wrong_number_and_shows_it(folder):
    done = run(folder(row("mean", "2.6")))
    assert done.returncode == 1
    assert "WRONG    c0 y est: expected 2.6, got 2.5" in done.stdout


def test_the_runner_fails_on_a_statistic_it_does_not_know(folder):
    done = run(folder(row("phase of the moon", "2.5")))
    assert done.returncode == 1
    assert "missing     1" in done.stdout


def test_informational_numbers_are_told_apart_and_do_not_fail(folder):
    done = run(folder(row("mean", "9", status="informational"), row("mean", "2.5")), "--all")
    assert done.returncode == 0
    assert "reference 9.0, ours 2.5" in done.stdout


def test_a_group_can_be_run_alone(folder):
    done = run(folder(row("mean", "9"), row("total", "20", group="total")), "--group", "total")
    assert done.returncode == 0
