"""Assumptions from an earlier wave: its estimates fill in what the design leaves out."""

import pandas as pd
import pytest

from pipeline.errors import ConfigError, ContractError
from pipeline.io import parquet
from pipeline.sampling.planned import work_out
from pipeline.tables import ESTIMATES

FROM = ("share = 0.2\n\n[frame]", 'share = 0.2\nshares_from = "2026"\n\n[frame]')
CHANGE = """
[[questions]]
id = "change"
kind = "change"
title_en = "Has it changed"
since = "2026"
after = 0.4
must_decide = false
"""


@pytest.fixture
def estimated(workspace):
    """Writes estimates of the headline share for the workspace's wave."""

    def write(**shares):
        label = workspace.standard(workspace.plan("2026").headline).label
        rows = pd.DataFrame(
            [
                {
                    "wave": "2026", "standard": label, "weighting": "final",
                    "indicator": "is_literate", "measure": "share",
                    "domain": "all" if name == "all" else "county", "category": name,
                    "estimate": share, "se": 0.02, "ci_low": 0.0, "ci_high": 1.0, "df": 20.0,
                    "n": 400, "n_psu": 22, "n_strata": 2, "n_eff": 300.0, "deff": 1.3,
                    "cv": 0.1, "population": 1e5, "flag": "publish", "reason": None,
                }
                for name, share in shares.items()
            ]
        ).astype({"reason": "str"}).assign(reason=None)  # fmt: skip
        folder = workspace.processed("estimate", "2026")
        folder.mkdir(parents=True)
        parquet.write(ESTIMATES, rows, folder)

    return write


def test_strata_without_a_share_take_that_of_their_county(workspace, write_design, estimated):
    estimated(all=0.25, A=0.3, B=0.15)
    planned = work_out(workspace, write_design(FROM))
    found = {stratum.name: stratum.share for stratum in planned.strata}
    assert found == {"A": 0.3, "B-urban": 0.15, "B-rural": 0.1}  # the last is stated


def test_a_county_the_wave_does_not_know_is_refused(workspace, write_design, estimated):
    estimated(all=0.25, A=0.3)
    with pytest.raises(ConfigError, match="wave 2026 has no share of county B"):
        work_out(workspace, write_design(FROM))


def test_a_change_since_a_wave_takes_its_estimate_and_its_error(workspace, write_design, estimated):
    estimated(all=0.25, A=0.3, B=0.15)
    since = work_out(workspace, write_design(more=CHANGE)).answers[-1]
    stated = CHANGE.replace('since = "2026"', "before = 0.25\nlast_se = 0.02")
    told = work_out(workspace, write_design(more=stated)).answers[-1]
    assert since.reached == told.reached
    assert since.interviews_needed == told.interviews_needed


def test_a_wave_that_is_not_estimated_yet_is_named(workspace, write_design):
    with pytest.raises(ContractError, match="the table is missing"):
        work_out(workspace, write_design(FROM))


@pytest.mark.parametrize(
    "wrong", ['since = "2026"\nbefore = 0.2', 'since = "2026"\nlast_se = 0.1', ""]
)
def test_the_earlier_share_comes_from_one_place(workspace, write_design, wrong):
    with pytest.raises(ConfigError, match=r"either before or since|leave last_se out"):
        work_out(workspace, write_design(more=CHANGE.replace('since = "2026"', wrong)))
