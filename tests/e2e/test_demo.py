"""The whole line on two waves of the demo city, run by DVC as an evaluator runs it."""

import shutil
import tomllib
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.config.workspace import Workspace
from pipeline.io import parquet
from pipeline.tables import ANSWERS, ESTIMATES, WEIGHTS
from tests.e2e.conftest import stages_run

PER_WAVE = ("ingest", "score", "weight", "estimate")
ACROSS = ["measure", "trend", "chart", "report", "publish"]


@pytest.fixture(scope="module")
def done(demo_copy: Path, dvc) -> Path:
    """The workspace after its first run."""
    dvc(demo_copy, "config", "--local", "core.no_scm", "true")
    first = dvc(demo_copy, "repro")
    assert first.returncode == 0, first.stdout + first.stderr
    assert len(stages_run(first)) == 2 * len(PER_WAVE) + len(ACROSS)
    return demo_copy


def test_a_second_run_runs_nothing(done, dvc):
    assert stages_run(dvc(done, "repro")) == []


def test_every_wave_has_a_headline_with_an_honest_error(done):
    workspace = Workspace(done)
    for wave in workspace.register.ordered:
        table = parquet.read(ESTIMATES, workspace.processed("estimate", wave))
        row = table[
            (table.standard == workspace.headline().label)
            & (table.indicator == "is_literate")
            & (table.measure == "share")
            & (table.domain == "all")
        ].iloc[0]
        assert 0 < row.ci_low < row.estimate < row.ci_high < 1
        assert row.se > 0
        assert row.df > 0


def test_answers_cannot_move_a_weight(done, tmp_path):
    # Everybody gets somebody else's answers: the weights do not change by a bit.
    root = tmp_path / "w"
    shutil.copytree(done, root)
    workspace = Workspace(root)
    before = (workspace.processed("weight", "2022") / "weights.parquet").read_bytes()
    answers = parquet.read(ANSWERS, workspace.processed("ingest", "2022"))
    shuffled = answers.sample(frac=1, random_state=7).reset_index(drop=True)
    shuffled["respondent_id"] = answers["respondent_id"]
    parquet.write(ANSWERS, shuffled, workspace.processed("ingest", "2022"))
    from pipeline.stages import weight

    weight.run(workspace, "2022")
    after = (workspace.processed("weight", "2022") / "weights.parquet").read_bytes()
    assert after == before
    assert not answers.equals(shuffled)


def test_a_changed_cut_runs_no_weighting_again(done, dvc, tmp_path):
    root = tmp_path / "cut"
    shutil.copytree(done, root)
    path = root / "survey_instruments/standards/cast_100.toml"
    cut = tomllib.loads(path.read_text(encoding="utf-8"))["pass"]["cut"]
    text = path.read_text(encoding="utf-8").replace(f"cut = {cut:g}", f"cut = {cut - 5:g}", 1)
    path.write_text(text, encoding="utf-8")
    again = dvc(root, "repro")
    assert again.returncode == 0, again.stdout + again.stderr
    names = {name.split("@")[0] for name in stages_run(again)}
    assert names == {"score", "estimate", *ACROSS}


def test_an_added_wave_runs_only_itself_and_what_spans_waves(done, dvc, tmp_path):
    root = tmp_path / "added"
    shutil.copytree(done, root)
    register = root / "data/raw/waves.toml"
    entry = '\n[waves.2023]\nyear = 2023\ninstrument = "pzh_demo"\nplan = "pzh"\n'
    with register.open("a", encoding="utf-8") as file:
        file.write(entry + 'population = "census2020"\n')
    again = dvc(root, "repro")
    assert again.returncode == 0, again.stdout + again.stderr
    assert sorted(stages_run(again)) == sorted([f"{name}@2023" for name in PER_WAVE] + ACROSS)


def test_a_removed_wave_leaves_the_series(done, dvc, tmp_path):
    from tests.e2e.conftest import unregister

    root = tmp_path / "removed"
    shutil.copytree(done, root)
    unregister(root, "2020")
    assert dvc(root, "repro").returncode == 0
    path = next((root / "data/processed/publish").glob("trend*.csv"))
    trend = pd.read_csv(path, dtype=str)
    assert set(trend[trend.kind == "survey"].wave) == {"2022"}


def test_weights_of_the_sample_stand_for_the_population(done):
    workspace = Workspace(done)
    weights = parquet.read(WEIGHTS, workspace.processed("weight", "2022"))
    margins = pd.read_csv(workspace.population("2022") / "margins.csv")
    whole = margins.groupby(margins.columns[0])["count"].sum().iloc[0]
    assert weights["weight"].sum() == pytest.approx(whole)


def test_everything_people_receive_says_that_the_data_are_simulated(done):
    processed = done / "data/processed"
    made = [
        path.name
        for stage in ("chart", "report", "publish")
        for path in (processed / stage).rglob("*.*")
        if path.name not in {"monitor.duckdb", "manifest.json"}
    ]
    assert len(made) > 20
    assert not [name for name in made if "模拟数据" not in name and "SIMULATED_DATA" not in name]
    with duckdb.connect(str(processed / "publish/monitor.duckdb"), read_only=True) as connection:
        notices = connection.execute("SELECT notice FROM about").fetchall()
    assert notices
    assert all("模拟数据" in text or "SIMULATED DATA" in text for (text,) in notices)
