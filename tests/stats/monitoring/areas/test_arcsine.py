"""Shares of areas on the angular scale."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.areas.arcsine import (
    angular,
    mean_share,
    share_interval,
    share_of_angle,
    shares,
)
from pipeline.stats.monitoring.areas.fay_herriot import fay_herriot

SHARE = np.array([0.02, 0.1, 0.15, 0.3, 0.5])
SIZE = np.array([50.0, 100.0, 150.0, 200.0, 250.0])
ONES = np.ones((5, 1))


@pytest.fixture
def model():
    return fay_herriot(angular(SHARE, SIZE, covariates=ONES))


def test_a_share_of_one_half_is_half_a_right_angle():
    found = angular(np.array([0.5, 0.0, 1.0]), np.array([25.0, 25.0, 25.0]), covariates=ONES[:3])
    assert found.value == pytest.approx([np.pi / 4, 0.0, np.pi / 2])
    assert found.variance == pytest.approx(0.01)


def test_going_there_and_back_changes_nothing():
    angle = angular(SHARE, SIZE, covariates=ONES).value
    assert share_of_angle(angle) == pytest.approx(SHARE)
    assert mean_share(angle, np.zeros(5)) == pytest.approx(SHARE)


def test_the_mean_share_is_that_of_many_draws():
    drawn = np.random.default_rng(1).normal(0.4, 0.2, 400_000)
    found = mean_share(np.array([0.4]), np.array([0.04]))
    assert found[0] == pytest.approx((np.sin(drawn) ** 2).mean(), abs=1e-3)


def test_angles_beyond_the_ends_are_shares_at_the_ends():
    assert share_of_angle(np.array([-0.2, 1.8])) == pytest.approx([0.0, 1.0])
    assert mean_share(np.array([-0.2, 1.8]), np.zeros(2)) == pytest.approx([0.0, 1.0])


def test_estimates_lie_between_direct_and_common_share(model):
    found = shares(model)
    common = share_of_angle(model.prediction.synthetic)
    assert (found.naive >= np.minimum(SHARE, common)).all()
    assert (found.naive <= np.maximum(SHARE, common)).all()
    assert found.share == pytest.approx(found.naive, abs=0.005)
    assert (found.mse > 0).all()


def test_within_the_ends_the_cut_mean_is_the_same(model):
    assert shares(model, r_cut=True).share[1:] == pytest.approx(shares(model).share[1:], abs=1e-6)


def test_the_cut_mean_of_an_angle_beyond_the_end_is_lost():
    x = np.column_stack([np.ones(5), np.arange(5.0)])
    share = np.array([0.2, 0.5, 0.9, 1.0, 1.0])
    model = fay_herriot(angular(share, np.array([400.0, 300.0, 200.0, 5.0, 5.0]), covariates=x))
    assert model.estimate[-1] > np.pi / 2
    assert shares(model).share[-1] > 0.9
    assert shares(model, r_cut=True).share[-1] < 0.5


def test_intervals_hold_the_estimate_and_stay_among_shares(model):
    low, high = share_interval(model, level=0.95)
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert ((low < shares(model).naive) & (shares(model).naive < high)).all()
    narrow = share_interval(model, level=0.5)
    assert (narrow.high < high).all()


@pytest.mark.parametrize(
    ("share", "size"),
    [(1.2, 50.0), (-0.1, 50.0), (np.nan, 50.0), (0.1, 0.0), (0.1, np.nan)],
)
def test_impossible_shares_and_sizes_are_refused(share, size):
    with pytest.raises(ContractError, match="angular scale"):
        angular(np.array([share, 0.2]), np.array([size, 50.0]), covariates=ONES[:2])
