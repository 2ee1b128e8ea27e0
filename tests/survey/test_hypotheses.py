"""Tests, models and plausible values through a design."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ContractError


def test_a_column_is_not_independent_of_itself(design):
    assert design.test_independence("sex", "sex").p_value < 1e-6
    assert design.test_independence("sex", "education").p_value > 0.001


def test_the_observed_shares_fit_themselves(design):
    shares = design.share("education").set_index("category")["estimate"]
    found = design.goodness_of_fit("education", shares.to_dict())
    assert found.statistic == pytest.approx(0, abs=1e-6)
    assert found.p_value > 0.99


def test_shares_for_other_categories_are_refused_by_name(design):
    with pytest.raises(ContractError, match="high, low, middle"):
        design.goodness_of_fit("education", {"low": 0.5, "top": 0.5})


def test_one_category_is_no_classification(design):
    with pytest.raises(ContractError, match='"same": expected two categories'):
        design.assign(same="x").test_independence("same", "sex")


def test_two_groups_are_compared_by_their_difference(design):
    found = design.t_test("score", "sex")
    contrast = design.contrast("mean", "score", {"F": -1, "M": 1}, by="sex").iloc[0]
    assert (found.estimate, found.se) == pytest.approx((contrast["estimate"], contrast["se"]))
    assert found.df == design.source.df - 1


def test_three_groups_are_refused(design):
    with pytest.raises(ContractError, match="expected two categories"):
        design.t_test("score", "education")


def test_a_mean_is_its_own_value(design):
    mean = design.mean("score")["estimate"].iloc[0]
    assert design.t_test("score", value=mean).p_value == pytest.approx(1)


def test_a_regression_on_a_category_gives_the_domain_means(design):
    model = design.regression("score ~ county")
    means = design.mean("score", by="county")["estimate"]
    assert model.table["term"].tolist() == ["(Intercept)", "countyS"]
    assert model.table["estimate"].to_numpy() == pytest.approx([means[0], means[1] - means[0]])
    predicted = model.predict(pd.DataFrame({"county": ["N", "S"]}))
    assert predicted["estimate"].to_numpy() == pytest.approx(means.to_numpy())


def test_margins_take_a_column_that_the_formula_lacks(design):
    model = design.regression("passed ~ sex", "logit")
    margins = model.margins("county")
    assert margins["county"].tolist() == ["N", "S"]
    assert margins["estimate"].between(0, 1).all()


def test_wald_tests_all_levels_of_a_column(design):
    found = design.regression("score ~ education + sex").wald("education")
    assert found.df == 2
    with pytest.raises(ContractError, match="county"):
        design.regression("score ~ education").wald("county")


def test_plausible_values_add_the_uncertainty_of_the_score(design, people):
    random = np.random.default_rng(1)
    drawn = {f"pv{m}": people["score"] + random.normal(0, 8, len(people)) for m in range(5)}
    both = design.assign(**drawn)
    pooled = both.plausible_values(drawn).iloc[0]
    single = both.mean("pv0").iloc[0]
    assert pooled["se"] > 0
    assert 0 < pooled["missing_information"] < 1
    assert pooled["n"] == single["n"]
    table = both.plausible_regression("pv ~ sex", {"pv": list(drawn)})
    assert table["term"].tolist() == ["(Intercept)", "sexM"]


def test_agreement_with_itself_is_one(design):
    assert design.kappa("sex", "sex")["estimate"].iloc[0] == pytest.approx(1)
    items = design.assign(again=design.frame["score"])
    assert items.alpha(["score", "again"])["estimate"].iloc[0] == pytest.approx(1)
