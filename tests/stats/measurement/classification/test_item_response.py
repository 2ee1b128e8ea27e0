"""Lee and Rudner: by hand, against simulated parallel tests, and their laws."""

import numpy as np
import pytest
from scipy.stats import norm

from pipeline.stats.measurement.classification import lee, rudner
from pipeline.stats.measurement.classification.cut import latent_cut
from pipeline.stats.measurement.irt.ability.nodes import EVEN_NODES, split_nodes
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.irt.observed_scores import ObservedScores, observed_scores

RNG = np.random.default_rng(5)
FORM = Logistic.of_difficulty(RNG.uniform(0.8, 1.8, 50), RNG.normal(0.3, 1, 50), 0.15)
POINTS = np.column_stack([np.zeros(50), np.resize([1.0, 2.0, 3.0], 50)])
POINTS[-1, 1] += 100 - POINTS.sum()
CUT = np.array([70.0])
NODES = split_nodes(np.array([latent_cut(FORM, 70, POINTS)]))
OBSERVED = observed_scores(FORM.probabilities(NODES.ability), POINTS)
TRUE = FORM.expected(NODES.ability, POINTS).sum(axis=0)
POPULATION = NODES.population()


def weak_and_strong() -> ObservedScores:
    """Two people; totals 0, 1, 2 with .5 .4 .1 and .1 .3 .6, expected totals .6 and 1.5."""
    return ObservedScores(np.array([0.0, 1, 2]), np.array([[0.5, 0.1], [0.4, 0.3], [0.1, 0.6]]))


def test_lee_by_hand():
    # At cut 1 the weak pass with .5 and should not, the strong with .9 and should.
    chances = lee.level_chances(weak_and_strong(), np.array([0.6, 1.5]), np.array([1.0]))
    np.testing.assert_array_equal(chances.true_level, [0, 1])
    np.testing.assert_allclose(chances.accuracy, [0.5, 0.9])
    strict = lee.level_chances(
        weak_and_strong(), np.array([0.6, 1.5]), np.array([1.0]), inclusive=False
    )
    np.testing.assert_allclose(strict.accuracy, [0.9, 0.6])


def test_accuracy_by_score_by_hand():
    # Equal shares. Total 1: weak .4, strong .3, so truly above with 3/7 though it passes.
    found = lee.accuracy_by_score(
        weak_and_strong(), np.array([0.6, 1.5]), np.array([1.0, 1.0]), np.array([1.0])
    )
    np.testing.assert_allclose(found.true_level[1], [0.1 / 0.6, 3 / 7, 6 / 7])
    np.testing.assert_allclose(found.accuracy, [0.5 / 0.6, 3 / 7, 6 / 7])


def test_accuracy_by_score_adds_up_to_accuracy():
    found = lee.accuracy_by_score(OBSERVED, TRUE, POPULATION, np.array([55.0, 70, 85]))
    overall = lee.level_chances(OBSERVED, TRUE, np.array([55.0, 70, 85])).over(POPULATION)
    shares = OBSERVED.marginal(POPULATION)
    assert shares @ found.accuracy == pytest.approx(overall.accuracy)
    np.testing.assert_allclose(found.true_level.sum(axis=0), 1)


def test_the_higher_the_score_the_surer_the_pass():
    found = lee.accuracy_by_score(OBSERVED, TRUE, POPULATION, CUT)
    reached = OBSERVED.marginal(POPULATION) > 1e-6
    assert (np.diff(found.true_level[1, reached]) > -1e-3).all()


def test_lee_tells_what_two_simulated_tests_do():
    rng = np.random.default_rng(8)
    ability = rng.normal(size=200_000)
    right = FORM.probabilities(ability)[:, 1]
    first, second = ((POINTS[:, 1] @ (rng.random(right.shape) < right)) >= 70 for _ in range(2))
    truly = FORM.expected(ability, POINTS).sum(axis=0) >= 70
    found = lee.level_chances(OBSERVED, TRUE, CUT).over(POPULATION)
    assert found.true_share[0] == pytest.approx(truly.mean(), abs=0.003)
    assert found.observed_share[0] == pytest.approx(first.mean(), abs=0.003)
    assert found.accuracy == pytest.approx((first == truly).mean(), abs=0.003)
    assert found.consistency == pytest.approx((first == second).mean(), abs=0.003)
    assert found.lost_on_retest[0] == pytest.approx((~second)[first].mean(), abs=0.01)


def test_nodes_split_at_the_cut_give_the_true_share_that_even_ones_miss():
    exact = norm.sf(latent_cut(FORM, 70, POINTS))
    found = lee.level_chances(OBSERVED, TRUE, CUT).over(POPULATION)
    assert found.true_share[0] == pytest.approx(exact, abs=1e-7)
    even = EVEN_NODES.ability
    coarse = lee.level_chances(
        observed_scores(FORM.probabilities(even), POINTS),
        FORM.expected(even, POINTS).sum(axis=0),
        CUT,
    ).over(EVEN_NODES.population())
    assert abs(coarse.true_share[0] - exact) > 0.002


def test_rudner_by_hand():
    # At the cut's distance of one error on either side: right with .841.
    chances = rudner.level_chances(np.array([0.0, 1.0]), np.array([0.5, 0.5]), np.array([0.5]))
    np.testing.assert_allclose(chances.accuracy, norm.cdf(1))
    np.testing.assert_allclose(chances.consistency, norm.cdf(1) ** 2 + norm.sf(1) ** 2)


def test_rudner_and_lee_agree_on_a_long_test():
    cut = latent_cut(FORM, 70, POINTS)
    information = FORM.information(NODES.ability).sum(axis=0)
    normal = rudner.level_chances(NODES.ability, 1 / np.sqrt(information), np.array([cut]))
    by_totals = lee.level_chances(OBSERVED, TRUE, CUT).over(POPULATION)
    found = normal.over(POPULATION)
    assert found.true_share[0] == pytest.approx(by_totals.true_share[0])
    assert found.accuracy == pytest.approx(by_totals.accuracy, abs=0.02)


def test_chances_of_several_cuts_sum_to_one():
    cuts = np.array([-1.0, 0.2, 1.5])
    chances = rudner.level_chances(np.linspace(-2, 2, 9), np.full(9, 0.4), cuts)
    np.testing.assert_allclose(chances.chance.sum(axis=0), 1)
    assert chances.chance.shape == (4, 9)
