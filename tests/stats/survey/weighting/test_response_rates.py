import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.weighting.response_rates import Dispositions, response_rates

CASES = Dispositions(
    complete=500,
    partial=50,
    refusal=200,
    non_contact=100,
    other=50,
    unknown_household=60,
    unknown_other=40,
    ineligible=100,
)


def test_every_rate_worked_by_hand():
    """900 eligible, 100 unknown, e = 900/1000 = 0.9, so 990 likely eligible."""
    found = response_rates(CASES)
    expected = {
        "e": 0.9,
        "rr1": 500 / 1000, "rr2": 550 / 1000, "rr3": 500 / 990, "rr4": 550 / 990,
        "rr5": 500 / 900, "rr6": 550 / 900,
        "coop1": 500 / 800, "coop2": 550 / 800, "coop3": 500 / 750, "coop4": 550 / 750,
        "ref1": 200 / 1000, "ref2": 200 / 990, "ref3": 200 / 900,
        "con1": 800 / 1000, "con2": 800 / 990, "con3": 800 / 900,
    }  # fmt: skip
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected)


def test_a_stated_share_of_one_gives_the_lowest_rates_and_of_zero_the_highest():
    low, high = response_rates(CASES, e=1), response_rates(CASES, e=0)
    assert (low.rr3, low.rr4, low.ref2, low.con2) == (low.rr1, low.rr2, low.ref1, low.con1)
    assert (high.rr3, high.rr4, high.ref2, high.con2) == (high.rr5, high.rr6, high.ref3, high.con3)


def test_weighted_rates_add_up_base_weights():
    ended = pd.Series(["complete", "refusal", "complete", "non_contact"])
    cases = Dispositions.counted(ended, np.array([1.0, 4, 2, 3]))
    assert response_rates(cases).rr1 == pytest.approx(0.3)
    assert response_rates(Dispositions.counted(ended)).rr1 == pytest.approx(0.5)


def test_without_unknown_cases_no_share_is_needed():
    found = response_rates(Dispositions(complete=3, refusal=1))
    assert found.rr1 == found.rr3 == found.rr5 == 0.75


def test_a_rate_without_cases_in_its_denominator_is_not_a_number():
    found = response_rates(Dispositions(complete=0, unknown_household=5))
    assert np.isnan([found.rr3, found.rr5, found.coop1]).all()
    assert found.rr1 == 0


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        ({"complete": -1}, "complete: expected a count not below 0, got -1"),
        ({"complete": np.nan, "partial": 1}, "complete: expected a count not below 0, got nan"),
        ({"complete": 0}, "expected cases, got none"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, fault):
    with pytest.raises(DesignError, match=fault):
        Dispositions(**counts)


def test_dispositions_of_unknown_name_and_cases_without_one_are_refused():
    with pytest.raises(DesignError) as refused:
        Dispositions.counted(pd.Series(["complete", "moved", None]))
    assert "disposition moved: expected one of complete" in refused.value.faults[0]
    assert refused.value.faults[1] == "no disposition in 1 cases"


def test_a_share_outside_zero_and_one_is_refused():
    with pytest.raises(DesignError, match=r"e: expected a share in \[0, 1\], got 2"):
        response_rates(CASES, e=2)
