import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.errors import ContractError, DesignError
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import total
from pipeline.stats.survey.testing.goodness_of_fit import shares_test
from tests.stats.survey.survey_strategies import six_people


def shares_of_six_people(*shares):
    levels = Domains.from_categories("level", pd.Series(list("ababab")))
    found = total(np.ones(6), six_people(), levels)
    return shares_test(found.estimate, found.covariance(), np.array(shares, dtype=float))


def test_statistic_worked_by_hand():
    """Weights of a: 1 + 2 + 1 = 4, of b: 1 + 1 + 2 = 4; shares 0.25 and 0.75 expect 2 and 6."""
    found = shares_of_six_people(1, 3)
    assert found.statistic == pytest.approx((4 - 2) ** 2 / 2 + (4 - 6) ** 2 / 6)
    assert found.p_value == pytest.approx(stats.chi2.sf(found.statistic / found.scale, found.df))


def test_scale_and_df_are_those_of_the_departures_found_numerically():
    total, shares = np.array([40.0, 35.0, 25.0]), np.array([0.5, 0.3, 0.2])
    root = np.array([[3.0, 0, 0], [1, 2, 0], [-1, 0.5, 1]])
    covariance = root @ root.T

    def departures(t):
        return (t - shares * t.sum()) / np.sqrt(shares * t.sum())

    step = 1e-6 * np.eye(3)
    slopes = np.column_stack([(departures(total + h) - departures(total - h)) / 2e-6 for h in step])
    scales = np.linalg.eigvalsh(slopes @ covariance @ slopes.T)
    found = shares_test(total, covariance, shares)
    assert found.scale * found.df == pytest.approx(scales.sum())
    assert found.scale == pytest.approx(np.square(scales).sum() / scales.sum())


def test_true_shares_are_not_rejected():
    found = shares_of_six_people(0.5, 0.5)
    assert (found.statistic, found.p_value) == pytest.approx((0, 1))


@pytest.mark.parametrize("share", [0, -1, np.nan])
def test_a_share_that_is_not_above_zero_is_refused(share):
    with pytest.raises(ContractError, match="expected shares above 0, got another for 1 levels"):
        shares_of_six_people(1, share)


def test_counts_that_do_not_vary_are_refused():
    with pytest.raises(DesignError, match="do not vary"):
        shares_test(np.array([4.0, 4.0]), np.zeros((2, 2)), np.array([0.5, 0.5]))
