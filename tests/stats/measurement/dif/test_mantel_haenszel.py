"""Mantel-Haenszel: tables worked by hand, laws, and classes at their borders."""

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.measurement.dif.homogeneity import breslow_day
from pipeline.stats.measurement.dif.mantel_haenszel import (
    MantelHaenszel,
    ets_classes,
    mantel_haenszel,
)
from pipeline.stats.measurement.dif.matching import MatchedCounts, matched_counts
from tests.stats.measurement.dif.simulated import simulated


def tables(right, wrong) -> MatchedCounts:
    """One item from [reference, focal] counts by score."""
    r, w = np.array([right], float), np.array([wrong], float)
    return MatchedCounts(right=r, wrong=w, score=np.linspace(0, 1, r.shape[1])[None])


TWO = tables([[10, 5], [20, 15]], [[10, 15], [5, 10]])


def test_two_scores_worked_by_hand():
    """N = 40 and 50: alpha = (10*15/40 + 20*10/50) / (10*5/40 + 5*15/50) = 7.75 / 2.75.

    E(A) = 20*15/40 + 25*35/50 = 25, A = 30; V = 20*20*15*25/(1600*39) + 25*25*35*15/(2500*49).
    """
    found = mantel_haenszel(TWO)
    assert found.alpha == pytest.approx([7.75 / 2.75])
    assert found.delta == pytest.approx([-2.35 * np.log(7.75 / 2.75)])
    variance = 150000 / 62400 + 328125 / 122500
    assert found.chi_square == pytest.approx([25 / variance])
    assert found.chi_square_corrected == pytest.approx([4.5**2 / variance])
    assert found.p_value == pytest.approx(stats.chi2.sf(25 / variance, 1))


def test_one_table_has_the_variance_of_a_log_odds_ratio():
    """With a single score the variance is 1/A + 1/B + 1/C + 1/D."""
    found = mantel_haenszel(tables([[10, 5]], [[10, 15]]))
    assert found.alpha == pytest.approx([3])
    assert found.variance == pytest.approx([1 / 10 + 1 / 10 + 1 / 5 + 1 / 15])
    low, high = found.interval(level=0.95)
    assert np.sqrt(low * high) == pytest.approx([3])
    assert np.log(high / low) == pytest.approx(2 * 1.959964 * np.sqrt(found.variance))


def test_an_item_that_only_one_group_gets_wrong_has_a_test_but_no_odds():
    """E(A) = 10*15/20 = 7.5, A = 10; V = 10*10*15*5/(400*19)."""
    found = mantel_haenszel(tables([[10, 5]], [[0, 5]]))
    assert np.isnan(found.alpha).all()
    assert found.chi_square == pytest.approx([2.5**2 / (7500 / 7600)])
    assert list(ets_classes(found)) == [""]


def test_scores_of_one_group_or_one_answer_say_nothing():
    more = tables([[10, 5], [20, 15], [7, 0], [3, 3]], [[10, 15], [5, 10], [2, 0], [0, 0]])
    for name in ("alpha", "variance", "chi_square", "chi_square_corrected"):
        assert getattr(mantel_haenszel(more), name) == pytest.approx(
            getattr(mantel_haenszel(TWO), name)
        )
    assert breslow_day(more).df == [1]


def test_exchanging_the_groups_turns_the_odds_over():
    one = mantel_haenszel(TWO)
    other = mantel_haenszel(
        MatchedCounts(right=TWO.right[..., ::-1], wrong=TWO.wrong[..., ::-1], score=TWO.score)
    )
    assert other.alpha == pytest.approx(1 / one.alpha)
    assert other.variance == pytest.approx(one.variance)
    assert other.chi_square == pytest.approx(one.chi_square)


@pytest.mark.parametrize("right", [[[5, 5], [9, 9]], [[0, 0], [0, 0]]], ids=["all", "none"])
def test_an_item_that_all_or_none_have_right_has_no_odds_ratio(right):
    people = np.array([[5, 5], [9, 9]])
    counts = tables(right, people - np.array(right))
    found = mantel_haenszel(counts)
    assert np.isnan([found.alpha, found.delta, found.chi_square]).all()
    assert list(ets_classes(found)) == [""]
    assert np.isnan(breslow_day(counts).chi_square).all()


def classed(delta: float, se: float) -> str:
    alpha, chi = np.exp(delta / -2.35), (delta / se) ** 2
    found = MantelHaenszel(
        alpha=np.array([alpha]),
        variance=np.array([(se / 2.35) ** 2]),
        chi_square=np.array([chi]),
        chi_square_corrected=np.array([chi]),
    )
    return str(ets_classes(found)[0])


@pytest.mark.parametrize(
    ("delta", "se", "expected"),
    [
        (0.99, 0.1, "A"),
        (-0.99, 0.1, "A"),
        (1.2, 0.1, "B"),
        (1.2, 0.7, "A"),  # not significant
        (-1.6, 0.2, "C"),
        (1.6, 0.5, "B"),  # not significantly above 1: 1.6 - 0.82 < 1
        (1.49, 0.01, "B"),
    ],
)
def test_classes_follow_size_and_significance(delta, se, expected):
    assert classed(delta, se) == expected


def test_breslow_day_is_zero_where_the_odds_ratio_is_the_same_everywhere():
    """Odds ratios of 3 and 3 exactly."""
    counts = tables([[30, 10], [60, 20]], [[10, 10], [20, 20]])
    found = breslow_day(counts)
    assert found.chi_square == pytest.approx([0], abs=1e-12)
    assert (found.df == 1).all()
    assert found.p_value == pytest.approx([1])


def test_breslow_day_sees_an_odds_ratio_that_turns_over():
    found = breslow_day(tables([[40, 20], [20, 40]], [[20, 40], [40, 20]]))
    assert found.chi_square[0] > 20


def test_the_order_of_people_and_their_copies_change_no_odds_ratio():
    answers, focal = simulated((150, 120), 8)
    once = mantel_haenszel(matched_counts(answers, focal))
    order = np.random.default_rng(2).permutation(len(focal))
    mixed = mantel_haenszel(matched_counts(answers[order], focal[order]))
    assert mixed.chi_square == pytest.approx(once.chi_square)
    twice = mantel_haenszel(matched_counts(np.repeat(answers, 2, 0), np.repeat(focal, 2)))
    assert twice.alpha == pytest.approx(once.alpha)
    assert twice.variance == pytest.approx(once.variance / 2)
