import numpy as np
import pytest
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.survey.estimation.plausible import pool


def test_two_draws_worked_by_hand():
    """Estimates 1 and 3 of variance 1: W = 1, B = 2, T = 1 + 3/2 * 2 = 4, r = 3, df = (4/3)^2."""
    found = pool([np.array([1.0]), np.array([3.0])], [np.eye(1), np.eye(1)])
    assert found.estimate == pytest.approx([2])
    assert found.se == pytest.approx([2])
    assert found.df == pytest.approx([16 / 9])
    assert found.missing_information == pytest.approx([(3 + 2 / (16 / 9 + 3)) / 4])
    reach = stats.t.ppf(0.975, 16 / 9) * 2
    low, high = found.interval(level=0.95)
    assert (low[0], high[0]) == pytest.approx((2 - reach, 2 + reach))


def test_a_design_of_few_degrees_of_freedom_caps_them():
    """With f = 10: g = 11/13 * 10 * 1 / (1 + 2) = 2.82, 1/df = 9/16 + 1/g."""
    found = pool([np.array([1.0]), np.array([3.0])], [np.eye(1), np.eye(1)], complete_df=10)
    assert found.df == pytest.approx([1 / (9 / 16 + 3 * 13 / 110)])


def test_draws_that_agree_leave_the_sampling_variance_alone():
    within = np.array([[2.0, 1.0], [1.0, 3.0]])
    found = pool([np.array([1.0, 5.0])] * 5, [within] * 5)
    assert found.covariance == pytest.approx(within)
    assert np.isinf(found.df).all()
    assert found.missing_information == pytest.approx([0, 0])
    assert pool([np.array([1.0])] * 2, [np.eye(1)] * 2, complete_df=10).df == pytest.approx(
        [110 / 13]
    )


def test_numbers_are_pooled_with_their_covariance():
    """Differences over the draws are (1, -1): B = [[1/2, -1/2], [-1/2, 1/2]]."""
    found = pool(np.array([[1.0, 5.0], [2.0, 4.0]]), np.stack([np.eye(2)] * 2))
    assert found.covariance == pytest.approx(np.eye(2) + 1.5 * np.array([[0.5, -0.5], [-0.5, 0.5]]))


@pytest.mark.parametrize(
    ("estimates", "covariances", "fault"),
    [
        ([np.ones(1)], [np.eye(1)], "two draws or more, got 1"),
        ([np.ones(2)] * 3, [np.eye(2)] * 2, "expected 3 covariances of 2 x 2, got 2"),
        ([np.ones(2)] * 2, [np.eye(3)] * 2, "got 2 of 3 x 3"),
        ([np.ones(2), np.ones(1)], [np.eye(2)] * 2, "one shape over the draws"),
    ],
)
def test_draws_that_do_not_fit_are_refused(estimates, covariances, fault):
    with pytest.raises(ContractError, match=fault):
        pool(estimates, covariances)
