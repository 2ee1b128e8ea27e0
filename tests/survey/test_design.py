"""A design made of the columns of a frame, and refused where it cannot be."""

import numpy as np
import pandas as pd
import pytest

from pipeline import survey
from pipeline.errors import ContractError, DesignError, LonelyPsuError
from pipeline.survey.everything import Everything
from pipeline.survey.response import Response
from pipeline.survey.weighting import Weighting


def test_the_mean_of_twelve_people_is_that_worked_out_by_hand(small):
    # PSU totals of u = w (y - 4.5) / 180: a: -75, 15 of 180; b: -150, 210 of 180
    row = small.mean("score").iloc[0]
    assert row["estimate"] == pytest.approx(4.5)
    variance = 2 * (2 * 45**2) / 180**2 + 2 * (2 * 180**2) / 180**2
    assert row["se"] == pytest.approx(np.sqrt(variance))
    assert (row["df"], row["n"], row["n_psu"], row["population"]) == (2, 12, 4, 180)


def test_population_sizes_imply_the_weights(twelve):
    frame = twelve.assign(n_psu=8, n_people=30, person=range(12))
    design = survey.Design(
        frame, stratum="stratum", psu=["psu", "person"], fpc=["n_psu", "n_people"]
    )
    assert np.allclose(design.weight, 8 / 2 * 30 / 3)


def test_weights_are_asked_for_when_nothing_implies_them(twelve):
    with pytest.raises(DesignError, match="expected weights, got none"):
        survey.Design(twelve, stratum="stratum", psu="psu")


def test_a_sampling_fraction_of_one_leaves_no_error(twelve):
    design = survey.Design(twelve, weight="weight", stratum="stratum", psu="psu", fpc=2)
    assert design.mean("score")["se"].iloc[0] == 0


def test_unknown_columns_are_listed_at_once_with_their_closest_names(twelve):
    with pytest.raises(ContractError) as caught:
        survey.Design(twelve, weight="wieght", stratum="strata", psu="psu")
    text = str(caught.value)
    assert '"wieght"; did you mean weight?' in text
    assert '"strata"; did you mean stratum?' in text


def test_text_where_numbers_are_expected_says_how_to_convert(small):
    with pytest.raises(ContractError, match=r"pd\.to_numeric\(frame\[\"sex\"\]\)"):
        small.mean("sex")


def test_an_error_shows_no_value_of_a_person(twelve):
    frame = twelve.assign(weight=twelve["weight"].astype(str).replace("10.0", "secret"))
    with pytest.raises(ContractError) as caught:
        survey.Design(frame, weight="weight")
    assert "secret" not in str(caught.value)


def test_labels_used_in_two_strata_are_two_psus_unless_said_to_be_unique(twelve):
    nested = survey.Design(twelve, weight="weight", stratum="stratum", psu="psu")
    assert nested.source.n_psu == 4
    with pytest.raises(DesignError, match="2 labels are used again"):
        survey.Design(twelve, weight="weight", stratum="stratum", psu="psu", psu_labels="unique")


def test_a_lone_psu_is_refused_by_name_unless_a_rule_is_given(twelve):
    frame = twelve[~((twelve["stratum"] == "b") & (twelve["psu"] == 2))].reset_index(drop=True)
    plan = {"weight": "weight", "stratum": "stratum", "psu": "psu"}
    with pytest.raises(LonelyPsuError, match="got one in: b"):
        survey.Design(frame, **plan).mean("score")
    assert survey.Design(frame, **plan, lonely_psu="adjust").mean("score")["se"].iloc[0] > 0


def test_missing_weights_are_refused(twelve):
    frame = twelve.assign(weight=twelve["weight"].where(twelve.index > 0))
    with pytest.raises(DesignError, match="missing or infinite in 1 rows"):
        survey.Design(frame, weight="weight")


def test_more_strata_than_stages_are_refused(twelve):
    with pytest.raises(DesignError, match="columns for 1 stages, got 2 strata"):
        survey.Design(twelve, weight="weight", stratum=["stratum", "sex"], psu="psu")


def test_the_frame_of_the_caller_is_not_changed(twelve):
    before = twelve.copy()
    design = survey.Design(twelve, weight="weight", stratum="stratum", psu="psu")
    design.assign(twice=twelve["score"] * 2).mean("twice")
    pd.testing.assert_frame_equal(twelve, before)


def test_further_columns_keep_the_weights(small, twelve):
    other = small.assign(twice=twelve["score"] * 2)
    assert other.mean("twice")["estimate"].iloc[0] == pytest.approx(9)
    assert "twice" not in small.frame


def test_a_design_prints_its_size(small):
    assert repr(small) == "Design(12 people in 4 PSUs of 2 strata, df 2, 0 weighting steps)"


def test_a_design_that_forgets_to_take_steps_cannot_be_made():
    class Forgetful(Everything, Response, Weighting):
        def _with(self, *, frame):
            return self

    with pytest.raises(TypeError, match="_taken"):
        Forgetful()
