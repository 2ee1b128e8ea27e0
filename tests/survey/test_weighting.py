"""Weighting steps on a design: what they reach, keep and refuse."""

import numpy as np
import pytest

from pipeline import survey
from pipeline.errors import CalibrationError, EmptyStratumError, MarginMismatchError

SEX = {"F": 3200, "M": 2800}
COUNTY = {"N": 3700, "S": 2300}


def test_raking_hits_every_margin_and_leaves_the_first_design_alone(design):
    before = design.weight.copy()
    raked = design.rake({"sex": SEX, "county": COUNTY})
    for column, margin in (("sex", SEX), ("county", COUNTY)):
        table = raked.total(by=column).set_index(column)
        assert table["estimate"].to_dict() == pytest.approx(margin)
        assert table["se"].max() == pytest.approx(0, abs=1e-6)
    assert np.array_equal(design.weight, before)
    assert [step.name for step in raked.steps] == ["rake"]


def test_crossed_columns_are_post_stratified_by_tuples(design):
    totals = {("F", "N"): 1900, ("F", "S"): 1300, ("M", "N"): 1800, ("M", "S"): 1000}
    found = design.post_stratify(["sex", "county"], totals).total(by=["sex", "county"])
    assert found["estimate"].tolist() == pytest.approx([1900, 1300, 1800, 1000])


def test_calibration_knows_the_number_of_people_and_amounts(design):
    found = design.calibrate({"population": 6000, "score": 303000.0})
    assert found.total()["estimate"].iloc[0] == pytest.approx(6000)
    assert found.total("score")["estimate"].iloc[0] == pytest.approx(303000)
    assert found.total("score")["se"].iloc[0] == pytest.approx(0, abs=1e-6)


def test_members_of_a_household_share_their_ratio(people):
    frame = people.assign(household=np.arange(len(people)) // 3)
    design = survey.Design(frame, weight="weight", stratum="stratum", psu="psu")
    ratio = design.calibrate({"sex": SEX}, household="household").weight / design.weight
    spread = np.ptp(ratio.reshape(-1, 3), axis=1)
    assert spread.max() == pytest.approx(0, abs=1e-12)


def test_nonrespondents_end_with_weight_zero_and_their_class_keeps_its_sum(design, people):
    found = design.adjust_nonresponse(responded="answered", by=["county", "sex"])
    gone = ~people["answered"].to_numpy()
    assert (found.weight[gone] == 0).all()
    before, after = (
        people.assign(w=each.weight).groupby(["county", "sex"])["w"].sum()
        for each in (design, found)
    )
    assert after.to_numpy() == pytest.approx(before.to_numpy())
    assert found.mean("score")["n"].iloc[0] == people["answered"].sum()


def test_the_variance_goes_back_through_the_whole_chain(design):
    chain = design.adjust_nonresponse(responded="answered", by="county").rake({"sex": SEX})
    fixed = survey.Design(
        chain.frame.assign(final=chain.weight), weight="final", stratum="stratum", psu="psu"
    )
    of_sex = chain.total(where="sex == 'F'")["se"].iloc[0]
    assert of_sex == pytest.approx(0, abs=1e-6)
    assert fixed.total(where="sex == 'F'")["se"].iloc[0] > 10


def test_propensity_classes_and_eligibility_run(people):
    cases = people.assign(
        status=np.select([people["answered"], people.index % 5 == 0], ["yes", "no"], "unknown")
    )
    design = survey.Design(cases, weight="weight", stratum="stratum", psu="psu")
    known = design.adjust_eligibility(
        eligible="status == 'yes'", ineligible="status == 'no'", by="county"
    )
    assert (known.weight[(cases["status"] == "unknown").to_numpy()] == 0).all()
    assert known.weight.sum() == pytest.approx(design.weight.sum())
    by_model = design.adjust_propensity(
        responded="answered", covariates=["sex", "county"], n_classes=2
    )
    assert by_model.weight.sum() == pytest.approx(design.weight.sum())


def test_trimming_keeps_the_total_and_the_bounds(design):
    found = design.trim(low=0.8, high=1.2)
    middle = np.median(design.weight)
    assert found.weight.sum() == pytest.approx(design.weight.sum())
    assert found.weight.max() <= 1.2 * middle + 1e-9
    both = design.rake({"sex": SEX}).trim(low=0.5, high=1.6, margins={"sex": SEX})
    assert both.total(by="sex")["estimate"].tolist() == pytest.approx([3200, 2800])


def test_trimming_without_bounds_is_refused(design):
    with pytest.raises(CalibrationError, match="expected low and high"):
        design.trim()


def test_margins_that_disagree_are_refused(design):
    with pytest.raises(MarginMismatchError, match="6000"):
        design.rake({"sex": SEX, "county": {"N": 1, "S": 2}})


def test_a_margin_category_nobody_is_in_is_refused_by_name(design):
    with pytest.raises(MarginMismatchError, match="X"):
        design.rake({"sex": {**SEX, "X": 10}})


def test_infeasible_bounds_are_refused_with_bounds_that_would_do(design):
    with pytest.raises(CalibrationError, match="sex=F"):
        design.calibrate({"sex": {"F": 9000, "M": 100}}, bounds=(0.9, 1.1))


def test_a_class_in_which_nobody_answered_is_refused_by_name(people):
    frame = people.assign(answered=people["answered"] & (people["county"] == "N"))
    design = survey.Design(frame, weight="weight", stratum="stratum", psu="psu")
    with pytest.raises(EmptyStratumError, match="class S"):
        design.adjust_nonresponse(responded="answered", by="county")


def test_a_column_called_population_is_left_alone_unless_asked_for(people):
    frame = people.assign(population="urban")
    design = survey.Design(frame, weight="weight", stratum="stratum", psu="psu")
    after = design.calibrate({"sex": {"F": 3200, "M": 2800}})
    assert after.total()["estimate"].item() == pytest.approx(6000)
