import numpy as np
import pytest
from scipy import stats

from pipeline.errors import ContractError, DesignError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.regression.design_based import regress
from pipeline.stats.survey.testing.wald import term_test, wald_test

ESTIMATE, COVARIANCE = np.array([1.0, 4.0]), np.diag([1.0, 4.0])


def test_two_restrictions_worked_by_hand():
    """1^2 / 1 + 4^2 / 4 = 5, F = 5 / 2 on 2 and 10."""
    found = wald_test(ESTIMATE, COVARIANCE, df=10)
    assert (found.statistic, found.df, found.ddf) == pytest.approx((2.5, 2, 10))
    assert found.p_value == pytest.approx(stats.f.sf(2.5, 2, 10))


def test_one_restriction_is_the_square_of_t():
    """4 - 1 - 2 = 1 with variance 5."""
    found = wald_test(ESTIMATE, COVARIANCE, df=10, restrictions=np.array([-1.0, 1.0]), value=2.0)
    assert found.statistic == pytest.approx(1 / 5)
    assert found.p_value == pytest.approx(2 * stats.t.sf(np.sqrt(1 / 5), 10))


def test_the_same_hypothesis_in_other_words_has_the_same_test():
    mixed = np.array([[1.0, 1.0], [2.0, -3.0]])
    plain, other = (
        wald_test(ESTIMATE, COVARIANCE, df=10, restrictions=rows) for rows in (np.eye(2), mixed)
    )
    assert other.statistic == pytest.approx(plain.statistic)


def test_without_degrees_of_freedom_there_is_no_p_value():
    assert np.isnan(wald_test(ESTIMATE, COVARIANCE, df=0).p_value)


def test_a_term_is_tested_by_the_names_of_its_columns():
    x = np.column_stack([np.ones(9), np.arange(9) % 3 == 1, np.arange(9) % 3 == 2]).astype(float)
    y = np.array([3.0, 5, 4, 8, 6, 7, 9, 2, 1])
    line = regress(y, x, Sample.clustered(np.ones(9)), names=["(Intercept)", "b", "c"])
    found = term_test(line, ["b", "c"])
    assert (found.df, found.ddf) == (2, 6)
    assert found.statistic == pytest.approx(
        wald_test(line.coefficient, line.covariance, df=6, restrictions=np.eye(3)[1:]).statistic
    )
    with pytest.raises(ContractError, match='no coefficient "d"'):
        term_test(line, ["b", "d"])
    with pytest.raises(ContractError, match="got none"):
        term_test(line, [])


def test_restrictions_that_repeat_each_other_or_do_not_vary_are_refused():
    twice = np.array([[1.0, 0.0], [2.0, 0.0]])
    with pytest.raises(DesignError, match="2 restrictions, but only 1 vary apart"):
        wald_test(ESTIMATE, COVARIANCE, df=10, restrictions=twice)
    with pytest.raises(DesignError, match="1 of 2 restrictions do not vary"):
        wald_test(ESTIMATE, np.diag([1.0, 0.0]), df=10)
    with pytest.raises(ContractError, match="restrictions on 2 numbers, got 3"):
        wald_test(ESTIMATE, COVARIANCE, df=10, restrictions=np.ones(3))
