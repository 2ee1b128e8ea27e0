import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import CalibrationError, MarginMismatchError, NotConvergedError
from pipeline.stats.survey.weighting.raking import rake, rake_cells
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
    found = raked(frame["weight"], codes_of(frame), tolerance=1e-13)
    by_row = rakes_by_row(frame["weight"].to_numpy(), codes_of(frame), 3 * found.rounds)
    np.testing.assert_allclose(found.weight, by_row, rtol=1e-9)


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
    assert found.adjustment.regression_weight[:2].tolist() == [0, 0]


def test_totals_that_differ_by_rounding_are_brought_together():
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
        "margin age sums to 41240 people, margin edu to 100",
    ):
        assert fault in faults


def test_respondents_without_a_category_are_counted():
    codes = {**SIX, "sex": pd.Series(["f", "f", "f", "m", None, None])}
    with pytest.raises(MarginMismatchError, match="margin sex: 2 rows without a category"):
        raked(np.ones(6), codes)


def test_categories_written_alike_are_a_fault():
    margins = {"sex": {1: 10.0, "1": 5.0, "2": 15.0}}
    with pytest.raises(MarginMismatchError, match="margin sex: two of its categories are written"):
        rake(np.ones(2), {"sex": ["1", "2"]}, margins, tolerance=1e-9, max_rounds=10)


def test_no_margin_is_a_fault():
    with pytest.raises(MarginMismatchError, match="expected a margin, got none"):
        raked(np.ones(6), {}, {})


def test_margins_that_cannot_be_met_together_name_the_margin_and_the_gap():
    codes = {"sex": pd.Series(["f", "m"]), "age": pd.Series(["old", "young"])}
    margins = {"sex": {"f": 60.0, "m": 40.0}, "age": {"old": 50.0, "young": 50.0}}
    with pytest.raises(NotConvergedError, match=r"margin age 0\.2 off after 20 rounds"):
        raked(np.ones(2), codes, margins, max_rounds=20)


def test_each_margin_has_its_own_history_of_gaps():
    """Age (most categories) is fitted first, so sex is exact at the end of every round."""
    found = raked([1, 2, 3, 4, 5, 7], SIX)
    assert set(found.gaps) == {"sex", "age"}
    assert max(found.gaps["sex"]) < 1e-14
    assert found.gaps["age"] == tuple(sorted(found.gaps["age"], reverse=True))


@settings(**LAWS)
@given(surveys())
def test_categoricals_and_whole_numbers_are_raked_like_names(frame):
    named = raked(frame["weight"], codes_of(frame), tolerance=1e-12)
    categorical = {name: frame[name].astype("category") for name in MARGINS}
    order = {name: sorted(MARGINS[name]) for name in MARGINS}
    numbered = {name: frame[name].map(order[name].index).to_numpy() for name in MARGINS}
    by_number = {n: {order[n].index(c): t for c, t in MARGINS[n].items()} for n in MARGINS}
    for codes, margins in ((categorical, MARGINS), (numbered, by_number)):
        found = raked(frame["weight"], codes, margins, tolerance=1e-12)
        np.testing.assert_allclose(found.weight, named.weight, rtol=1e-12)


@settings(**LAWS)
@given(surveys())
def test_bounds_that_no_factor_reaches_change_nothing(frame):
    free = raked(frame["weight"], codes_of(frame), tolerance=1e-12)
    bounds = 0.9 * free.factor.min(), 1.1 * free.factor.max()
    options = {"tolerance": 1e-12, "max_rounds": 99, "bounds": bounds}
    found = rake(frame["weight"], codes_of(frame), MARGINS, **options)
    np.testing.assert_allclose(found.weight, free.weight, rtol=1e-7)


def test_bounds_cut_the_factors_and_the_margins_still_hold():
    """Free factors run from 0.70 to 1.19; with 0.705 as the least, the others give way."""
    weight = np.array([20.0, 20, 10, 10, 15, 25])
    free = raked(weight, SIX)
    assert free.factor.min() == pytest.approx(0.699, abs=1e-3)
    found = rake(weight, SIX, MARGINS, tolerance=1e-10, max_rounds=99, bounds=(0.705, 1.6))
    assert found.factor.min() == pytest.approx(0.705)
    for name, margin in MARGINS.items():
        assert pd.Series(found.weight).groupby(SIX[name]).sum().to_dict() == pytest.approx(margin)


def test_bounds_that_cannot_hold_name_the_totals_and_bounds_that_can():
    weight = np.array([20.0, 20, 10, 10, 15, 25])
    with pytest.raises(CalibrationError) as refused:
        rake(weight, SIX, MARGINS, tolerance=1e-10, max_rounds=99, bounds=(0.9, 1.1))
    assert any("total age=old: expected 25, the bounds allow no less" in f or
               "total age=young: expected 35, the bounds allow no more" in f
               for f in refused.value.faults)  # fmt: skip
    low, high = refused.value.hint.split("[")[1].split("]")[0].split(", ")
    wider = (float(low) - 1e-3, float(high) + 1e-3)
    found = rake(weight, SIX, MARGINS, tolerance=1e-8, max_rounds=99, bounds=wider)
    assert found.gap <= 1e-8


def replicated(frame, sets=5):
    """Cell weights of some replicates and their category codes."""
    random = np.random.default_rng(len(frame))
    sex, age = (pd.factorize(frame[name], sort=True)[0] for name in ("sex", "age"))
    cell = sex * 3 + age
    factor = random.choice([0.5, 1.0, 2.0], (sets, len(frame)))
    weight = np.stack([np.bincount(cell, frame["weight"] * f, minlength=6) for f in factor])
    return weight, [np.repeat([0, 1], 3), np.tile([0, 1, 2], 2)]


@settings(**LAWS)
@given(surveys())
def test_replicates_raked_at_once_are_raked_as_each_alone(frame):
    weight, codes = replicated(frame)
    totals = [np.array([margin[name] for name in sorted(margin)]) for margin in MARGINS.values()]
    options = {"tolerance": 1e-13, "max_rounds": 999}
    factor = rake_cells(weight, codes, totals, **options)
    for r in range(len(weight)):
        alone = rake_cells(weight[[r]], codes, totals, **options)[0]
        np.testing.assert_allclose(weight[r] * factor[r], weight[r] * alone, rtol=1e-9)
        for code, total in zip(codes, totals, strict=True):
            assert np.bincount(code, weight[r] * factor[r]) == pytest.approx(total)


def test_cells_that_fill_few_of_the_combinations_are_raked_all_the_same():
    """Thirty cells on the diagonals of two margins of fifteen."""
    a = np.tile(np.arange(15), 2)
    codes = [a, np.concatenate([np.arange(15), np.roll(np.arange(15), 1)])]
    weight = np.random.default_rng(1).uniform(1, 2, (3, 30))
    totals = [np.bincount(code, weight.mean(axis=0)) for code in codes]
    factor = rake_cells(weight, codes, totals, tolerance=1e-10, max_rounds=9999)
    for code, total in zip(codes, totals, strict=True):
        assert np.bincount(code, weight[2] * factor[2]) == pytest.approx(total)


def test_cells_of_equal_categories_get_equal_factors():
    weight, codes = np.array([[1.0, 2, 3, 4]]), [np.array([0, 0, 1, 1])]
    factor = rake_cells(weight, codes, [np.array([6.0, 7.0])], tolerance=1e-12, max_rounds=2)
    assert factor[0] == pytest.approx([2, 2, 1, 1])


def test_a_replicate_without_anybody_in_a_category_is_named():
    weight = np.array([[1.0, 1, 1, 1], [1, 1, 0, 0]])
    codes, totals = [np.array([0, 0, 1, 1])], [np.array([2.0, 2.0])]
    with pytest.raises(CalibrationError, match=r"sex: category no\. 1 has people, .* in 1 of 2"):
        rake_cells(weight, codes, totals, tolerance=1e-9, max_rounds=9, names=["sex"])


def test_sweeps_of_residuals_end_at_the_residuals_of_all_margins():
    """With equal base weights R's way of taking residuals converges to ours."""
    found = raked(np.ones(6), SIX)
    u = np.array([[1.0], [4], [2], [8], [5], [7]])
    swept = u
    for step in reversed(found.residual_sweeps(["sex", "age"], rounds=30)):
        swept = step.backward(swept, swept)[0]
    exact = found.adjustment.backward(u, u)[0]
    np.testing.assert_allclose(swept, exact, atol=1e-12)
    assert np.abs(exact).max() > 0.1
