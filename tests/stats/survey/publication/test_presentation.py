from dataclasses import replace

import numpy as np
import pytest

from pipeline.stats.survey.estimation.intervals import Interval
from pipeline.stats.survey.publication.presentation import Thresholds, flag_amounts, flag_shares

RULE = Thresholds(
    min_n=30,
    min_n_eff=30,
    max_width=0.30,
    always_width=0.05,
    max_relative_width=1.30,
    min_df=8,
    review_cv=0.2,
    withhold_cv=0.3,
)
GOOD = {"share": 0.3, "low": 0.25, "high": 0.36, "n": 400, "n_eff": 300, "df": 20}


@pytest.mark.parametrize(
    ("change", "flag", "reason"),
    [
        ({}, "publish", ""),
        ({"n": 29}, "withhold", "small_n"),
        ({"n_eff": 29.9}, "withhold", "small_n_eff"),
        ({"low": 0.15, "high": 0.46}, "withhold", "wide_interval"),
        ({"share": 0.05, "low": 0.02, "high": 0.1}, "withhold", "wide_relative_interval"),
        ({"low": np.nan, "high": np.nan}, "withhold", "no_interval"),
        ({"share": 0.95, "low": 0.9, "high": 0.98}, "review", "wide_relative_complement"),
        ({"df": 7}, "review", "few_df"),
        ({"share": 0, "low": 0, "high": 0.01, "df": 3}, "review", "few_df;all_or_none"),
        ({"share": 0.001, "low": 0, "high": 0.05}, "publish", ""),
        ({"n": 29, "n_eff": 20, "df": 3}, "withhold", "small_n;small_n_eff"),
        ({"share": np.nan, "low": np.nan, "high": np.nan, "n": 0, "n_eff": 0, "df": 0},
         "withhold", "small_n;small_n_eff;no_interval"),
    ],
)  # fmt: skip
def test_a_share_is_flagged_by_its_gravest_reasons(change, flag, reason):
    row = {name: np.array([value], dtype=float) for name, value in (GOOD | change).items()}
    interval = Interval(row.pop("low"), row.pop("high"))
    found = flag_shares(row.pop("share"), interval, **row, thresholds=RULE)
    assert (found.flag[0], found.reason[0]) == (flag, reason)


@pytest.mark.parametrize(
    ("cv", "n", "df", "flag", "reason"),
    [
        (0.1, 100, 20, "publish", ""),
        (0.25, 100, 20, "review", "large_cv"),
        (0.35, 100, 20, "withhold", "large_cv"),
        (0.1, 10, 20, "withhold", "small_n"),
        (0.1, 100, 0, "withhold", "no_interval"),
        (0.1, 100, 5, "review", "few_df"),
        (np.nan, 100, 20, "publish", ""),
    ],
)
def test_an_amount_is_flagged_by_size_and_coefficient_of_variation(cv, n, df, flag, reason):
    found = flag_amounts(
        np.array([cv]), n=np.array([n]), n_eff=np.array([90]), df=np.array([df]), thresholds=RULE
    )
    assert (found.flag[0], found.reason[0]) == (flag, reason)


def test_rows_are_flagged_each_for_itself():
    row = {name: np.array([value, value], dtype=float) for name, value in GOOD.items()}
    row["n"] = np.array([400, 3])
    interval = Interval(row.pop("low"), row.pop("high"))
    found = flag_shares(row.pop("share"), interval, **row, thresholds=RULE)
    assert found.flag.tolist() == ["publish", "withhold"]


def test_figures_from_too_few_units_are_withheld_where_units_are_told():
    rule = replace(RULE, min_psu=5)
    size = {"n": np.array([400.0]), "n_eff": np.array([300.0]), "df": np.array([20.0])}
    interval = Interval(np.array([0.25]), np.array([0.36]))
    few = {"n_psu": np.array([4]), "thresholds": rule}
    shares = flag_shares(np.array([0.3]), interval, **size, **few)
    amounts = flag_amounts(np.array([0.1]), **size, **few)
    untold = flag_amounts(np.array([0.1]), **size, thresholds=rule)
    enough = flag_amounts(np.array([0.1]), **size, n_psu=np.array([5]), thresholds=rule)
    assert (shares.flag[0], shares.reason[0]) == ("withhold", "few_psu")
    assert (amounts.flag[0], amounts.reason[0]) == ("withhold", "few_psu")
    assert (untold.flag[0], enough.flag[0]) == ("publish", "publish")


def test_an_amount_without_an_estimate_is_withheld_where_the_interval_is_told():
    size = {"n": np.array([400.0]), "n_eff": np.array([300.0]), "df": np.array([20.0])}
    missing, zero = (Interval(np.array([at]), np.array([at])) for at in (np.nan, 0.0))
    undefined = np.array([np.nan])  # the cv of no estimate, and of an estimate of 0
    none = flag_amounts(undefined, **size, thresholds=RULE, interval=missing)
    nothing = flag_amounts(undefined, **size, thresholds=RULE, interval=zero)
    assert (none.flag[0], none.reason[0]) == ("withhold", "no_interval")
    assert nothing.flag[0] == "publish"
