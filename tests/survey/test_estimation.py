"""Rows of estimates: the full grid, labels, bases, flags, and what missing answers do."""

import numpy as np
import pandas as pd
import pytest

from pipeline import survey
from pipeline.errors import ContractError
from pipeline.survey import summing

COLUMNS = [
    *["variable", "measure", "estimate", "se", "ci_low", "ci_high", "df", "n", "n_psu", "n_eff"],
    *["deff", "deff_reference", "cv", "population", "denominator", "flag", "reason"],
]


def test_every_row_carries_all_columns(design):
    assert list(design.mean("score").columns) == COLUMNS
    assert list(design.share("passed", by="sex").columns) == ["sex", *COLUMNS]


def test_the_grid_is_full_and_an_empty_domain_says_so(people):
    frame = people.assign(place=np.where(people["county"] == "N", "urban", "rural"))
    design = survey.Design(frame, weight="weight", stratum="stratum", psu="psu")
    table = design.share("passed", by=["county", "place"]).set_index(["county", "place"])
    assert len(table) == 4
    assert table.loc[("N", "rural"), "reason"] == "empty_domain"
    assert table.loc[("N", "rural"), ["n", "n_psu"]].tolist() == [0, 0]
    assert np.isnan(table.loc[("N", "rural"), "estimate"])
    assert (table["reason"] == "empty_domain").sum() == 2


def test_labelled_categories_nobody_is_in_keep_a_row(people):
    labels = {"sex": {"M": "men", "F": "women", "X": "others"}}
    design = survey.Design(people, weight="weight", stratum="stratum", psu="psu", labels=labels)
    table = design.mean("score", by="sex")
    assert table["sex"].tolist() == ["M", "F", "X"]
    assert table["sex_label"].tolist() == ["men", "women", "others"]
    assert table["reason"].iloc[2] == "empty_domain"


def test_categoricals_keep_their_order_and_their_empty_categories(people):
    order = pd.CategoricalDtype(["middle", "low", "none", "high"])
    design = survey.Design(
        people.astype({"education": order}), weight="weight", stratum="stratum", psu="psu"
    )
    assert design.total(by="education")["education"].tolist() == ["middle", "low", "none", "high"]


def test_codes_of_whole_numbers_stay_numbers(design):
    assert design.mean("score", by="stratum")["stratum"].tolist() == [0, 1, 2, 3, 4]


def test_where_equals_by_in_everything(design):
    by = design.share("passed", by="county", interval="korn_graubard").iloc[0]
    where = design.share("passed", where="county == 'N'", interval="korn_graubard").iloc[0]
    for name in ("estimate", "se", "ci_low", "ci_high", "df", "n", "n_psu", "n_eff", "deff"):
        assert where[name] == pytest.approx(by[name])


@pytest.mark.parametrize("kind", ["text", "series", "list"])
def test_conditions_are_text_or_booleans(design, people, kind):
    rows = people["score"] > 50
    where = {"text": "score > 50", "series": rows, "list": rows.tolist()}[kind]
    assert design.total(where=where)["n"].iloc[0] == rows.sum()


def test_a_condition_that_cannot_be_read_says_what_it_should_be(design):
    with pytest.raises(ContractError, match='cannot read "scroe > 50"'):
        design.mean("score", where="scroe > 50")
    with pytest.raises(ContractError, match="one boolean for each of 600 rows"):
        design.mean("score", where=[True, False])


def test_a_missing_answer_is_outside_the_domain_and_named_in_the_base(design, people):
    row = design.mean("hours", by="county").iloc[0]
    kept = design.mean("hours", where="county == 'N' and hours.notna()").iloc[0]
    assert row["n"] == (people["county"].eq("N") & people["hours"].notna()).sum()
    assert row["se"] == pytest.approx(kept["se"])
    assert row["denominator"] == "county=N & hours not missing"


def test_the_base_of_a_ratio_names_both(design):
    row = design.ratio("hours", "score", where="sex == 'F'").iloc[0]
    assert row["variable"] == "hours/score"
    assert row["denominator"] == "(sex == 'F') & hours not missing & score not missing"


def test_shares_of_text_add_up_to_one(design):
    table = design.share("education", by="county")
    assert table["category"].tolist() == ["high", "low", "middle"] * 2
    assert table.groupby("county")["estimate"].sum().to_numpy() == pytest.approx([1, 1])


def test_shares_of_amounts_are_refused(design):
    with pytest.raises(ContractError, match="expected 0, 1 or missing"):
        design.share("score")


def test_totals_without_a_column_count_people(design, people):
    assert design.total()["estimate"].iloc[0] == pytest.approx(people["weight"].sum())
    by_text = design.total("sex")
    by_domain = design.total(by="sex")
    assert by_text["estimate"].tolist() == pytest.approx(by_domain["estimate"].tolist())


def test_degrees_of_freedom_are_those_asked_for(design):
    kinds = {"domain": 9, "design": 15, 30.0: 30}
    for asked, df in kinds.items():
        row = design.mean("score", where="county == 'N'", df=asked).iloc[0]
        assert row["df"] == df


def test_the_reference_of_the_design_effect_is_named_and_matters(design, people):
    with_replacement = design.mean("score").iloc[0]
    without = design.mean("score", deff="without_replacement").iloc[0]
    assert without["deff_reference"] == "without_replacement"
    left = 1 - len(people) / people["weight"].sum()
    assert without["deff"] * left == pytest.approx(with_replacement["deff"])


@pytest.mark.parametrize(
    "method", ["logit", "wilson", "korn_graubard", "beta", "arcsine", "likelihood", "wald"]
)
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_intervals_are_defined_at_none_and_all(design, method, value):
    row = design.assign(same=value).share("same", interval=method).iloc[0]
    assert row["estimate"] == value
    assert 0 <= row["ci_low"] <= value <= row["ci_high"] <= 1
    assert row["ci_high"] - row["ci_low"] > 0
    assert "all_or_none" in row["reason"]


@pytest.mark.parametrize("by", [None, "county", ["county", "sex"]])
def test_many_people_are_added_up_without_changing_a_number(design, monkeypatch, by):
    plain = design.share(["passed", "education"], by=by)
    monkeypatch.setattr(summing, "_MANY", 1)
    summed = design.share(["passed", "education"], by=by)
    pd.testing.assert_frame_equal(summed, plain, rtol=1e-12)


def test_quantiles_have_one_row_per_domain_and_share(design, people):
    table = design.quantile("score", [0.25, 0.5], by="county")
    assert table[["county", "q"]].to_numpy().tolist() == [
        ["N", 0.25], ["N", 0.5], ["S", 0.25], ["S", 0.5],
    ]  # fmt: skip
    north = people[people["county"] == "N"].sort_values("score")
    share = north["weight"].cumsum() / north["weight"].sum()
    assert table["estimate"].iloc[1] == north["score"][share >= 0.5].iloc[0]
    assert {"flag", "denominator", "n_psu"} <= set(table.columns)


def test_standardised_means_are_the_shares_of_the_standard_times_the_class_means(design):
    standard = {"education": {"low": 50, "middle": 30, "high": 20}}
    found = design.standardised_mean("score", standard, by="county").set_index("county")
    means = design.mean("score", by=["county", "education"])
    north = means[means["county"] == "N"].set_index("education")["estimate"]
    expected = 0.5 * north["low"] + 0.3 * north["middle"] + 0.2 * north["high"]
    assert found.loc["N", "estimate"] == pytest.approx(expected)


def test_a_class_without_a_place_in_the_standard_is_refused(design):
    with pytest.raises(ContractError, match="standard population"):
        design.standardised_mean("score", {"education": {"low": 1, "high": 1}})


def test_population_variance_is_that_of_the_weighted_people(design, people):
    found = design.variance("score").iloc[0]
    n, weight = len(people), people["weight"] / people["weight"].sum()
    centred = people["score"] - (weight * people["score"]).sum()
    assert found["estimate"] == pytest.approx(n / (n - 1) * (weight * centred**2).sum())
    pairs = design.population_covariance(["score", "passed"])
    assert pairs["estimate"].iloc[1] == pytest.approx(pairs["estimate"].iloc[2])


def test_design_effects_name_their_references(design, people):
    table = design.design_effects("score", x=["passed"]).set_index("reference")
    assert list(table.index) == [
        "kish", "with_replacement", "without_replacement", "spencer", "henry",
    ]  # fmt: skip
    weight = people["weight"]
    kish = len(weight) * (weight**2).sum() / weight.sum() ** 2
    assert table.loc["kish", "deff"] == pytest.approx(kish)


def test_a_design_keeps_the_frame_it_was_made_from():
    frame = pd.DataFrame({"w": 1.0, "psu": np.arange(30_000) % 300, "hit": np.arange(30_000) % 2})
    design = survey.Design(frame, weight="w", psu="psu")
    frame["hit"] = 1
    assert design.share("hit")["estimate"].item() == pytest.approx(0.5)
    frame.loc[:, "hit"] = 0
    assert design.share("hit")["estimate"].item() == pytest.approx(0.5)
