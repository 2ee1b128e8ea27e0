"""Weighted moments of items: tables of a few people, and laws."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.moments import item_moments

NAN = float("nan")
# Weights 1, 1, 2: item 1 right for 3 of 4, item 2 for 3 of 4, both for 2 of 4.
SCORES = np.array([[1.0, 0], [0, 1], [1, 1]])
WEIGHTS = np.array([1.0, 1, 2])


@pytest.fixture
def people() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 3, (80, 5)).astype(float)


def test_means_and_covariances_are_those_of_the_weighted_population():
    found = item_moments(SCORES, weights=WEIGHTS)
    np.testing.assert_allclose(found.mean, [0.75, 0.75])
    # 2/4 - 0.75^2 off the diagonal, 0.75 * 0.25 on it.
    np.testing.assert_allclose(found.covariance, [[0.1875, -0.0625], [-0.0625, 0.1875]])
    assert found.total_mean == pytest.approx(1.5)
    assert found.total_variance == pytest.approx(0.25)
    assert found.mean_correlation == pytest.approx(-1 / 3)


def test_effective_people_are_kishs():
    found = item_moments(SCORES, weights=WEIGHTS)
    assert (found.n, found.n_eff) == (3, pytest.approx(16 / 6))


def test_a_weight_of_two_is_a_person_twice():
    twice = item_moments(np.vstack([SCORES, SCORES[2:]]))
    weighted = item_moments(SCORES, weights=WEIGHTS)
    np.testing.assert_allclose(twice.covariance, weighted.covariance)


def test_the_sample_covariance_is_numpys(people):
    np.testing.assert_allclose(
        item_moments(people).sample_covariance, np.cov(people, rowvar=False), atol=1e-14
    )


def test_people_of_weight_zero_change_nothing(people):
    weights = np.random.default_rng(1).uniform(1, 3, 80)
    more = np.vstack([people, np.full((3, 5), 9.0)])
    found = item_moments(more, weights=np.append(weights, np.zeros(3)))
    np.testing.assert_allclose(
        found.covariance, item_moments(people, weights=weights).covariance, atol=1e-14
    )
    assert found.n == 80


def test_the_unit_of_the_weights_and_the_order_of_people_do_not_matter(people):
    weights = np.random.default_rng(1).uniform(1, 3, 80)
    order = np.random.default_rng(2).permutation(80)
    found = item_moments(people[order], weights=7e3 * weights[order])
    np.testing.assert_allclose(
        found.covariance, item_moments(people, weights=weights).covariance, atol=1e-14
    )


def test_missing_scores_leave_a_pair_to_those_who_have_both():
    scores = np.array(
        [[0, 0, NAN], [1, 1, NAN], [1, NAN, 0], [0, NAN, 1], [NAN, 1, 1], [NAN, 0, 0]]
    )
    found = item_moments(scores).covariance
    np.testing.assert_allclose(
        found, [[0.25, 0.25, -0.25], [0.25, 0.25, 0.25], [-0.25, 0.25, 0.25]]
    )


def test_points_scale_items_and_taking_items_keeps_theirs(people):
    points = np.array([1.0, 2, 3, 4, 5])
    worth = item_moments(people).in_points(points)
    direct = item_moments(people * points)
    np.testing.assert_allclose(worth.covariance, direct.covariance, atol=1e-12)
    np.testing.assert_allclose(worth.mean, direct.mean)
    np.testing.assert_allclose(
        worth.take(np.array([3, 1])).covariance, direct.covariance[np.ix_([3, 1], [3, 1])]
    )


def test_large_scores_keep_their_digits(people):
    np.testing.assert_allclose(
        item_moments(people + 1e8).covariance, item_moments(people).covariance, atol=1e-9
    )


@pytest.mark.parametrize(
    ("scores", "weights", "message"),
    [
        (np.ones(3), None, "people x items"),
        (SCORES, np.ones(2), "weights: expected 3"),
        (SCORES, np.array([1.0, -1, 1]), "in 1 rows"),
        (SCORES, np.array([1.0, NAN, 1]), "in 1 rows"),
        (SCORES, np.zeros(3), "got none"),
        (np.array([[1, NAN], [0, NAN]]), None, "scored for nobody: items b"),
        (np.array([[1, NAN], [NAN, 0]]), None, "never scored for the same person: items a and b"),
    ],
)
def test_what_has_no_moments_is_refused(scores, weights, message):
    with pytest.raises(ContractError, match=message):
        item_moments(scores, weights=weights, items=["a", "b"])


def test_an_item_all_get_right_has_no_correlation_and_is_named():
    moments = item_moments(np.array([[1.0, 0], [1, 1]]), items=["easy", "fine"])
    with pytest.raises(ContractError, match="same score: items easy"):
        _ = moments.correlation


def test_points_and_names_must_be_one_per_item():
    with pytest.raises(ContractError, match="points"):
        item_moments(SCORES).in_points(np.ones(3))
    with pytest.raises(ContractError, match="2 names, got 1"):
        item_moments(SCORES, items=["a"])
