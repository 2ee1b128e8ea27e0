"""Logistic regression DIF against a general program, and laws."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from pipeline.stats.measurement.dif.logistic import LikelihoodRatio, logistic_dif
from pipeline.stats.measurement.dif.mantel_haenszel import mantel_haenszel
from pipeline.stats.measurement.dif.matching import MatchedCounts, matched_counts
from tests.stats.measurement.dif.simulated import simulated


def test_counts_give_what_people_give_one_by_one():
    answers, focal = simulated((200, 150), 10, harder={2: 0.8})
    found = logistic_dif(matched_counts(answers, focal))
    total = answers.sum(axis=1)
    columns = np.column_stack([np.ones(len(total)), total, focal, total * focal])
    for item in (0, 2):
        fits = [
            sm.GLM(answers[:, item], columns[:, :p], sm.families.Binomial()).fit(tol=1e-12)
            for p in (1, 2, 3, 4)
        ]
        null, score, group, product = (fit.llf for fit in fits)
        assert found.uniform.chi_square[item] == pytest.approx(2 * (group - score), abs=1e-6)
        assert found.non_uniform.chi_square[item] == pytest.approx(2 * (product - group), abs=1e-6)
        assert found.both.chi_square[item] == pytest.approx(2 * (product - score), abs=1e-6)
        assert found.log_odds[item] == pytest.approx(fits[2].params[2], abs=1e-6)
        n = len(total)
        r2 = [
            (1 - np.exp(2 * (null - each) / n)) / (1 - np.exp(2 * null / n))
            for each in (score, group)
        ]
        assert found.uniform.r2_change[item] == pytest.approx(r2[1] - r2[0], abs=1e-9)


def test_both_is_uniform_plus_non_uniform():
    found = logistic_dif(matched_counts(*simulated((400, 400), 12)))
    assert found.both.chi_square == pytest.approx(
        found.uniform.chi_square + found.non_uniform.chi_square
    )
    assert found.both.df == found.uniform.df + found.non_uniform.df


def test_copies_of_everybody_leave_effects_and_double_chi_square():
    answers, focal = simulated((300, 200), 10)
    once = logistic_dif(matched_counts(answers, focal))
    twice = logistic_dif(matched_counts(np.tile(answers, (2, 1)), np.tile(focal, 2)))
    assert twice.both.chi_square == pytest.approx(2 * once.both.chi_square, abs=1e-6)
    assert twice.both.r2_change == pytest.approx(once.both.r2_change, abs=1e-9)


def test_crossing_curves_are_non_uniform_and_shifted_ones_uniform():
    answers, focal = simulated((2000, 2000), 30, harder={4: 0.9}, steeper={9: -2.5}, gap=0)
    found = logistic_dif(matched_counts(answers, focal))
    assert found.uniform.chi_square.argmax() == 4
    assert found.log_odds[4] < 0
    assert found.non_uniform.chi_square.argmax() == 9
    assert found.non_uniform.classes()[9] in {"B", "C"}


def test_an_item_that_everybody_has_right_is_not_estimated():
    answers, focal = simulated((100, 100), 8)
    answers[:, 3] = 1
    found = logistic_dif(matched_counts(answers, focal))
    assert np.isnan(found.both.chi_square[3])
    assert found.both.classes()[3] == ""
    assert np.isfinite(np.delete(found.both.chi_square, 3)).all()


def test_a_group_that_is_always_right_has_a_finite_test():
    """The coefficient of the group runs away; the likelihood does not."""
    answers, focal = simulated((150, 150), 8)
    answers[focal, 2] = 1
    found = logistic_dif(matched_counts(answers, focal))
    assert np.isfinite(found.both.chi_square).all()
    assert found.uniform.chi_square.argmax() == 2


def test_classes_of_jodoin_and_gierl():
    change = np.array([0.034, 0.036, 0.069, 0.071, 0.071, np.nan])
    chi = np.array([50.0, 50, 50, 50, 0.1, np.nan])
    found = LikelihoodRatio(chi_square=chi, df=1, r2_change=change).classes()
    assert list(found) == ["A", "B", "B", "C", "A", ""]


def test_r_loses_the_scale_of_nagelkerke_with_many_people():
    """Over 1,100 people the likelihood of a constant is 0 to difR, and its largest R2 is 1."""
    few, many = (matched_counts(*simulated((n, n), 10)) for n in (300, 3000))
    for name in ("uniform", "both"):
        ours, theirs = (getattr(logistic_dif(few, r_nagelkerke=r), name) for r in (False, True))
        assert theirs.r2_change == pytest.approx(ours.r2_change)
        ours, theirs = (getattr(logistic_dif(many, r_nagelkerke=r), name) for r in (False, True))
        assert (theirs.r2_change < 0.76 * ours.r2_change).all()


def test_r_loses_the_likelihoods_themselves_with_very_many_people():
    """exp(-745) is the least a double holds: where the score tells much, R2 becomes 1."""
    share = expit(np.linspace(-9, 9, 21))[:, None] * np.ones(2)
    counts = MatchedCounts(
        right=1000 * share[None],
        wrong=1000 * (1 - share[None]),
        score=np.linspace(0, 1, 21)[None],
    )
    assert logistic_dif(counts, r_nagelkerke=True).both.r2_change == pytest.approx([0])


def test_one_person_is_counted_and_tells_nothing():
    counts = matched_counts(np.array([[1, 0, 1]]), np.array([True]))
    assert np.isnan(logistic_dif(counts).both.chi_square).all()
    assert np.isnan(mantel_haenszel(counts).alpha).all()
