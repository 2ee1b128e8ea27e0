"""Bad input: a clear error and an exit code, nothing half-written, and after the mend it goes on.

Every case spoils one thing in a new workspace, runs the stages as DVC does until one refuses,
puts the old file back and runs that stage and the rest. What comes out must then equal, byte
for byte, what a workspace without the fault gives.
"""

import hashlib
import importlib
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import cli
from pipeline.config.workspace import Workspace
from pipeline.workspace.init import scaffold
from tests.e2e.conftest import stages_run

WAVE = "2026"
STAGES = ("ingest", "score", "weight", "estimate", "trend")
MICRODATA = "data/raw/waves/2026/microdata/example.csv"
COLUMNS = "data/raw/waves/2026/columns.toml"
ITEMS = "survey_instruments/items/example.toml"
PLAN = "survey_instruments/plans/example.toml"
MARGINS = "data/raw/population/example/margins.csv"
TARGETS = "data/raw/targets/targets.csv"

Spoil = Callable[[Path], None]


def edit(name: str, old: str, new: str) -> Spoil:
    """Replace a text that stands in a file."""

    def spoil(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return spoil


def remove(name: str) -> Spoil:
    return lambda root: (root / name).unlink()


def cell(row: int, column: str, value: str) -> Spoil:
    """Change one cell of the microdata; rows are counted from 1."""

    def spoil(root: Path) -> None:
        header, *rows = (root / MICRODATA).read_text(encoding="utf-8").splitlines()
        cells = rows[row - 1].split(",")
        cells[header.split(",").index(column)] = value
        rows[row - 1] = ",".join(cells)
        (root / MICRODATA).write_text("\n".join([header, *rows, ""]), encoding="utf-8")

    return spoil


def lose_units(root: Path) -> None:
    """Leave one community of the second county in the microdata and in both records."""
    folder = root / "data/raw/waves" / WAVE
    for name in ("microdata/example.csv", "sampling.csv", "fieldwork.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not re.search("990002,[2-6],", line)]
        assert len(kept) < len(lines)
        (folder / name).write_text("".join(kept), encoding="utf-8")


def margins(old: str, new: str) -> Spoil:
    """Change the margins and record them as a careful user would."""

    def spoil(root: Path) -> None:
        edit(MARGINS, old, new)(root)
        source = root / "data/raw/population/example/source.toml"
        checksum = hashlib.sha256((root / MARGINS).read_bytes()).hexdigest()
        text = re.sub('_sha256 = ".*"', f'_sha256 = "{checksum}"', source.read_text("utf-8"))
        source.write_text(text, encoding="utf-8")

    return spoil


def deliver_weights(*weights: str) -> Spoil:
    """Take weights as given, those of the first people as told and 1 for the others."""

    def spoil(root: Path) -> None:
        given = '[weights]\nmethod = "given"\ncolumns = ["w"]\n'
        text = (root / PLAN).read_text(encoding="utf-8")
        text = re.sub(r"\[weights\].*?(?=\[variance\])", given, text, flags=re.DOTALL)
        (root / PLAN).write_text(text, encoding="utf-8")
        edit(COLUMNS, 'age = "年龄"', 'age = "年龄"\nw = "权数"')(root)
        header, *rows = (root / MICRODATA).read_text(encoding="utf-8").splitlines()
        cells = [*weights, *["1"] * (len(rows) - len(weights))]
        table = [f"{header},权数", *(f"{r},{w}" for r, w in zip(rows, cells, strict=True)), ""]
        (root / MICRODATA).write_text("\n".join(table), encoding="utf-8")

    return spoil


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is spoilt, the stage that refuses it, what it says, and the first stage to run again."""

    spoil: Spoil
    stage: str
    code: int
    says: str
    mended_from: str = ""


FAULTS = {
    "missing file": Fault(
        spoil=remove(MICRODATA),
        stage="ingest",
        code=15,
        says=r"MicrodataError: .+example\.csv: the file is missing\n  -> put it there",
    ),
    "missing record": Fault(
        spoil=remove("data/raw/waves/2026/sampling.csv"),
        stage="ingest",
        code=15,
        says=r"sampling\.csv: the record is missing\n  -> columns: stratum, psu, psu_prob",
    ),
    "unknown column": Fault(
        spoil=edit(COLUMNS, 'x04 = "题4"', 'x04 = "题目4"'),
        stage="ingest",
        code=10,
        says=r"ConfigError: .+columns\.toml: x04 is read from column 题目4, which the file lacks; "
        r"did you mean 题\d\?",
    ),
    "answer code outside the code list": Fault(
        spoil=cell(5, "题2", "98765"),
        stage="ingest",
        code=15,
        says=r"column x02: expected one of 98, 99, 1, 2, 3; 1 row does not \(code_outside_list\)",
    ),
    "duplicate ids": Fault(
        spoil=cell(7, "编号", "A001"),
        stage="ingest",
        code=15,
        says=r"column respondent_id: expected one row per identifier; 1 row does not",
    ),
    "age below the population": Fault(
        spoil=cell(9, "年龄", "17"),
        stage="ingest",
        code=15,
        says=r"column age: expected a whole number from 18 to 69; 1 row does not \(out_of_range\)",
    ),
    "age above the population": Fault(
        spoil=cell(9, "年龄", "70"),
        stage="ingest",
        code=15,
        says=r"column age: expected a whole number from 18 to 69; 1 row does not \(out_of_range\)",
    ),
    "unknown county": Fault(
        spoil=cell(3, "县", "998765"),
        stage="ingest",
        code=15,
        says=r"column county_code: expected one of 990001, 990002; 1 row does not",
    ),
    "weight missing": Fault(
        spoil=deliver_weights("1.5", ""),
        stage="ingest",
        code=15,
        says=r"column w: expected a weight above zero; 1 row does not \(weight_not_positive\)",
    ),
    "weight zero": Fault(
        spoil=deliver_weights("0", "1.5", "0"),
        stage="ingest",
        code=15,
        says=r"column w: expected a weight above zero; 2 rows do not \(weight_not_positive\)",
    ),
    "interviews that the record does not know": Fault(
        spoil=cell(1, "社区", "3"),
        stage="ingest",
        code=15,
        says=r"2 faults\n  - unit 990001/1: fieldwork\.csv records 20 completed interviews, the "
        r"microdata hold 19\n  - unit 990001/3",
    ),
    "item without key": Fault(
        spoil=edit(ITEMS, 'key = ["3"]\n', ""),
        stage="ingest",
        code=10,
        says=r"ConfigError: .+items/example\.toml: key items\.1\.key is missing",
    ),
    "misspelt key of the plan": Fault(
        spoil=edit(PLAN, "lonely_psu", "lonly_psu"),
        stage="ingest",
        code=10,
        says=r"key variance\.lonly_psu is unknown; did you mean lonely_psu\?",
    ),
    "indicator of a question nobody asks": Fault(
        spoil=edit(PLAN, 'question = "channel"', 'question = "chanel"'),
        stage="ingest",
        code=10,
        says=r"plans/example\.toml: indicator channel_internet: chanel is not a question of",
    ),
    "points that do not add to 100": Fault(
        spoil=edit(ITEMS, '"method", points = 20', '"method", points = 15'),
        stage="score",
        code=10,
        says=r"instrument example under standard cast_100: items of dimension method add to 15 "
        r"points, expected 20",
    ),
    "standard that was never issued": Fault(
        spoil=edit(PLAN, 'standards = ["cast_100"]', 'standards = ["cast_100", "cast_70"]'),
        stage="score",
        code=10,
        says=r"cast_70\.toml: the file is missing\n  -> files there: cast_100\.toml",
    ),
    "margin category without respondents": Fault(
        spoil=margins("990002,female,40000\n", "990002,female,40000\ncounty_sex,990003,male,9\n"),
        stage="weight",
        code=13,
        says=r"CalibrationError: .*990003\*.*: expected 3 respondents or more, got 0",
    ),
    "margin that the population lacks": Fault(
        spoil=margins("county_sex,", "county_age,"),
        stage="weight",
        code=13,
        says=r"MarginMismatchError: margins\.csv: expected margin county_sex, got county_age",
    ),
    "margin without an axis": Fault(
        spoil=margins(",sex,", ",gender,"),
        stage="weight",
        code=13,
        says=r"margin county_sex has no categories of sex",
    ),
    "margin with a word for a number": Fault(
        spoil=margins("61000", "many"),
        stage="weight",
        code=10,
        says=r"margins\.csv: column count: expected a number from 0; rows that differ: 1",
    ),
    "margins changed without a record": Fault(
        spoil=edit(MARGINS, "61000", "62000"),
        stage="weight",
        code=10,
        says=r"margins\.csv: expected sha256 \w+, as source\.toml records, got \w+",
    ),
    "nobody's probability is known": Fault(
        spoil=edit(COLUMNS, 'eligible_adults = "家庭成员数"\n', ""),
        stage="weight",
        code=12,
        says=r"DesignError: base weights: person_prob: .+missing in 240 rows",
        mended_from="ingest",
    ),
    "stratum with one PSU": Fault(
        spoil=lose_units,
        stage="estimate",
        code=12,
        says=r"LonelyPsuError: variance: expected two units or more in every stratum, got one in: "
        r"990002\n  -> join each stratum",
        mended_from="ingest",
    ),
    "target with a word for a number": Fault(
        spoil=edit(TARGETS, ",0.3,", ",a third,"),
        stage="trend",
        code=10,
        says=r"targets\.csv: expected numbers where numbers belong",
    ),
    "register in another encoding": Fault(
        spoil=lambda root: (root / TARGETS).write_bytes(
            (root / TARGETS).read_text(encoding="utf-8").encode("gb18030")
        ),
        stage="trend",
        code=10,
        says=r"targets\.csv: expected a CSV table in UTF-8",
    ),
}


@pytest.fixture
def run_stage(monkeypatch, capsys):
    """Run `pipeline stage ...` in a workspace; gives the exit code and what it said."""

    def run(root: Path, stage: str) -> tuple[int, str]:
        per_wave = ["--wave", WAVE] if stage in cli.STAGES_PER_WAVE else []
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["pipeline", "stage", stage, *per_wave])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code or 0, capsys.readouterr().err

    return run


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("new") / "市"
    scaffold(root)
    return root


@pytest.fixture(scope="module")
def sound(template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Everything that a workspace without a fault puts out."""
    root = shutil.copytree(template, tmp_path_factory.mktemp("sound") / "市")
    for stage in STAGES:
        module = importlib.import_module(f"pipeline.stages.{stage}")
        module.run(Workspace(root), *([WAVE] if stage in cli.STAGES_PER_WAVE else []))
    return outputs(root)


def outputs(root: Path) -> dict[str, bytes]:
    made = root / "data/processed"
    return {
        path.relative_to(made).as_posix(): path.read_bytes()
        for path in made.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_stops_one_stage_and_its_mend_lets_the_rest_run(
    name, template, sound, run_stage, tmp_path
):
    fault, root = FAULTS[name], tmp_path / "spoilt"
    shutil.copytree(template, root)
    fault.spoil(root)
    before = STAGES[: STAGES.index(fault.stage)]
    for stage in before:
        assert run_stage(root, stage) == (0, ""), stage
    code, said = run_stage(root, fault.stage)

    assert (code, bool(re.search(fault.says, said))) == (fault.code, True), said
    assert "Traceback" not in said
    assert "98765" not in said  # the value that somebody gave, in the cases that spoil one
    assert {path.split("/")[0] for path in outputs(root)} == set(before)
    assert not list(root.rglob("*.partial"))

    shutil.copytree(template, root, dirs_exist_ok=True)
    for stage in STAGES[STAGES.index(fault.mended_from or fault.stage) :]:
        assert run_stage(root, stage) == (0, ""), stage
    assert outputs(root) == sound


def test_dvc_stops_at_the_fault_and_goes_on_from_there(template, dvc, tmp_path):
    root = shutil.copytree(template, tmp_path / "dvc")
    FAULTS["target with a word for a number"].spoil(root)
    stopped = dvc(root, "repro", "trend")
    assert stopped.returncode != 0
    assert "targets.csv: expected numbers where numbers belong" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert stages_run(stopped) == [*(f"{stage}@{WAVE}" for stage in STAGES[:-1]), "trend"]
    shutil.copytree(template, root, dirs_exist_ok=True)
    assert stages_run(dvc(root, "repro", "trend")) == ["trend"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["stage", "polish"], 16, "there is no stage polish; stages: ingest, score"),
        (["stage", "ingest"], 16, "stage ingest needs --wave"),
        (["stage", "trend", "--wave", WAVE], 16, "stage trend runs over all waves"),
        (
            ["stage", "ingest", "--wave", "2027"],
            10,
            "wave 2027 is not registered",
        ),
    ],
)
def test_a_wrong_command_is_answered_with_the_right_ones(
    template, monkeypatch, capsys, words, code, says
):
    monkeypatch.chdir(template)
    monkeypatch.setattr(sys, "argv", ["pipeline", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert says in capsys.readouterr().err
