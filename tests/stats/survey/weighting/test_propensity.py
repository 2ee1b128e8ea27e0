import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pipeline.errors import DesignError, EmptyStratumError
from pipeline.stats.survey.weighting.logistic import fit_logistic, model_matrix
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse
from pipeline.stats.survey.weighting.propensity import adjust_by_propensity
from tests.stats.survey.weighting.linearised import both_errors, clustered_people

SAMPLE = clustered_people(4)
COVARIATES = {"x": SAMPLE["x"], "group": pd.Series(SAMPLE["group"])}


def adjusted(weight=SAMPLE["base"], **changes):
    given = {"responded": SAMPLE["responded"], "covariates": COVARIATES} | changes
    return adjust_by_propensity(weight, **given)


@pytest.mark.parametrize("is_weighted", [True, False])
def test_coefficients_are_those_of_a_generalised_linear_model(is_weighted):
    weight = SAMPLE["base"] if is_weighted else np.ones(len(SAMPLE["base"]))
    matrix, _ = model_matrix(COVARIATES)
    model = sm.GLM(
        SAMPLE["responded"].astype(float), matrix, family=sm.families.Binomial(), var_weights=weight
    )
    expected = model.fit(tol=1e-12).params
    found = adjusted(is_weighted=is_weighted).coefficients
    assert found.index.tolist() == ["intercept", "x", "group=1", "group=2"]
    np.testing.assert_allclose(found.to_numpy(), expected, rtol=1e-7)


def test_one_categorical_covariate_is_adjustment_by_its_classes():
    """A saturated model predicts the (weighted) response rate of each class."""
    found = adjusted(covariates={"group": pd.Series(SAMPLE["group"])})
    classes = adjust_nonresponse(
        SAMPLE["base"], responded=SAMPLE["responded"], classes=SAMPLE["group"]
    )
    np.testing.assert_allclose(found.weight, classes.weight, rtol=1e-8)
    u = SAMPLE["y"][:, None]
    np.testing.assert_allclose(
        found.adjustment.backward(u, u)[0], classes.adjustment.backward(u, u)[0], rtol=1e-7
    )


@pytest.mark.parametrize("n_classes", [None, 5])
def test_adjustment_brings_respondents_closer_to_all_drawn(n_classes):
    table = adjusted(n_classes=n_classes).balance
    assert table.index.tolist() == ["x", "group=1", "group=2"]
    assert abs(table.loc["x", "gap_before"]) > 0.15
    assert abs(table.loc["x", "gap_after"]) < 0.25 * abs(table.loc["x", "gap_before"])


def test_quintiles_hold_equal_numbers_and_answer_more_and_more():
    table = adjusted(n_classes=5).classes
    assert table["eligible"].tolist() == [240] * 5
    assert table["response_rate"].is_monotonic_increasing


def test_the_model_tells_how_well_it_separates():
    found = adjusted()
    assert 0.6 < found.auc < 0.8
    assert 0 < found.pseudo_r2 < 0.2
    low, high = found.range
    assert 0 < low < 0.5 < high < 1
    noise = {"noise": np.random.default_rng(1).normal(0, 1, len(SAMPLE["x"]))}
    assert abs(adjusted(covariates=noise).auc - 0.5) < 0.05


def test_the_order_of_rows_changes_nothing():
    order = np.random.default_rng(2).permutation(len(SAMPLE["x"]))
    mixed = adjusted(
        SAMPLE["base"][order],
        responded=SAMPLE["responded"][order],
        covariates={"x": SAMPLE["x"][order], "group": pd.Series(SAMPLE["group"][order])},
    )
    np.testing.assert_allclose(mixed.weight, adjusted().weight[order], rtol=1e-9)


def test_ineligible_people_and_those_of_weight_zero_change_nothing():
    extra = np.array([50.0, 0.0])
    longer = adjusted(
        np.append(SAMPLE["base"], extra),
        responded=np.append(SAMPLE["responded"], [False, False]),
        covariates={
            "x": np.append(SAMPLE["x"], [9.0, -9]),
            "group": pd.Series(np.append(SAMPLE["group"], [0, 1])),
        },
        eligible=np.append(np.ones(len(SAMPLE["x"]), dtype=bool), [False, True]),
    )
    np.testing.assert_allclose(longer.weight[:-2], adjusted().weight, rtol=1e-9)
    assert longer.weight[-2:].tolist() == [0, 0]


@pytest.mark.parametrize("options", [{}, {"is_weighted": False}])
def test_the_linearised_error_agrees_with_leaving_psus_out(options):
    linearised, jackknife = both_errors(SAMPLE, lambda base: adjusted(base, **options))
    assert linearised == pytest.approx(jackknife, rel=0.03)


def test_a_covariate_that_tells_exactly_who_answers_is_refused():
    with pytest.raises(DesignError, match="the largest coefficient is that of told"):
        adjusted(covariates={"told": SAMPLE["responded"].astype(float)})


def test_a_class_without_respondents_is_named():
    unlucky = SAMPLE["responded"] & (SAMPLE["x"] > -1.2)
    with pytest.raises(EmptyStratumError, match=r"class propensity 1: .* nobody responded"):
        adjusted(responded=unlucky, n_classes=40)


def test_missing_covariates_and_impossible_records_are_refused():
    with pytest.raises(DesignError, match="covariate x: missing in 1 rows"):
        adjusted(covariates={"x": np.append(np.nan, SAMPLE["x"][1:])})
    with pytest.raises(DesignError, match="expected a covariate, got none"):
        adjusted(covariates={})
    with pytest.raises(DesignError, match="some eligible persons who responded and some who did"):
        adjusted(responded=np.ones(len(SAMPLE["x"]), dtype=bool))
    with pytest.raises(DesignError, match="expected two classes or more, got 1"):
        adjusted(n_classes=1)


def test_covariates_that_repeat_each_other_give_the_same_probabilities():
    matrix, names = model_matrix({"x": SAMPLE["x"], "twice": 2 * SAMPLE["x"]})
    once, _ = model_matrix({"x": SAMPLE["x"]})
    weight, answered = SAMPLE["base"], SAMPLE["responded"]
    repeated = matrix @ fit_logistic(matrix, answered, weight, names)
    single = once @ fit_logistic(once, answered, weight, names)
    np.testing.assert_allclose(repeated, single, rtol=1e-6)
