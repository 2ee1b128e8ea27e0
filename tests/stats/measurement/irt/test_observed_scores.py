"""Distributions of the total: worked by hand, by listing every pattern, and by their laws."""

from itertools import product

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import Graded, Logistic
from pipeline.stats.measurement.irt.observed_scores import observed_scores, without_each

NODES = np.linspace(-3, 3, 7)
EIGHT = Logistic.of_difficulty(np.linspace(0.5, 2, 8), np.linspace(-2, 2, 8), 0.1)
MIXED = Graded(
    slope=np.array([1.0, 0.7, 1.4]),
    intercepts=np.array([[1.0, -0.5], [0.3, np.nan], [2.0, -1.0]]),
)


def right_with(*shares: float) -> np.ndarray:
    """Items that somebody at the one ability there is answers rightly with these chances."""
    right = np.array(shares)
    return np.stack([1 - right, right], axis=1)[:, :, None]


def by_listing(probability: np.ndarray, points: np.ndarray) -> dict[float, np.ndarray]:
    """The distribution as the sum over every response pattern."""
    found: dict[float, np.ndarray] = {}
    for pattern in product(range(probability.shape[1]), repeat=len(probability)):
        chance = np.prod([probability[j, k] for j, k in enumerate(pattern)], axis=0)
        if not chance.any():
            continue
        total = round(sum(points[j, k] for j, k in enumerate(pattern)), 9)
        found[total] = found.get(total, 0.0) + chance
    return found


def test_two_items_by_hand():
    # Right with .8 and .5: none right .2 * .5, both right .8 * .5, the rest one right.
    found = observed_scores(right_with(0.8, 0.5))
    np.testing.assert_array_equal(found.scores, [0, 1, 2])
    np.testing.assert_allclose(found.probability[:, 0], [0.1, 0.5, 0.4])


def test_points_make_the_totals():
    # One point with .8, three with .5: 0 .1, 1 .4, 3 .1, 4 .4; two points cannot be reached.
    found = observed_scores(right_with(0.8, 0.5), np.array([[0, 1], [0, 3]]))
    np.testing.assert_array_equal(found.scores, [0, 1, 3, 4])
    np.testing.assert_allclose(found.probability[:, 0], [0.1, 0.4, 0.1, 0.4])


@pytest.mark.parametrize(
    "points",
    [
        np.array([[0, 1, 2], [0, 1, np.nan], [0, 1, 2]]),
        np.array([[0, 0.5, 2], [0, 2.5, np.nan], [0, 0.75, 1]]),
        np.array([[0, 1 / 3, 1], [0, 10 / 13, np.nan], [0, 2 / 3, 1]]),
        np.array([[-1, 0, 2], [-0.5, 1, np.nan], [0, 1, 1]]),
    ],
    ids=["whole", "decimal", "thirds", "penalties"],
)
def test_the_recursion_equals_the_sum_over_all_patterns(points):
    probability = MIXED.probabilities(NODES)
    listed = by_listing(probability, points)
    found = observed_scores(probability, points)
    np.testing.assert_allclose(found.scores, sorted(listed), atol=2e-9)
    np.testing.assert_allclose(found.probability, [listed[x] for x in sorted(listed)])


def test_the_mean_is_the_test_characteristic_curve():
    found = observed_scores(EIGHT.probabilities(NODES))
    np.testing.assert_allclose(found.probability.sum(axis=0), 1)
    np.testing.assert_allclose(found.scores @ found.probability, EIGHT.expected(NODES).sum(axis=0))


def test_the_order_of_the_items_does_not_matter():
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    found = observed_scores(EIGHT.take(order).probabilities(NODES))
    again = observed_scores(EIGHT.probabilities(NODES))
    np.testing.assert_allclose(found.probability, again.probability)


def test_rest_scores_equal_the_recursion_without_the_item():
    probability = MIXED.probabilities(NODES)
    points = np.array([[0, 1, 2], [0, 3, np.nan], [0, 0.5, 1]])
    for item, rest in enumerate(without_each(probability, points)):
        alone = observed_scores(np.delete(probability, item, 0), np.delete(points, item, 0))
        np.testing.assert_array_equal(rest.scores, alone.scores)
        np.testing.assert_allclose(rest.probability, alone.probability)


def test_the_rest_of_a_single_item_is_nothing():
    (rest,) = without_each(right_with(0.7))
    np.testing.assert_array_equal(rest.scores, [0])
    np.testing.assert_array_equal(rest.probability, [[1]])


def test_both_readings_of_a_cut_and_a_population():
    found = observed_scores(right_with(0.8, 0.5))
    assert found.share_passing(1)[0] == pytest.approx(0.9)
    assert found.share_passing(1, inclusive=False)[0] == pytest.approx(0.4)
    both = observed_scores(EIGHT.probabilities(NODES))
    np.testing.assert_allclose(both.marginal(np.ones(7)), both.probability.mean(axis=1))


def test_hundred_points_of_ones_twos_and_threes_need_few_totals():
    points = np.column_stack([np.zeros(50), np.resize([1.0, 2.0, 3.0], 50)])
    points[-1, 1] += 100 - points.sum()
    found = observed_scores(right_with(*np.linspace(0.2, 0.9, 50)), points)
    assert found.scores[-1] == 100
    assert len(found.scores) == 101


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        (np.array([[0, 1], [0, np.pi]]), "short decimals"),
        (np.array([[0, 1], [0, 99_999]]), "possible totals"),
        (np.array([[0, 1], [0, np.nan]]), "a number for every category"),
        (np.array([[0, 1]]), "expected shape"),
    ],
)
def test_points_without_a_common_unit_are_refused(points, fault):
    with pytest.raises(ContractError, match=fault):
        observed_scores(right_with(0.8, 0.5), points)


def test_probabilities_of_the_wrong_shape_are_refused():
    with pytest.raises(ContractError, match="items x categories x abilities"):
        observed_scores(np.ones((2, 2)))
