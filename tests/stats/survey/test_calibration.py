import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import MarginMismatchError, NotConvergedError
from pipeline.stats.survey.calibration import rake
from tests.stats.survey.survey_strategies import LAWS, surveys

MARGINS = {"sex": {"f": 55.0, "m": 45.0}, "age": {"mid": 40.0, "old": 25.0, "young": 35.0}}
SIX = {
    "sex": pd.Series(["f", "f", "f", "m", "m", "m"]),
    "age": pd.Series(["young", "mid", "old", "young", "mid", "old"]),
}


def raked(weight, codes, margins=MARGINS, *, tolerance=1e-10, max_rounds=500):
    weight = np.asarray(weight, dtype=float)
    return rake(weight, codes, margins, tolerance=tolerance, max_rounds=max_rounds)


def codes_of(frame):
    return {name: frame[name] for name in MARGINS}


def rakes_by_row(weight, codes, rounds):
    """Raking in its plainest form: person by person, category by category."""
    weight = weight.copy()
    for _ in range(rounds):
        for name, margin in MARGINS.items():
            for category, people in margin.items():
                rows = (codes[name] == category).to_numpy()
                weight[rows] *= people / weight[rows].sum()
    return weight


def test_independent_margins_are_met_in_one_round():
    """Equal weights in a full cross: each cell gets the product of its shares."""
    found = raked(np.ones(6), SIX)
    expected = [55 * share for share in (0.35, 0.4, 0.25)] + [
        45 * share for share in (0.35, 0.4, 0.25)
    ]
    assert found.weight == pytest.approx(expected)
    assert found.rounds == 1
    assert found.factor == pytest.approx(expected)


def test_one_margin_is_post_stratification():
    found = raked([1, 2, 3, 1, 1, 1], {"sex": SIX["sex"]}, {"sex": MARGINS["sex"]})
    assert found.weight == pytest.approx([55 / 6, 110 / 6, 165 / 6, 15, 15, 15])


@settings(**LAWS)
@given(surveys())
def test_raking_hits_every_margin(frame):
    found = raked(frame["weight"], codes_of(frame))
    for name, margin in MARGINS.items():
        sums = pd.Series(found.weight).groupby(frame[name]).sum()
        assert sums.to_dict() == pytest.approx(margin, rel=1e-9)
    assert found.gap == found.history[-1] <= 1e-10
    assert found.rounds == len(found.history)


@settings(**LAWS)
@given(surveys())
def test_raking_by_cells_equals_raking_by_rows(frame):
    found = raked(frame["weight"], codes_of(frame))
    by_row = rakes_by_row(frame["weight"].to_numpy(), codes_of(frame), found.rounds)
    np.testing.assert_allclose(found.weight, by_row, rtol=1e-12)


@settings(**LAWS)
@given(surveys())
def test_the_scale_of_base_weights_changes_nothing(frame):
    once = raked(frame["weight"], codes_of(frame))
    again = raked(7 * frame["weight"], codes_of(frame))
    np.testing.assert_allclose(again.weight, once.weight, rtol=1e-9)


@settings(**LAWS)
@given(surveys())
def test_the_order_of_rows_categories_and_margins_changes_nothing(frame):
    mixed = frame.sample(frac=1, random_state=1).reset_index()
    backwards = {name: dict(reversed(MARGINS[name].items())) for name in reversed(MARGINS)}
    found = raked(mixed["weight"], codes_of(mixed), backwards, tolerance=1e-13)
    expected = raked(frame["weight"], codes_of(frame), tolerance=1e-13)
    np.testing.assert_allclose(found.weight, expected.weight[mixed["index"]], rtol=1e-9)


@settings(**LAWS)
@given(surveys())
def test_rows_of_weight_zero_keep_it_and_change_nothing(frame):
    strangers = pd.DataFrame({"weight": [0.0, 0.0], "sex": ["f", "x"], "age": ["old", None]})
    longer = pd.concat([strangers, frame], ignore_index=True)
    found = raked(longer["weight"], codes_of(longer))
    expected = raked(frame["weight"], codes_of(frame))
    assert found.weight[:2].tolist() == [0, 0]
    np.testing.assert_allclose(found.weight[2:], expected.weight, rtol=1e-12)
    assert found.calibration.weight[:2].tolist() == [0, 0]


def test_totals_that_differ_by_rounding_are_brought_to_the_first_margin():
    margins = {"sex": {"f": 55.0, "m": 45.0}, "age": {"mid": 40.00004, "old": 25, "young": 35}}
    found = raked(np.ones(6), SIX, margins, tolerance=1e-12)
    assert found.weight.sum() == pytest.approx(100, rel=1e-12)


def test_a_category_of_no_people_that_nobody_is_in_is_passed_over():
    margins = {**MARGINS, "sex": {"f": 55.0, "m": 45.0, "x": 0.0}}
    assert raked(np.ones(6), SIX, margins).gap <= 1e-10


def test_every_fault_of_the_margins_is_reported_at_once():
    codes = {
        "sex": pd.Series(["f", "f", "f", "m", "x", None]),
        "age": pd.Series(["young", "young", "mid", "mid", "mid", "mid"]),
        "urban": pd.Series(["u"] * 6),
    }
    margins = {
        "sex": {"f": 55.0, "m": 45.0},
        "age": {"mid": 40.0, "old": 41200.0, "young": np.nan},
        "edu": {"high": 100.0},
    }
    with pytest.raises(MarginMismatchError) as refused:
        raked([1, 1, 1, 1, 1, -1], codes, margins)
    faults = "\n".join(refused.value.faults)
    assert len(refused.value.faults) == 7
    for fault in (
        "base weight: missing, infinite or negative in 1 rows",
        "margin edu: no column of categories",
        "column urban: no population margin",
        "margin sex: 1 respondents of category x",
        "margin age: category young has a total that is not a finite number",
        "margin age: category old (41200 people) has no respondent with weight; merge it",
        "margin age sums to 41240 people, margin sex to 100",
    ):
        assert fault in faults


def test_respondents_without_a_category_are_counted():
    codes = {**SIX, "sex": pd.Series(["f", "f", "f", "m", None, None])}
    with pytest.raises(MarginMismatchError, match="margin sex: 2 rows without a category"):
        raked(np.ones(6), codes)


def test_no_margin_is_a_fault():
    with pytest.raises(MarginMismatchError, match="expected a margin, got none"):
        raked(np.ones(6), {}, {})


def test_margins_that_cannot_be_met_together_name_the_margin_and_the_gap():
    codes = {"sex": pd.Series(["f", "m"]), "age": pd.Series(["old", "young"])}
    margins = {"sex": {"f": 60.0, "m": 40.0}, "age": {"old": 50.0, "young": 50.0}}
    with pytest.raises(NotConvergedError, match=r"margin sex 0\.25 off after 20 rounds"):
        raked(np.ones(2), codes, margins, max_rounds=20)
