"""The cut on the ability scale and the mass on it."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classification.cut import (
    attainable_cut,
    latent_cut,
    shares_at_cut,
)
from pipeline.stats.measurement.irt.ability.nodes import EVEN_NODES
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.irt.observed_scores import observed_scores

RNG = np.random.default_rng(3)
FORM = Logistic.of_difficulty(RNG.uniform(0.8, 1.8, 50), RNG.normal(0.3, 1, 50), 0.15)
POINTS = np.column_stack([np.zeros(50), np.resize([1.0, 2.0, 3.0], 50)])
POINTS[-1, 1] += 100 - POINTS.sum()


def test_equal_items_reach_the_cut_where_each_has_its_share():
    # 70 % of ten equal items: logistic(1.2 (t - 0.5)) = 0.7.
    ten = Logistic.of_difficulty(np.full(10, 1.2), np.full(10, 0.5))
    assert latent_cut(ten, 7) == pytest.approx(0.5 + np.log(7 / 3) / 1.2)


def test_the_expected_total_at_the_latent_cut_is_the_cut():
    found = latent_cut(FORM, 70, POINTS)
    assert FORM.expected(np.array([found]), POINTS).sum() == pytest.approx(70)


def test_the_latent_cut_moves_with_the_scale():
    found = latent_cut(FORM, 70, POINTS)
    assert latent_cut(FORM.rescaled(0.5, 1.0), 70, POINTS) == pytest.approx(0.5 * found + 1)


@pytest.mark.parametrize("cut", [5.0, 100.5])
def test_cuts_that_no_ability_expects_are_refused(cut):
    # Guessing alone brings 15 points.
    with pytest.raises(ContractError, match="among the expected totals"):
        latent_cut(FORM, cut, POINTS)


def test_items_that_better_people_miss_are_refused():
    wrong_key = Logistic.of_difficulty(np.array([1.5, -0.8]), np.array([0.0, 3.0]))
    with pytest.raises(ContractError, match="rise with ability"):
        latent_cut(wrong_key, 1.2)


def test_a_total_that_falls_far_beyond_the_cut_still_has_one():
    """One wrong key among ten: the total turns only where the good items are long done."""
    slope = np.array([1.5] * 9 + [-0.3])
    form = Logistic.of_difficulty(slope, np.zeros(10))
    far = form.expected(np.array([5.0, 10.0])).sum(axis=0)
    assert far[1] < far[0]
    assert form.expected(np.array([latent_cut(form, 7.0)])).sum() == pytest.approx(7)


@pytest.mark.parametrize(
    ("cut", "inclusive", "lowest"),
    [(70, True, 70), (70, False, 72.5), (70.1, True, 72.5), (70.1, False, 72.5), (66, True, 67.5)],
)
def test_the_lowest_passing_total_follows_the_reading_of_the_cut(cut, inclusive, lowest):
    totals = np.arange(0, 101, 2.5)
    assert attainable_cut(totals, cut, inclusive=inclusive) == lowest


def test_a_cut_above_every_total_is_refused():
    with pytest.raises(ContractError, match="at most 100"):
        attainable_cut(np.array([0.0, 100.0]), 100, inclusive=False)


def test_what_stands_on_the_cut_is_what_the_readings_differ_by():
    found = shares_at_cut(
        observed_scores(FORM.probabilities(EVEN_NODES.ability), POINTS),
        EVEN_NODES.population(),
        70,
    )
    assert found.at > 0
    assert found.at_or_above - found.above == pytest.approx(found.at)


def test_two_items_by_hand():
    # Right with .8 and .5: both .4, one .5.
    right = np.array([0.8, 0.5])
    probability = np.stack([1 - right, right], axis=1)[:, :, None]
    found = shares_at_cut(observed_scores(probability), np.array([3.0]), 1)
    assert (found.at, found.at_or_above, found.above) == pytest.approx((0.5, 0.9, 0.4))
