"""Standardised differences and the delta plot."""

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.measurement.dif.differences import delta_plot, standardised_difference
from pipeline.stats.measurement.dif.matching import MatchedCounts


def tables(right, wrong) -> MatchedCounts:
    r, w = np.array(right, float), np.array(wrong, float)
    return MatchedCounts(right=r, wrong=w, score=np.zeros(r.shape[:2]))


def test_differences_are_weighted_by_the_focal_group():
    """Shares .5 and .25 at 20 focal people, .8 and .6 at 25: (20 * -.25 + 25 * -.2) / 45."""
    counts = tables([[[10, 5], [20, 15], [4, 0]]], [[[10, 15], [5, 10], [1, 0]]])
    assert standardised_difference(counts) == pytest.approx([-10 / 45])


def test_groups_without_a_common_score_have_no_difference():
    assert np.isnan(standardised_difference(tables([[[3, 0], [0, 3]]], [[[1, 0], [0, 1]]]))).all()


def shares(reference, focal) -> MatchedCounts:
    share = np.column_stack([reference, focal])[:, None, :]
    return tables(share, 1 - share)


def test_items_shifted_alike_lie_on_the_axis():
    z = np.array([-1.0, -0.2, 0.4, 1.3])
    found = delta_plot(shares(stats.norm.cdf(z), stats.norm.cdf(z - 0.5)))
    assert found.slope == pytest.approx(1)
    assert found.intercept == pytest.approx(2)
    assert found.distance == pytest.approx(np.zeros(4), abs=1e-12)


def test_an_item_harder_for_the_focal_group_lies_below():
    z = np.linspace(-1, 1, 9)
    moved = z - 0.5
    moved[4] -= 0.6
    found = delta_plot(shares(stats.norm.cdf(z), stats.norm.cdf(moved)))
    assert found.distance.argmin() == 4
    assert found.distance[4] < -1.4


def test_items_everybody_has_right_are_left_out_of_the_plot():
    found = delta_plot(shares([0.2, 0.5, 0.8, 1.0], [0.3, 0.4, 0.9, 0.9]))
    assert np.isnan(found.distance[3])
    assert np.isfinite(found.distance[:3]).all()


def test_two_items_are_no_plot():
    found = delta_plot(shares([0.2, 0.5], [0.3, 0.4]))
    assert np.isnan(found.distance).all()
    assert np.isnan(found.slope)


def test_r_keeps_items_everybody_has_right():
    given = shares([0.2, 0.5, 0.8, 1.0], [0.3, 0.4, 0.9, 0.9])
    found = delta_plot(given, r_bounds=True)
    assert found.delta[3, 0] == pytest.approx(13 - 4 * stats.norm.ppf(0.999))
    assert np.isfinite(found.distance).all()
