"""Counts of right and wrong by matching score, over hand-made answers."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.dif.matching import matched_counts

ANSWERS = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 1], [1, 1, 1]])
FOCAL = np.array([False, False, True, True])


def test_people_stand_at_their_total_score():
    """Totals 2, 1 (reference) and 2, 3 (focal); the first item is wrong only for the third."""
    found = matched_counts(ANSWERS, FOCAL)
    np.testing.assert_array_equal(found.right[0], [[0, 0], [1, 0], [1, 0], [0, 1], [0, 0]])
    np.testing.assert_array_equal(found.wrong[0], [[0, 0], [0, 0], [0, 1], [0, 0], [0, 0]])
    assert found.score[0, :4] == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_an_item_outside_the_matching_score_still_counts_in_its_own():
    """Items 2 and 3 match: totals 1, 0, 2, 2; the first item adds its own point."""
    found = matched_counts(ANSWERS, FOCAL, matching=np.array([False, True, True]))
    np.testing.assert_array_equal(found.right[0].sum(axis=1), [0, 1, 1, 1])
    np.testing.assert_array_equal(found.wrong[0].sum(axis=1), [0, 0, 1, 0])
    np.testing.assert_array_equal(found.people[1].sum(axis=1), [1, 1, 2, 0])


def test_people_are_matched_with_people_asked_the_same_items():
    """Two forms of two items each: equal totals of different forms are different scores."""
    answers = np.array([[1, 0, -1], [0, 1, -1], [-1, 1, 0], [-1, 0, 1]])
    found = matched_counts(answers, np.array([False, True, False, True]))
    held = found.people[1].sum(axis=1)
    assert sorted(held[held > 0]) == [2, 2]
    assert found.people[0].sum() == 2
    assert found.score[1][held > 0] == pytest.approx([0.5, 0.5])


def test_part_credit_is_less_than_full_credit_but_counts_in_the_score():
    answers = np.array([[2, 1], [1, 1], [0, 0], [1, 0]])
    found = matched_counts(answers, np.array([0, 1, 0, 1], bool), categories=np.array([3, 2]))
    np.testing.assert_array_equal(found.right[0].sum(axis=1), [0, 0, 0, 1, 0, 0])
    np.testing.assert_array_equal(found.wrong[0].sum(axis=1), [1, 1, 1, 0, 0, 0])
    assert found.share_right[0] == pytest.approx([0.5, 0])


def test_a_person_not_asked_an_item_is_in_no_count_of_it():
    answers = ANSWERS.copy()
    answers[0, 0] = -1
    found = matched_counts(answers, FOCAL)
    assert found.people[0].sum() == 3
    assert found.share_right[0] == pytest.approx([1, 0.5])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"is_focal": FOCAL[:3]}, r"got \(4, 3\) and \(3,\)"),
        ({"responses": ANSWERS * 2}, "items 1, 2, 3 have others"),
        ({"matching": np.zeros(3, bool)}, "a matching item, got none"),
        ({"categories": np.array([2, 2])}, "for 3 items"),
    ],
)
def test_answers_that_cannot_be_matched_are_refused(change, fault):
    given = {"responses": ANSWERS, "is_focal": FOCAL} | change
    with pytest.raises(ContractError, match=fault):
        matched_counts(given.pop("responses"), given.pop("is_focal"), **given)


def test_answers_missing_here_and_there_are_refused_rather_than_matched_by_nobody():
    random = np.random.default_rng(1)
    answers = np.where(random.random((3000, 20)) < 0.3, -1, 1)
    with pytest.raises(ContractError, match="different sets of items asked"):
        matched_counts(answers, np.arange(3000) < 1500)
