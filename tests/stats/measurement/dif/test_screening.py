"""Screening of all items through all groupings."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.dif.screening import screen
from pipeline.stats.multiplicity import holm
from tests.stats.measurement.dif.simulated import simulated

ANSWERS, FOCAL = simulated((1500, 1200), 25, harder={3: 1.0, 11: -1.0}, steeper={20: -1.3})
SEX = np.where(FOCAL, "female", "male")
NAMES = [f"q{item}" for item in range(25)]


def test_planted_items_are_flagged_and_named():
    rows = screen(ANSWERS, {"sex": SEX}, items=NAMES).rows.frame()
    assert set(rows.loc[rows["is_flagged"], "item"]) == {"q3", "q11"}
    assert set(rows.loc[rows["is_crossing"], "item"]) == {"q20"}
    hard, easy = rows.set_index("item").loc["q3"], rows.set_index("item").loc["q11"]
    assert hard["ets_class"] == "C"
    assert hard["delta"] < -1.5 < 1.5 < easy["delta"]
    assert hard["p_difference"] < 0 < easy["p_difference"]
    assert (hard["reference"], hard["focal"]) == ("male", "female")
    assert not hard["matches"]


def test_a_less_able_group_alone_is_no_reason_for_flags():
    answers, focal = simulated((1500, 1500), 25, gap=1.0)
    rows = screen(answers, {"area": np.where(focal, "rural", "urban")}).rows
    assert not rows.is_flagged.any()
    assert (rows.share_focal < rows.share_reference).mean() > 0.9


def test_over_many_surveys_planted_items_are_found_and_clean_ones_left_alone():
    """Four of thirty items shifted by 0.8: most are found, hardly a clean one is flagged."""
    planted = np.arange(30) < 4
    flags = []
    for seed in range(20):
        answers, focal = simulated((900, 900), harder=dict.fromkeys(range(4), 0.8), seed=seed)
        flags.append(screen(answers, {"group": focal}).rows.is_flagged)
    assert np.mean(flags, axis=0)[planted].mean() > 0.8
    assert np.mean(flags, axis=0)[~planted].mean() < 0.01


def test_every_group_meets_the_most_numerous_or_the_one_named():
    random = np.random.default_rng(5)
    level = random.choice(["primary", "junior", "senior"], len(ANSWERS), p=[0.3, 0.45, 0.25])
    rows = screen(ANSWERS, {"education": level}).rows
    assert set(rows.reference) == {"junior"}
    assert set(rows.focal) == {"primary", "senior"}
    named = screen(ANSWERS, {"education": level}, references={"education": "senior"}).rows
    assert set(named.reference) == {"senior"}


def test_groups_of_too_few_people_get_a_reason_and_no_test():
    group = np.where(np.arange(len(ANSWERS)) < 150, "small", SEX)
    found = screen(ANSWERS, {"group": group})
    rows = found.rows.frame().set_index("focal").loc["small"]
    assert (rows["reason"] == "too few people").all()
    assert rows["delta"].isna().all()
    assert (rows["ets_class"] == "").all()
    assert not rows["is_flagged"].any()
    assert (rows["n_focal"] == 150).all()
    assert ("group", "small") not in found.comparisons


def test_an_item_asked_of_few_and_an_item_all_have_right_get_a_reason():
    answers = ANSWERS.copy()
    answers[:2600, 5] = -1
    answers[:, 6] = 1
    rows = screen(answers, {"sex": SEX}, items=NAMES).rows.frame().set_index("item")
    assert rows.loc["q5", "reason"] == "too few people"
    assert rows.loc["q6", "reason"] == "no variation"
    assert rows.loc[["q5", "q6"], "mh_p"].isna().all()
    assert (rows.drop(["q5", "q6"])["reason"] == "").all()


def test_a_missing_group_is_in_no_comparison():
    sex = SEX.astype(object)
    sex[::10] = None
    rows = screen(ANSWERS, {"sex": sex}).rows
    assert (rows.n_focal + rows.n_reference == len(ANSWERS) - len(sex[::10])).all()


def test_p_values_are_adjusted_within_a_grouping():
    found = screen(ANSWERS, {"sex": SEX, "again": SEX}).rows.frame()
    for _, rows in found.groupby("grouping"):
        assert rows["mh_p_holm"].to_numpy() == pytest.approx(holm(rows["mh_p"].to_numpy()))
    one = found[found["grouping"] == "sex"]
    other = found[found["grouping"] == "again"]
    assert one["mh_p_holm"].to_numpy() == pytest.approx(other["mh_p_holm"].to_numpy())


def test_the_order_of_people_changes_nothing():
    order = np.random.default_rng(3).permutation(len(FOCAL))
    one = screen(ANSWERS, {"sex": SEX}).rows
    other = screen(ANSWERS[order], {"sex": SEX[order]}).rows
    assert other.delta == pytest.approx(one.delta)
    np.testing.assert_array_equal(other.is_flagged, one.is_flagged)


@pytest.mark.parametrize(
    ("labels", "reference", "fault"),
    [
        (SEX[:10], None, "expected 2700 labels, got 10"),
        (np.full(2700, "male"), None, "two groups or more, got 1"),
        (SEX, "other", "reference group among .*, got other"),
    ],
)
def test_groupings_that_cannot_be_compared_are_refused(labels, reference, fault):
    references = None if reference is None else {"sex": reference}
    with pytest.raises(ContractError, match=fault):
        screen(ANSWERS, {"sex": labels}, references=references)
