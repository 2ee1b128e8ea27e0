import numpy as np
import pandas as pd
import pytest

from pipeline.config.plan import CalibratedWeights
from pipeline.engine.weighting import calibrated_weights, given_weights
from pipeline.errors import CalibrationError, ConfigError, DesignError


def weigh(people, fieldwork, margins, instrument, plan, **changes):
    rules = plan.weights.model_copy(update=changes)
    return calibrated_weights(people, fieldwork, margins, instrument, rules)


def test_final_weights_hit_every_margin(people, fieldwork, margins, instrument, plan):
    done = weigh(people, fieldwork, margins, instrument, plan)
    sums = pd.Series(done.weights["weight"].to_numpy()).groupby([people.county, people.sex]).sum()
    assert sums["n", "f"] == pytest.approx(2000)
    assert sums["s", "m"] == pytest.approx(900)


def test_the_record_of_convergence_ends_within_the_tolerance(
    people, fieldwork, margins, instrument, plan
):
    record = weigh(people, fieldwork, margins, instrument, plan).convergence
    assert len(record) >= 1
    assert record[-1] <= plan.weights.raking.tolerance


def test_factors_multiply_to_the_weight(people, fieldwork, margins, instrument, plan):
    trimming = {"low": 0.5, "high": 2.0}
    content = plan.weights.model_dump() | {"trimming": trimming}
    rules = CalibratedWeights.model_validate(content)
    rows = calibrated_weights(people, fieldwork, margins, instrument, rules).weights
    factors = ["base_weight", "eligibility_factor", "nonresponse_factor", "calibration_factor",
               "trimming_factor", "recalibration_factor"]  # fmt: skip
    assert np.allclose(rows[factors].prod(axis=1), rows["weight"])


def test_base_weight_is_one_over_the_inclusion_probability(
    people, fieldwork, margins, instrument, plan
):
    rows = weigh(people, fieldwork, margins, instrument, plan).weights
    assert rows["base_weight"].iloc[0] == pytest.approx(1 / (0.2 * 0.1 * 1.0))
    assert rows["base_weight"].iloc[1] == pytest.approx(1 / (0.2 * 0.1 * 0.5))


def test_respondents_stand_for_the_eligible_households_not_reached(
    people, fieldwork, margins, instrument, plan
):
    # Ten eligible and five interviews per unit: everybody stands for two.
    rows = weigh(people, fieldwork, margins, instrument, plan).weights
    assert np.allclose(rows["nonresponse_factor"], 2)


def test_an_excluded_interview_is_carried_by_the_others_of_its_class(
    people, fieldwork, margins, instrument, plan
):
    fewer = people[people["respondent_id"] != "t-00"].reset_index(drop=True)
    rows = weigh(fewer, fieldwork, margins, instrument, plan).weights
    assert rows["nonresponse_factor"].iloc[0] == pytest.approx(40 / 19)


def test_row_order_changes_no_weight(people, fieldwork, margins, instrument, plan):
    shuffled = people.sample(frac=1, random_state=1).reset_index(drop=True)
    one = weigh(people, fieldwork, margins, instrument, plan).weights
    other = weigh(shuffled, fieldwork, margins, instrument, plan).weights
    joined = one.merge(other, on="respondent_id")
    assert np.allclose(joined["weight_x"], joined["weight_y"], rtol=1e-12)


def test_sparse_categories_are_merged_and_told(people, fieldwork, margins, instrument, plan):
    content = plan.weights.model_dump()
    content["margins"] = (content["margins"][0] | {"min_respondents": 10},)
    rules = CalibratedWeights.model_validate(content)
    done = calibrated_weights(people, fieldwork, margins, instrument, rules)
    assert set(done.merges["category"]) == {"n*f+m", "s*f+m"}
    assert set(done.weights["margin_county_sex"]) == {"n*f+m", "s*f+m"}


def test_a_margin_category_without_respondents_is_refused(
    people, fieldwork, margins, instrument, plan
):
    content = plan.weights.model_dump()
    content["margins"] = (content["margins"][0] | {"merge_along": ()},)
    rules = CalibratedWeights.model_validate(content)
    men_only = people.assign(sex="m")
    with pytest.raises(
        CalibrationError,
        match=r"margin county_sex(.|\n)*n\*f",
    ):
        calibrated_weights(men_only, fieldwork, margins, instrument, rules)


def test_a_respondent_without_a_probability_is_refused(
    people, fieldwork, margins, instrument, plan
):
    people.loc[3, "person_prob"] = np.nan
    with pytest.raises(DesignError, match="person_prob"):
        weigh(people, fieldwork, margins, instrument, plan)


def test_nonresponse_classes_must_be_known_for_every_issued_address(
    people, fieldwork, margins, instrument, plan
):
    content = plan.weights.model_dump() | {"nonresponse": {"class_by": ("sex",)}}
    rules = CalibratedWeights.model_validate(content)
    with pytest.raises(ConfigError, match="class_by"):
        calibrated_weights(people, fieldwork, margins, instrument, rules)


def test_given_weights_are_taken_as_they_are(people):
    rows = given_weights(people.assign(w1=2.0, w2=3.0), ("w1", "w2"))
    assert (rows["weight"] == 2).all()
    assert (rows["w2"] == 3).all()
    factors = ["selection_factor", "nonresponse_factor", "calibration_factor", "trimming_factor"]
    assert (rows[factors] == 1).all(axis=None)


def test_addresses_without_an_interview_are_told_with_their_reason_and_weight(
    people, fieldwork, margins, instrument, plan
):
    fieldwork = fieldwork.assign(issued=13, unknown=1)
    rows = weigh(people, fieldwork, margins, instrument, plan).not_interviewed
    sums = rows.groupby("contact")[["households", "base_weight"]].sum()
    assert sums["households"].to_dict() == {"ineligible": 16, "no_interview": 40, "unknown": 8}
    assert sums["base_weight"].to_dict() == pytest.approx(
        {"ineligible": 800, "no_interview": 2000, "unknown": 400}
    )


def test_addresses_of_known_eligibility_stand_for_the_unknown(
    people, fieldwork, margins, instrument, plan
):
    fieldwork = fieldwork.assign(issued=15, unknown=3)
    done = weigh(people, fieldwork, margins, instrument, plan)
    assert np.allclose(done.weights["eligibility_factor"], 15 / 12)
    # of three unknown addresses 10 in 12 count as eligible
    assert done.response["response_rate"].tolist() == pytest.approx([5 / (10 + 3 * 10 / 12)] * 2)


def test_interviews_that_count_and_refusals_make_the_rates(
    people, fieldwork, margins, instrument, plan
):
    table = weigh(people, fieldwork, margins, instrument, plan).response
    assert table["refusal_rate"].tolist() == pytest.approx([0.2, 0.2])
    assert table["contact_rate"].tolist() == pytest.approx([0.7, 0.7])
    assert table["cooperation_rate"].tolist() == pytest.approx([5 / 7, 5 / 7])
