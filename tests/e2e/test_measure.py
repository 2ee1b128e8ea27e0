"""The stage measure through the command, in a new workspace whose plan asks for it."""

import importlib
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from pipeline import cli
from pipeline.config.workspace import Workspace
from pipeline.io import parquet
from pipeline.tables import CORRECTED, CORRECTED_CHANGES, ITEM_STATISTICS, LINKS, Table
from pipeline.workspace.init import scaffold

PLAN = "survey_instruments/plans/example.toml"
INSTRUMENT = "survey_instruments/instruments/example.toml"
ITEMS = "survey_instruments/items/example.toml"
STANDARD = "survey_instruments/standards/cast_100.toml"
REGISTER = "data/raw/waves.toml"
MEASUREMENT = """
[measurement]
model = "2pl"
min_reliability = 0.85
min_accuracy = 0.90
note = ""

[measurement.anchors]
min_items = 3
min_share = 0.2
max_z = 2.7
max_delta = 1.5

[measurement.fairness]
groupings = ["sex"]
min_group = 50

[measurement.plausible_values]
draws = 5
conditioning = ["county", "sex"]
"""

Spoil = Callable[[Path], None]
Run = Callable[..., tuple[int, str]]


def edit(name: str, old: str, new: str) -> Spoil:
    """Replace a text that stands in a file."""

    def spoil(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return spoil


def second_wave(root: Path, *, plan: str = "example", instrument: str = "example") -> None:
    """Survey the same people again in 2027."""
    shutil.copytree(root / "data/raw/waves/2026", root / "data/raw/waves/2027")
    with (root / REGISTER).open("a", encoding="utf-8") as register:
        register.write(
            f'\n[waves.2027]\nyear = 2027\ninstrument = "{instrument}"\nplan = "{plan}"\n'
            'population = "example"\n'
        )


def other_instrument(root: Path) -> None:
    """A second questionnaire, whose items have other ids, fielded in 2027."""
    for name, ident in ((INSTRUMENT, "example"), (ITEMS, "")):
        text = (root / name).read_text(encoding="utf-8").replace("x0", "y0")
        if ident:
            text = text.replace(f'id = "{ident}"', 'id = "other"', 1)
        (root / name).with_name("other.toml").write_text(text, encoding="utf-8")
    second_wave(root, instrument="other")
    edit("data/raw/waves/2027/columns.toml", "x0", "y0")(root)
    estimated(root, "2027")


@pytest.fixture
def run(monkeypatch, capsys) -> Run:
    """Run `pipeline stage ...`; gives the exit code and all that it said."""

    def command(root: Path, stage: str, *words: str) -> tuple[int, str]:
        monkeypatch.chdir(root)
        monkeypatch.setattr(sys, "argv", ["pipeline", "stage", stage, *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return ended.value.code or 0, said.out + said.err

    return command


def estimated(root: Path, wave: str) -> None:
    """Run all that measure needs of a wave."""
    for stage in ("ingest", "score", "weight", "estimate"):
        importlib.import_module(f"pipeline.stages.{stage}").run(Workspace(root), wave)


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A new workspace whose plan asks for measurement, its wave estimated."""
    found = tmp_path_factory.mktemp("measure") / "市"
    scaffold(found)
    with (found / PLAN).open("a", encoding="utf-8") as plan:
        plan.write(MEASUREMENT)
    estimated(found, "2026")
    return found


@pytest.fixture
def root(template, tmp_path) -> Path:
    """A copy of it to be spoilt."""
    return Path(shutil.copytree(template, tmp_path / "市"))


def read(root: Path, table: Table) -> pd.DataFrame:
    return parquet.read(table, root / "data/processed/measure")


def test_a_wave_is_measured_and_the_summary_says_how_well(run, root):
    code, said = run(root, "measure")
    assert code == 0
    assert "measure: 1 waves, 0 of 0 links hold; 2026 cast_100@2024: alpha " in said
    assert len(read(root, ITEM_STATISTICS)) == 5
    assert {"all", "county", "sex"} <= set(read(root, CORRECTED)["domain"])


def test_without_the_section_in_the_plan_nothing_is_measured(run, root):
    edit(PLAN, MEASUREMENT, "")(root)
    assert run(root, "measure") == (0, "measure: no plan asks for it\n")
    assert read(root, ITEM_STATISTICS).empty


def test_only_waves_whose_plan_asks_for_it_are_measured(run, root):
    text = (root / PLAN).read_text(encoding="utf-8").replace(MEASUREMENT, "")
    plain = text.replace('id = "example"', 'id = "plain"', 1)
    (root / PLAN).with_name("plain.toml").write_text(plain, encoding="utf-8")
    second_wave(root, plan="plain")
    estimated(root, "2027")
    code, _ = run(root, "measure")
    assert code == 0
    assert set(read(root, ITEM_STATISTICS)["wave"]) == {"2026"}


def test_waves_of_the_same_items_are_linked(run, root):
    second_wave(root)
    estimated(root, "2027")
    code, said = run(root, "measure")
    assert (code, "1 of 1 links hold" in said) == (0, True), said
    assert len(read(root, CORRECTED_CHANGES))


def test_waves_of_different_questionnaires_are_unlinked_and_have_no_change(run, root):
    other_instrument(root)
    code, said = run(root, "measure")
    assert (code, "0 of 1 links hold" in said) == (0, True), said
    link = read(root, LINKS).iloc[0]
    assert (link["is_linked"], link["link_reason"]) == (False, "none_shared")
    assert read(root, CORRECTED_CHANGES).empty
    assert set(read(root, CORRECTED)["wave"]) == {"2026", "2027"}


def test_an_item_that_nobody_gets_right_stops_nothing(run, root):
    """The data hold answers 1 and 2; the key says 3."""
    edit(
        ITEMS, '"False" }]\nkey = ["1"]', '"False" }, { code = "3", text_en = "x" }]\nkey = ["3"]'
    )(root)
    estimated(root, "2026")
    code, said = run(root, "measure")
    assert code == 0, said
    rows = read(root, ITEM_STATISTICS).set_index("item")
    assert "alike" in rows["warnings"]["x01"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is spoilt, and how it is refused."""

    spoil: Spoil
    code: int
    says: str


FAULTS = {
    "grouping nobody defined": Fault(
        spoil=edit(PLAN, 'groupings = ["sex"]', 'groupings = ["street"]'),
        code=10,
        says="measurement.fairness.groupings: expected domains of example",
    ),
    "conditioning on a cross": Fault(
        spoil=edit(PLAN, 'conditioning = ["county", "sex"]', 'conditioning = ["county*sex"]'),
        code=10,
        says="measurement.plausible_values.conditioning: expected domains of example",
    ),
    "too few people for guessing": Fault(
        spoil=edit(PLAN, 'model = "2pl"', 'model = "3pl"'),
        code=10,
        says="plan example, measurement.model: expected 1000 respondents or more",
    ),
    "cut that nobody can be expected to reach": Fault(
        spoil=edit(STANDARD, '"total"\ncut = 70', '"total"\ncut = 100'),
        code=11,
        says="wave 2026, standard cast_100@2024, cut: expected a cut among the expected totals",
    ),
    "estimates not made": Fault(
        spoil=lambda root: shutil.rmtree(root / "data/processed/estimate"),
        code=11,
        says="the table is missing\n  -> run `dvc repro`",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_refused_with_its_place_and_leaves_nothing_behind(name, run, root):
    fault = FAULTS[name]
    fault.spoil(root)
    code, said = run(root, "measure")
    assert (code, fault.says in said) == (fault.code, True), said
    assert "Traceback" not in said
    assert not (root / "data/processed/measure").exists()
    assert not list(root.rglob("*.partial"))


def test_two_runs_write_the_same_bytes(run, root):
    second_wave(root)
    estimated(root, "2027")
    made = []
    for _ in range(2):
        assert run(root, "measure")[0] == 0
        folder = root / "data/processed/measure"
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]
