import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.spreads import half_normal_grid, setting_weights


def test_quantiles_of_one_prior_worked_by_hand():
    """The middle of a half-normal is the third quartile of the normal, .6745."""
    np.testing.assert_allclose(half_normal_grid([2.0], points=1), [[2 * 0.674490]], rtol=1e-6)


def test_settings_are_all_combinations_and_a_scale_of_zero_adds_none():
    grid = half_normal_grid([0.05, 0.0, 0.02], points=3)
    assert grid.shape == (9, 3)
    assert len(np.unique(grid, axis=0)) == 9
    assert (grid[:, 1] == 0).all()
    assert (grid[:, [0, 2]] > 0).all()


def test_many_points_have_the_mean_of_the_prior():
    assert half_normal_grid([1.0], points=2000).mean() == pytest.approx(
        np.sqrt(2 / np.pi), rel=1e-3
    )


def test_weights_follow_the_likelihood_whatever_its_constant():
    expected = np.array([1, 3]) / 4
    for constant in (0.0, -5000.0):
        np.testing.assert_allclose(setting_weights(np.log([1, 3]) + constant), expected)


@pytest.mark.parametrize(("scales", "points"), [([0.1, -0.1], 3), ([0.1], 0), ([np.nan], 3)])
def test_impossible_priors_are_refused(scales, points):
    with pytest.raises(ContractError, match="spread priors"):
        half_normal_grid(scales, points=points)
