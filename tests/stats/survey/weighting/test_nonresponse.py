import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DesignError, EmptyStratumError
from pipeline.stats.survey.weighting.nonresponse import adjust_by_class, adjust_nonresponse
from tests.stats.survey.weighting.linearised import both_errors, clustered_people

RECORD = pd.DataFrame(
    {
        "classes": ["town", "town", "village"],
        "weight": [10.0, 20.0, 5.0],
        "eligible": [4, 3, 6],
        "completed": [2, 2, 3],
    }
)


def adjusted(**changes):
    record = RECORD.assign(**changes)
    return adjust_by_class(**{name: record[name] for name in record})


def test_factor_and_response_rate_worked_by_hand():
    """Town: (10*4 + 20*3) / (10*2 + 20*2) = 100/60, 4 of 7 answered; village: 30/15, 3 of 6."""
    table = adjusted().table
    assert table["factor"].to_dict() == pytest.approx({"town": 100 / 60, "village": 2})
    assert table["response_rate"].to_dict() == pytest.approx({"town": 4 / 7, "village": 0.5})
    assert table.loc["town", "weighted_response_rate"] == pytest.approx(0.6)


def test_respondents_carry_the_weight_of_all_that_were_eligible():
    classes = pd.Series(["town"] * 4 + ["village"] * 3)
    base = np.array([10, 10, 20, 20, 5, 5, 5])
    assert (base * adjusted().factors(classes)).sum() == pytest.approx(100 + 30)


def test_a_record_per_address_gives_what_counts_give():
    per_address = adjust_by_class(
        classes=pd.Series(["c"] * 3),
        weight=pd.Series([10.0] * 3),
        eligible=pd.Series([True] * 3),
        completed=pd.Series([True, True, False]),
    )
    assert per_address.table.loc["c", "factor"] == pytest.approx(1.5)


def test_classes_without_anybody_completed_are_listed():
    with pytest.raises(EmptyStratumError, match="class village: 6 eligible issued, nobody"):
        adjusted(completed=[2, 2, 0])


def test_a_class_without_eligible_addresses_needs_no_factor():
    table = adjusted(eligible=[4, 3, 0], completed=[2, 2, 0]).table
    assert table.index.tolist() == ["town"]


def test_a_record_that_cannot_be_is_refused_with_every_fault():
    with pytest.raises(DesignError) as refused:
        adjusted(weight=[10.0, np.nan, 5.0], completed=[9, 2, -1])
    assert refused.value.faults == [
        "missing counts or weights in 1 rows",
        "negative counts or weights in 1 rows",
        "more completed than eligible in 1 rows",
    ]


def test_respondents_of_a_class_never_issued_are_refused():
    with pytest.raises(DesignError, match="class hamlet: respondents, but nothing issued"):
        adjusted().factors(pd.Series(["town", "hamlet"]))


def persons(**changes):
    given = {
        "weight": np.array([1.0, 2, 3, 4, 5]),
        "responded": np.array([True, True, False, True, False]),
        "classes": pd.Series(list("aaabb")),
    }
    given |= changes
    return adjust_nonresponse(given.pop("weight"), **given)


def test_respondents_of_a_class_carry_the_weight_of_its_nonrespondents():
    """Class a: 6 on 3; class b: 9 on 4."""
    found = persons()
    assert found.weight == pytest.approx([2, 4, 0, 9, 0])
    assert found.table["factor"].to_dict() == pytest.approx({"a": 2, "b": 9 / 4})
    assert found.table["response_rate"].to_dict() == pytest.approx({"a": 2 / 3, "b": 0.5})


def test_the_weight_of_people_outside_the_population_goes_to_nobody():
    found = persons(eligible=np.array([True, True, False, True, True]))
    assert found.weight == pytest.approx([1, 2, 0, 9, 0])


def test_persons_of_weight_zero_change_nothing():
    found = persons(weight=np.array([1.0, 2, 3, 4, 0]))
    assert found.weight == pytest.approx([2, 4, 0, 4, 0])


def test_a_person_record_and_a_record_of_counts_give_the_same_factors():
    counts = adjust_by_class(
        classes=pd.Series(["a", "b"]),
        weight=pd.Series([2.0, 3.0]),
        eligible=pd.Series([3, 2]),
        completed=pd.Series([2, 1]),
    )
    found = persons(weight=np.array([2.0, 2, 2, 3, 3]))
    assert found.table["factor"].to_dict() == pytest.approx(counts.table["factor"].to_dict())


def test_a_class_of_persons_without_a_respondent_is_named():
    with pytest.raises(EmptyStratumError, match="class b: 2 eligible, nobody responded"):
        persons(responded=np.array([True, True, False, False, False]))


def test_an_ineligible_respondent_is_refused():
    with pytest.raises(DesignError, match=r"more than one of responded, .* in 1 rows"):
        persons(eligible=np.array([False, True, True, True, True]))


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(DesignError, match="expected one length, got weight 5, classes 2"):
        persons(classes=pd.Series(["a", "b"]))


def test_the_linearised_error_agrees_with_leaving_psus_out():
    sample = clustered_people(3)

    def steps(base):
        return adjust_nonresponse(base, responded=sample["responded"], classes=sample["group"])

    linearised, jackknife = both_errors(sample, steps)
    assert linearised == pytest.approx(jackknife, rel=0.02)
