import numpy as np
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.replication.scaling import Scaling

ESTIMATES = np.array([[4.0, 1], [2, 1], [3, 2]])  # full sample, then two replicates


def half(**options) -> Scaling:
    return Scaling(**({"scale": 0.5, "rscales": np.ones(2)} | options))


def test_squares_about_the_mean_of_the_replicates():
    """About 2.5 and 1.5: (0.25 + 0.25) / 2."""
    assert half().variance(ESTIMATES).tolist() == [0.25, 0.25]
    assert half().covariance(ESTIMATES).tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_squares_about_the_full_sample():
    """Deviations -2, -1 and 0, 1."""
    found = half(mse=True)
    assert found.variance(ESTIMATES).tolist() == [2.5, 0.5]
    assert found.covariance(ESTIMATES).tolist() == [[2.5, -0.5], [-0.5, 0.5]]


def test_a_factor_of_each_replicate_counts_in_its_square():
    assert half(rscales=np.array([3, 1]), mse=True).variance(ESTIMATES).tolist() == [6.5, 0.5]


def test_a_replicate_that_counts_for_nothing_does_not_move_the_centre():
    found = half(rscales=np.array([0, 1])).variance(ESTIMATES)
    assert found.tolist() == [0, 0]


def test_replicates_without_the_estimate_are_left_out():
    estimates = np.array([[4.0, 1, 1], [2, np.nan, np.nan], [3, 2, np.nan]])
    found = half(mse=True)
    assert found.variance(estimates) == pytest.approx([2.5, 0.5, np.nan], nan_ok=True)
    assert found.covariance(estimates[:, :2]).tolist() == [[0.5, -0.5], [-0.5, 0.5]]
    assert np.isnan(found.covariance(estimates)).all()


def test_an_estimate_undefined_in_the_full_sample_has_no_variance():
    assert np.isnan(half().variance(np.array([[np.nan], [1.0], [2]]))).all()


@pytest.mark.parametrize(
    "options", [{"scale": -1.0}, {"scale": np.nan}, {"rscales": [1, -1]}, {"rscales": [1, np.inf]}]
)
def test_negative_and_infinite_factors_are_refused(options):
    with pytest.raises(DesignError, match="of 0 or more"):
        half(**options)
