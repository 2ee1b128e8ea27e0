import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DesignError, EmptyStratumError
from pipeline.stats.survey.weighting.eligibility import adjust_eligibility
from tests.stats.survey.weighting.linearised import both_errors, clustered_people

# class a: two eligible, one ineligible, one unresolved; class b: one each
CASES = {
    "eligible": np.array([1, 1, 0, 0, 1, 0, 0], dtype=bool),
    "ineligible": np.array([0, 0, 1, 0, 0, 1, 0], dtype=bool),
    "classes": pd.Series(list("aaaabbb")),
}
WEIGHT = np.array([10.0, 10, 10, 10, 6, 2, 4])


def adjusted(weight=WEIGHT, **changes):
    return adjust_eligibility(weight, **(CASES | changes))


def test_resolved_cases_share_the_weight_of_unresolved_ones():
    """Class a: 40/30 each. Class b: e = 6/8, factor 12/8 for both."""
    found = adjusted()
    assert found.weight == pytest.approx([40 / 3, 40 / 3, 40 / 3, 0, 9, 3, 0])
    assert found.table["eligible_share"].to_dict() == pytest.approx({"a": 2 / 3, "b": 0.75})
    assert found.table.loc["a", ["eligible", "ineligible", "unresolved"]].tolist() == [2, 1, 1]


def test_a_stated_share_splits_the_unresolved_weight():
    """e = 0.5: eligible of class a get 5 more on 20, the ineligible one 5 more on 10."""
    found = adjusted(eligible_share=0.5)
    assert found.weight == pytest.approx([12.5, 12.5, 15, 0, 8, 4, 0])


def test_stating_the_share_of_the_class_itself_changes_no_weight():
    found = adjusted(eligible_share={"a": 2 / 3, "b": 0.75})
    assert found.weight == pytest.approx(adjusted().weight)


@pytest.mark.parametrize("share", [None, 0.3])
def test_the_total_weight_of_every_class_is_kept(share):
    after = pd.Series(adjusted(eligible_share=share).weight).groupby(CASES["classes"]).sum()
    assert after.to_dict() == pytest.approx({"a": 40, "b": 12})


def test_a_class_in_which_nobody_was_resolved_is_named():
    nobody = np.array([1, 1, 0, 0, 0, 0, 0], dtype=bool)
    with pytest.raises(EmptyStratumError, match="class b: 3 unresolved, nobody resolved"):
        adjusted(eligible=nobody, ineligible=~nobody & (CASES["classes"] == "a").to_numpy())


def test_a_stated_share_needs_somebody_eligible_to_carry_it():
    ineligible = CASES["ineligible"] | (CASES["classes"] == "b").to_numpy()
    eligible = CASES["eligible"] & ~ineligible
    ineligible[-1] = False
    with pytest.raises(EmptyStratumError, match="class b: 1 unresolved, nobody eligible"):
        adjusted(eligible=eligible, ineligible=ineligible, eligible_share=0.5)


def test_faults_of_the_record_are_reported_at_once():
    with pytest.raises(DesignError) as refused:
        adjusted(
            weight=np.array([-1.0, 10, 10, 10, 6, 2, 4]),
            ineligible=np.ones(7, dtype=bool),
            classes=pd.Series([None, *"aaabbb"]),
        )
    assert refused.value.faults == [
        "weight missing, infinite or negative in 1 rows",
        "more than one of eligible, ineligible, unresolved in 3 rows",
    ]


@pytest.mark.parametrize("share", [1.2, {"a": 0.5}])
def test_a_share_outside_zero_and_one_or_for_some_classes_only_is_refused(share):
    with pytest.raises(DesignError, match="expected a share of eligible cases in"):
        adjusted(eligible_share=share)


@pytest.mark.parametrize("share", [None, 0.6])
def test_the_linearised_error_agrees_with_leaving_psus_out(share):
    sample = clustered_people(2)
    kind = np.where(sample["responded"], 0, np.arange(len(sample["x"])) % 2 + 1)

    def steps(base):
        return adjust_eligibility(base, eligible=kind == 0, ineligible=kind == 1,
                                  classes=sample["group"], eligible_share=share)  # fmt: skip

    linearised, jackknife = both_errors(sample, steps)
    assert linearised == pytest.approx(jackknife, rel=0.02)
