"""Total and rest scores of people with different forms, and bands of scores."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.rest_scores import TotalPoints, score_bands

NAN = float("nan")
CREDIT = np.array([[1, 0.5, 0], [1, NAN, 1], [NAN, NAN, 0], [NAN, NAN, NAN]])
POINTS = np.array([2.0, 4, 4])


def test_a_total_is_the_share_of_what_could_be_earned():
    # 2 + 2 of 10, 2 + 4 of 6, 0 of 4, nothing of nothing.
    np.testing.assert_allclose(TotalPoints.of(CREDIT, POINTS).share, [0.4, 1, 0, NAN])


def test_a_rest_leaves_the_item_out_scored_or_not():
    total = TotalPoints.of(CREDIT, POINTS)
    np.testing.assert_allclose(total.rest(0), [0.25, 1, 0, NAN])
    np.testing.assert_allclose(
        total.rests, [[0.25, 1 / 3, 2 / 3], [1, NAN, 1], [NAN, NAN, NAN], [NAN] * 3], atol=1e-9
    )


def test_equal_sums_in_another_order_are_ties():
    shares = TotalPoints.of(np.array([[1.0, 1, 0], [0, 1, 1]]), np.array([0.1, 0.2, 0.1])).share
    assert shares[0] == shares[1]


@pytest.mark.parametrize("points", [np.ones(2), np.array([1.0, 0, 1]), np.array([1, NAN, 1])])
def test_points_must_be_above_zero_for_every_item(points):
    with pytest.raises(ContractError, match="points: expected 3 above 0"):
        TotalPoints.of(CREDIT, points)


def test_fifths_of_ten_different_scores_hold_two_each():
    assert score_bands(np.arange(10.0), bands=5).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_bands_follow_the_weight_and_never_part_equal_scores():
    score = np.array([0.0, 1, 1, 2, NAN])
    # Middles at .3, .7, .95 of the weight.
    assert score_bands(score, bands=2, weights=np.array([6, 1, 1, 2.0, 5])).tolist() == [
        0,
        1,
        1,
        1,
        -1,
    ]
    assert score_bands(np.ones(7), bands=5).tolist() == [2] * 7


@pytest.mark.parametrize("unit", [1.0, 1e-7, 3e6])
def test_bands_do_not_depend_on_the_unit_of_the_weights(unit):
    score = np.random.default_rng(3).integers(0, 30, 500).astype(float)
    weights = np.random.default_rng(4).uniform(1, 2, 500)
    np.testing.assert_array_equal(
        score_bands(score, bands=5, weights=unit * weights),
        score_bands(score, bands=5, weights=weights),
    )


def test_nobody_has_no_band():
    assert score_bands(np.array([NAN, NAN]), bands=5).tolist() == [-1, -1]
    with pytest.raises(ContractError, match="bands"):
        score_bands(np.arange(3.0), bands=1)
