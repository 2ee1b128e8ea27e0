from math import inf

import pandas as pd
import pytest

from pipeline.errors import CalibrationError, MarginMismatchError, NotConvergedError
from pipeline.stats.survey.weighting.margins import band_totals, ipf

GROUPS = pd.Series({"15-19": 100, "20-24": 200, "25-29": 300, "85+": 7})
SEED = pd.DataFrame([[40.0, 10], [10, 40]], index=["old", "young"], columns=["low", "high"])


def fitted(seed=SEED, rows=None, columns=None, max_rounds=500):
    rows = rows or {"old": 30, "young": 70}
    columns = columns or {"low": 60, "high": 40}
    return ipf(seed, rows=rows, columns=columns, tolerance=1e-12, max_rounds=max_rounds)


def test_a_band_takes_the_stated_share_of_the_group_it_cuts():
    bands = {"18-24": (18, 24), "25+": (25, inf)}
    found = band_totals(GROUPS, bands, edge_shares={("15-19", "18-24"): 0.4})
    assert found.to_dict() == pytest.approx({"18-24": 240, "25+": 307})


def test_every_fault_of_bands_and_shares_is_reported():
    with pytest.raises(CalibrationError) as refused:
        band_totals(
            GROUPS,
            {"18-22": (18, 22), "25-29": (25, 29)},
            edge_shares={("20-24", "18-22"): 1.4, ("25-29", "25-29"): 0.5},
        )
    assert refused.value.faults == [
        "group 20-24 in band 18-22: expected a share in [0, 1], got 1.4",
        "band 18-22 cuts group 15-19: expected a share, got none",
        "band 25-29 does not cut group 25-29: expected no share",
    ]


@pytest.mark.parametrize("label", ["total", "15", "-19", "a-b", "+"])
def test_a_label_that_is_no_age_group_is_refused(label):
    with pytest.raises(CalibrationError, match="expected an age group such as 15-19"):
        band_totals(pd.Series({label: 1}), {"all": (0, inf)})


def test_a_fitted_table_has_the_totals_and_the_odds_ratio_of_its_seed():
    table = fitted()
    assert table.sum(axis=1).to_dict() == pytest.approx({"old": 30, "young": 70})
    assert table.sum(axis=0).to_dict() == pytest.approx({"low": 60, "high": 40})
    odds = table.loc["old", "low"] * table.loc["young", "high"]
    odds /= table.loc["old", "high"] * table.loc["young", "low"]
    assert odds == pytest.approx(16)


def test_zeros_of_the_seed_stay_and_a_row_of_nobody_is_emptied():
    seed = pd.DataFrame([[1.0, 0], [1, 1], [5, 5]], index=["a", "b", "c"], columns=["x", "y"])
    table = fitted(seed, {"a": 30, "b": 70, "c": 0}, {"x": 60, "y": 40})
    assert table.to_numpy().ravel() == pytest.approx([30, 0, 30, 40, 0, 0])


def test_a_row_the_totals_do_not_know_is_refused():
    with pytest.raises(MarginMismatchError, match="category young"):
        fitted(rows={"old": 100})


def test_totals_that_zeros_make_impossible_are_refused():
    seed = pd.DataFrame([[1.0, 0], [0, 1]], index=["old", "young"], columns=["low", "high"])
    with pytest.raises(NotConvergedError, match="margin"):
        fitted(seed, max_rounds=50)
