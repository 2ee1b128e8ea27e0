"""Laws that hold for every sample."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import survey
from tests.survey.conftest import drawn

PLAN = {"weight": "weight", "stratum": "stratum", "psu": "psu"}
NUMBERS = ["estimate", "se", "ci_low", "ci_high", "df", "n", "n_psu", "n_eff", "deff"]
SEX = {"F": 3200.0, "M": 2800.0}
FEW = settings(max_examples=12, deadline=None)


def shares(frame, **options):
    return survey.Design(frame, **PLAN).share("passed", by="county", **options)


@FEW
@given(seed=st.integers(0, 99), factor=st.floats(0.01, 1000))
def test_the_scale_of_the_weights_changes_no_share(seed, factor):
    frame = drawn(seed, 200)
    scaled = frame.assign(weight=frame["weight"] * factor)
    pd.testing.assert_frame_equal(
        shares(scaled)[NUMBERS], shares(frame)[NUMBERS], rtol=1e-8, check_dtype=False
    )


@FEW
@given(seed=st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(seed):
    frame = drawn(seed, 200)
    mixed = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    pd.testing.assert_frame_equal(shares(mixed), shares(frame), rtol=1e-9)


@FEW
@given(seed=st.integers(0, 99), interval=st.sampled_from(["logit", "korn_graubard", "beta"]))
def test_rows_of_weight_zero_change_nothing(seed, interval):
    frame = drawn(seed, 200)
    ghosts = frame.head(7).assign(weight=0.0, psu=999, passed=1.0)
    more = pd.concat([frame, ghosts], ignore_index=True)
    pd.testing.assert_frame_equal(
        shares(more, interval=interval), shares(frame, interval=interval), rtol=1e-10
    )


@FEW
@given(seed=st.integers(0, 99))
def test_rows_of_weight_zero_change_no_raked_error_and_no_test(seed):
    frame = drawn(seed, 200)
    more = pd.concat([frame, frame.head(5).assign(weight=0.0)], ignore_index=True)
    one, other = (survey.Design(each, **PLAN) for each in (frame, more))
    raked = [each.rake({"sex": SEX}).mean("score")["se"].iloc[0] for each in (one, other)]
    assert raked[1] == pytest.approx(raked[0], rel=1e-9)
    for statistic in ("F", "Chisq", "Wald"):
        found = [each.test_independence("sex", "county", statistic=statistic)
                 for each in (one, other)]  # fmt: skip
        assert found[1].statistic == pytest.approx(found[0].statistic, rel=1e-9)


@FEW
@given(seed=st.integers(0, 99))
def test_domains_add_up_to_the_whole(seed):
    design = survey.Design(drawn(seed, 200), **PLAN)
    parts, whole = design.total("score", by="county"), design.total("score").iloc[0]
    assert parts["estimate"].sum() == pytest.approx(whole["estimate"])
    row = design.contrast("total", "score", "N + S", by="county").iloc[0]
    assert row["se"] == pytest.approx(whole["se"])


@FEW
@given(seed=st.integers(0, 99))
def test_a_share_lies_in_its_interval_and_both_in_the_unit(seed):
    table = shares(drawn(seed, 100), interval="logit")
    assert (table["ci_low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["ci_high"]).all()
    assert table["ci_low"].min() >= 0
    assert table["ci_high"].max() <= 1


@FEW
@given(seed=st.integers(0, 99))
def test_permuted_answers_leave_the_weights_bit_for_bit(seed):
    frame = drawn(seed, 200)
    random = np.random.default_rng(seed)
    other = frame.assign(score=random.permutation(frame["score"]), passed=0.0)
    weights = [
        survey.Design(each, **PLAN)
        .adjust_nonresponse(responded="answered", by="county")
        .rake({"sex": SEX})
        .trim(low=0.5, high=2)
        .weight
        for each in (frame, other)
    ]
    assert np.array_equal(*weights)
