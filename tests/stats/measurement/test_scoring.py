"""Points from answers: hand-made tables of four people, and laws that any answers obey."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fields import MissingKind
from pipeline.stats.measurement.scoring import (
    ItemKey,
    Worth,
    highest_level,
    item_credit,
    passes_every,
    reaches,
    score,
)

NOT_ASKED, DONT_KNOW, REFUSED, INVALID = (int(kind) for kind in MissingKind)
NAN = float("nan")
SINGLE = ItemKey(item="q1", right={"q1": 2})
MULTIPLE = ItemKey(item="q2", right={"q2_1": 1, "q2_2": 0, "q2_3": 1})
LEAD = ItemKey(item="lead", right={"lead": 1})
FOLLOWER = ItemKey(item="then", right={"then": 3}, follows="lead")
UNSCORED = {MissingKind.NOT_ASKED}


def credit(answers: dict[str, list[int]], *keys: ItemKey, unscored=UNSCORED) -> pd.DataFrame:
    return item_credit(pd.DataFrame(answers), keys, unscored=unscored)


def test_only_the_key_earns_credit():
    found = credit({"q1": [2, 1, 3, DONT_KNOW, REFUSED, INVALID, NOT_ASKED]}, SINGLE)
    np.testing.assert_array_equal(found["q1"], [1, 0, 0, 0, 0, 0, NAN])


@pytest.mark.parametrize("kind", list(MissingKind))
def test_the_standard_says_which_missing_answers_leave_no_score(kind):
    given = {"q1": [int(kind)]}
    assert credit(given, SINGLE, unscored={kind})["q1"].isna().all()
    assert credit(given, SINGLE, unscored=set())["q1"].tolist() == [0]


def test_a_multiple_item_is_right_only_as_a_whole():
    # Right; one option short; one too many; none.
    answers = {"q2_1": [1, 1, 1, 0], "q2_2": [0, 0, 1, 1], "q2_3": [1, 0, 1, 0]}
    assert credit(answers, MULTIPLE)["q2"].tolist() == [1, 0, 0, 0]


def test_partial_credit_is_the_share_of_options_judged_rightly():
    answers = {"q2_1": [1, 1, 1, 0], "q2_2": [0, 0, 1, 1], "q2_3": [1, 0, 1, 0]}
    partial = ItemKey(item="q2", right=MULTIPLE.right, partial_credit=True)
    np.testing.assert_allclose(credit(answers, partial)["q2"], [1, 2 / 3, 2 / 3, 0])


def test_a_multiple_item_that_is_not_answered_earns_nothing():
    answers = {name: [DONT_KNOW, NOT_ASKED] for name in MULTIPLE.right}
    partial = ItemKey(item="q2", right=MULTIPLE.right, partial_credit=True)
    np.testing.assert_array_equal(credit(answers, partial)["q2"], [0, NAN])


def test_whoever_failed_the_lead_item_is_wrong_on_the_one_that_follows():
    # Right and right; right and wrong; wrong, so not asked; nobody asked either.
    answers = {"lead": [1, 1, 2, NOT_ASKED], "then": [3, 1, NOT_ASKED, NOT_ASKED]}
    found = credit(answers, LEAD, FOLLOWER)
    np.testing.assert_array_equal(found["then"], [1, 0, 0, NAN])


def test_a_refused_follower_stays_without_score_where_the_standard_says_so():
    # It was asked: only "not asked" is explained by the lead item.
    answers = {"lead": [1, 2], "then": [REFUSED, NOT_ASKED]}
    found = credit(answers, LEAD, FOLLOWER, unscored={*UNSCORED, MissingKind.REFUSED})
    np.testing.assert_array_equal(found["then"], [NAN, 0])


def test_a_chain_of_items_is_wrong_from_its_first_fault():
    last = ItemKey(item="last", right={"last": 1}, follows="then")
    answers = {"lead": [2, 1], "then": [NOT_ASKED, 1], "last": [NOT_ASKED, NOT_ASKED]}
    found = credit(answers, LEAD, FOLLOWER, last)
    assert found["last"].tolist() == [0, 0]


WORTH = {
    "a": Worth(dimension="facts", points=2),
    "b": Worth(dimension="facts", points=3),
    "c": Worth(dimension="skills", points=5),
}


def test_points_add_up_by_dimension_and_in_total():
    earned = pd.DataFrame({"a": [1, 0.5], "b": [0, 1], "c": [1, 0], "other": [1, 1]})
    scored = score(earned, WORTH)
    assert scored.dimensions.to_dict("list") == {"facts": [2, 4], "skills": [5, 0]}
    assert scored.total.tolist() == [7, 4]


def test_one_item_without_credit_leaves_no_score():
    scored = score(pd.DataFrame({"a": [1, NAN], "b": [1, 1], "c": [1, 1]}), WORTH)
    np.testing.assert_array_equal(scored.total, [10, NAN])
    np.testing.assert_array_equal(scored.dimensions["skills"], [5, 5])


@pytest.mark.parametrize("dimensions", [("one", "one"), ("one", "other")])
def test_decimal_points_reach_a_cut_they_equal_on_paper(dimensions):
    # 0.1 + 0.2 is 0.30000000000000004 in binary, within a dimension and across two.
    worth = {
        item: Worth(dimension=dimension, points=points)
        for item, dimension, points in zip("ab", dimensions, (0.1, 0.2), strict=True)
    }
    scored = score(pd.DataFrame({"a": [1.0], "b": [1.0]}), worth)
    assert reaches(scored.total, 0.3, inclusive=True).all()
    assert not reaches(scored.total, 0.3, inclusive=False).any()


def test_a_cut_belongs_to_those_who_pass_only_if_it_is_inclusive():
    points = pd.Series([5.9, 6.0, 6.1, NAN])
    assert reaches(points, 6, inclusive=True).tolist() == [False, True, True, False]
    assert reaches(points, 6, inclusive=False).tolist() == [False, False, True, False]


def test_every_part_must_be_passed_together():
    earned = pd.DataFrame({"a": [1, 1, 0], "b": [1, 0, 1], "c": [1, 1, 1]})
    passed = passes_every(score(earned, WORTH), {"facts": 3, "skills": 5}, inclusive=True)
    assert passed.tolist() == [True, False, True]


def test_levels_are_cumulative_and_named_by_the_highest():
    levels = highest_level(pd.Series([9, 8.9, 6, 5.9, NAN]), {"high": 9, "pass": 6})
    assert levels.where(levels.notna(), None).tolist() == ["high", "pass", "pass", None, None]


def test_without_levels_nobody_has_one():
    assert highest_level(pd.Series([9.0, 1.0]), {}).isna().all()


@given(
    st.lists(st.tuples(*[st.integers(-4, 3)] * 3), min_size=1, max_size=20),
    st.integers(0, 2),
)
def test_a_further_right_answer_never_lowers_a_score(rows, place):
    columns = ["a", "b", "c"]
    keys = [ItemKey(item=name, right={name: 1}) for name in columns]
    answers = pd.DataFrame(rows, columns=columns)
    better = answers.assign(**{columns[place]: 1})
    before, after = (
        score(item_credit(table, keys, unscored=set()), WORTH).total for table in (answers, better)
    )
    assert (after >= before).all()
    assert before.between(0, 10).all()


@given(st.permutations(range(6)))
def test_the_order_of_people_changes_no_score(order):
    answers = pd.DataFrame({"q1": [2, 1, DONT_KNOW, 2, NOT_ASKED, 3]})
    worth = {"q1": Worth(dimension="d", points=1)}
    straight = score(item_credit(answers, [SINGLE], unscored=UNSCORED), worth).total
    shuffled = score(item_credit(answers.iloc[order], [SINGLE], unscored=UNSCORED), worth).total
    pd.testing.assert_series_equal(shuffled.sort_index(), straight)
