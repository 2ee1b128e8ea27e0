"""The workspace of the US General Social Survey against R and against printed figures.

The microdata are real and never shipped: they are read from the reference folder. Every row
of the oracle is compared, 1818 of 1818. Of R's two intervals each figure is held against the
one it prints: shares against the logit interval, means (scores, right answers to a question)
against the t interval. Left out are the logit limits of R at one degree of freedom, where it
gives (0, NA) and we give numbers, and the lonely-PSU figures that R computed on a file cut
down to the people asked (`filter_first`), which this pipeline never does.
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.config.plan import GivenWeights
from pipeline.config.workspace import Workspace
from pipeline.errors import LonelyPsuError
from pipeline.io import parquet
from pipeline.stages import estimate, ingest, score, trend, weight
from pipeline.tables import ANSWERS, CHANGES, ESTIMATES, PEOPLE
from tests.e2e.conftest import stages_run

WAVES = ("2006", "2008", "2014", "2016")
ROWS = {"2006": 418, "2008": 352, "2014": 208, "2016": 840}
SCALES = {
    ("nsf_eight@1", "score"): "score8",
    ("nsf_eight@1", "is_literate"): "score8ge6",
    ("nsf_nine@1", "score"): "score9",
    ("nsf_nine@1", "is_literate"): "score9ge6",
    ("odds_both@1", "is_literate"): "oddsboth",
}
KEY = ["wave", "weight", "domain", "level", "item"]


@pytest.fixture(scope="module")
def reference(shared: Path) -> Path:
    """Microdata, R's numbers and printed figures."""
    return shared / "realdata" / "gss_science"


@pytest.fixture(scope="module")
def empty(project: Path, reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as in a fresh clone, with the microdata in place."""
    clone = tmp_path_factory.mktemp("clone")
    root = clone / "examples" / "gss"
    shutil.copytree(project / "examples" / "gss", root)
    shutil.copytree(
        project / "pipeline", clone / "pipeline", ignore=shutil.ignore_patterns("__pycache__")
    )
    for wave in WAVES:
        shutil.copy(reference / f"gss{wave}.sav", root / f"data/raw/waves/{wave}/microdata")
    return root


@pytest.fixture(scope="module")
def workspace(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The example after the stages of every wave."""
    root = tmp_path_factory.mktemp("run") / "gss"
    shutil.copytree(empty, root)
    made = Workspace(root)
    for wave in WAVES:
        for stage in (ingest, score, weight, estimate):
            stage.run(made, wave)
    trend.run(made)
    return made


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def read_reference(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"wave": str, "level": str})


def ours(workspace: Workspace, wave: str) -> pd.DataFrame:
    """Estimates of a wave under the names the oracle uses."""
    table = parquet.read(ESTIMATES, workspace.processed("estimate", wave))
    rules = workspace.plan(wave).weights
    assert isinstance(rules, GivenWeights)
    item = [
        SCALES.get((row.standard, row.indicator), row.indicator.removeprefix("item:"))
        for row in table.itertuples()
    ]
    return table.assign(
        weight=table["weighting"].replace("final", rules.columns[0]),
        level=table["category"],
        item=item,
    )


@pytest.mark.parametrize("wave", WAVES)
def test_every_number_of_r_is_reproduced(workspace, reference, wave):
    oracle = read_reference(reference / "oracle_R.csv").query("wave == @wave")
    both = oracle.merge(ours(workspace, wave), on=KEY, suffixes=("_r", ""), validate="one_to_one")
    assert len(both) == len(oracle) == ROWS[wave]
    for mine, theirs in {
        "estimate": "estimate_r",
        "se": "se_r",
        "df": "df_r",
        "deff": "deff_replace",
        "n": "n_r",
        "n_psu": "psu",
        "n_strata": "strata",
        "population": "sum_w",
    }.items():
        np.testing.assert_allclose(both[mine], both[theirs], rtol=1e-8, err_msg=mine)
    is_share = both["measure"] == "share"
    for rows, r_low, r_high in (
        (both[is_share & (both["df"] > 1)], "ci_logit_lo", "ci_logit_hi"),
        (both[~is_share], "ci_t_lo", "ci_t_hi"),
    ):
        assert len(rows)
        np.testing.assert_allclose(rows["ci_low"], rows[r_low], rtol=1e-8)
        np.testing.assert_allclose(rows["ci_high"], rows[r_high], rtol=1e-8)


def printed_figures(workspace: Workspace, reference: Path) -> pd.DataFrame:
    """Printed percentages beside ours and R's, under the weight the source used."""
    printed = read_reference(reference / "published.csv").rename(columns={"published": "printed"})
    weights = {"2008": "wtssall", "2016": "wtssnr"}
    printed = printed[printed["wave"].isin(weights)]
    printed = printed.assign(weight=printed["wave"].map(weights))
    mine = pd.concat([ours(workspace, wave) for wave in weights])
    both = printed.merge(mine, on=KEY, validate="one_to_one").query("n > 0")
    r = both["R_wtssnr"].where(both["weight"] == "wtssnr", both["R_wtssall"])
    return both.assign(ours=100 * both["estimate"], R=r)


def test_printed_percentages_are_reproduced(workspace, reference, capsys):
    table = printed_figures(workspace, reference)
    agrees = table["ours"].round() == table["printed"]
    with capsys.disabled():
        shown = table[["wave", "weight", "domain", "level", "item", "printed", "ours", "R"]]
        print("\n" + shown.assign(agrees=agrees).to_string(index=False, float_format="%.2f"))
    assert agrees.groupby(table["wave"]).agg(["sum", "size"]).to_dict("index") == {
        "2008": {"sum": 13, "size": 16},
        "2016": {"sum": 12, "size": 12},
    }
    assert (table["ours"] - table["printed"]).abs().max() < 0.82
    np.testing.assert_allclose(table["ours"], table["R"], atol=0.005001)
    everybody = table[(table["wave"] == "2016") & (table["domain"] == "all")]
    assert (everybody["n"] == everybody["n_published"]).all()


def test_changes_between_waves_have_the_errors_of_r(workspace, reference):
    oracle = pd.read_csv(reference / "oracle_trend_R.csv", dtype={"from": str, "to": str})
    oracle = oracle[(oracle["item"] == "score8ge6") & (oracle["what"] == "difference")]
    mine = parquet.read(CHANGES, workspace.processed("trend"))
    mine = mine[(mine["standard"] == "nsf_eight@1") & (mine["domain"] == "all")]
    both = mine.merge(oracle, left_on=["wave_from", "wave_to"], right_on=["from", "to"])
    # Between consecutive waves, and from the first to the last.
    assert len(both) == len(mine) == 4
    np.testing.assert_allclose(both["change"], both["estimate"], rtol=1e-7)
    np.testing.assert_allclose(both["se_x"], both["se_y"], rtol=1e-8)


@pytest.mark.parametrize("rule", ["adjust", "average", "certainty", "remove"])
def test_strata_of_one_psu_follow_the_rule_of_the_plan(workspace, reference, tmp_path, rule):
    root = shutil.copytree(workspace.root, tmp_path / "gss")
    changed = Workspace(root)
    for wave, stated in (("2006", "adjust"), ("2008", "fail")):
        plan = root / f"survey_instruments/plans/gss_{wave}.toml"
        replace(plan, f'lonely_psu = "{stated}"', f'lonely_psu = "{rule}"')
        estimate.run(changed, wave)
    mine = pd.concat([ours(changed, wave) for wave in ("2006", "2008")])
    mine = mine[(mine["domain"] == "all") & (mine["weight"] == "wtssall")]
    oracle = read_reference(reference / "oracle_lonely_R.csv")
    oracle = oracle[(oracle["lonely_psu"] == rule) & (oracle["mode"] == "subset")]
    both = oracle.merge(mine, on=["wave", "item"], suffixes=("_r", ""), validate="one_to_one")
    assert len(both) == len(oracle) == 2 * 13
    for name, theirs in (("estimate", "estimate_r"), ("se", "se_r"), ("deff", "deff_replace")):
        np.testing.assert_allclose(both[name], both[theirs], rtol=1e-8, err_msg=name)
    assert (both["df"] == both["df_r"]).all()


def test_a_plan_that_says_fail_stops_at_strata_of_one_psu(workspace, tmp_path):
    root = shutil.copytree(workspace.root, tmp_path / "gss")
    before = (root / "data/processed/estimate/2006/estimates.parquet").read_bytes()
    plan = root / "survey_instruments/plans/gss_2006.toml"
    replace(plan, 'lonely_psu = "adjust"', 'lonely_psu = "fail"')
    with pytest.raises(LonelyPsuError, match="expected two units or more in every stratum"):
        estimate.run(Workspace(root), "2006")
    # What an earlier run has made stays as it was.
    assert (root / "data/processed/estimate/2006/estimates.parquet").read_bytes() == before


@pytest.mark.parametrize("wave", WAVES)
def test_stata_files_give_the_same_people_and_answers(workspace, reference, tmp_path, wave):
    root = shutil.copytree(workspace.root, tmp_path / "gss")
    shutil.copy(reference / f"gss{wave}.dta", root / f"data/raw/waves/{wave}/microdata")
    replace(root / f"data/raw/waves/{wave}/wave.toml", f"gss{wave}.sav", f"gss{wave}.dta")
    stata = Workspace(root)
    ingest.run(stata, wave)
    for table in (PEOPLE, ANSWERS):
        pd.testing.assert_frame_equal(
            parquet.read(table, stata.processed("ingest", wave)),
            parquet.read(table, workspace.processed("ingest", wave)),
        )


def test_dvc_makes_the_same_numbers_and_then_rests(empty, workspace, dvc):
    dvc(empty, "config", "--local", "core.no_scm", "true")
    done = dvc(empty, "repro")
    assert done.returncode == 0, done.stdout + done.stderr
    for wave in WAVES:
        table = f"data/processed/estimate/{wave}/estimates.parquet"
        assert (empty / table).read_bytes() == (workspace.root / table).read_bytes()
    assert stages_run(dvc(empty, "repro")) == []
