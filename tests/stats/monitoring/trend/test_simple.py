import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.simple import heterogeneity, ordinary_line, weighted_line
from tests.stats.monitoring.trend.waves import waves


def test_three_waves_worked_by_hand():
    """Values 0, 1, 3: slope 3/2 through (1, 4/3); residuals 1/6, -1/3, 1/6 of variance 1/6.

    In year 3 the prediction variance is (1 + 1/3 + 4/2) / 6 = 5/9; t(.9, 1 df) = 3.0777.
    """
    line = ordinary_line(np.array([0.0, 1, 2]), np.array([0.0, 1, 3]))
    assert (line.slope, line.intercept) == pytest.approx((1.5, -1 / 6))
    assert line.noise == pytest.approx(1 / 6)
    bounds = line.interval(np.array([3.0]), level=0.8)
    reach = 3.077684 * np.sqrt(5 / 9)
    assert bounds.low == pytest.approx([13 / 3 - reach], rel=1e-6)
    assert bounds.high == pytest.approx([13 / 3 + reach], rel=1e-6)


def test_known_variances_worked_by_hand():
    """Variances 1/4 at 0 and 2, 1/4 at 1: slope variance 1/8, height variance 1/12."""
    line = weighted_line(waves([0, 1, 2], [0, 1, 3], 0.25))
    assert line.slope_se == pytest.approx(np.sqrt(1 / 8))
    assert line.intercept_se == pytest.approx(np.sqrt(1 / 12 + 1 / 8))
    assert line.at(np.array([1.0])) == pytest.approx([4 / 3])


def test_scatter_worked_by_hand():
    """Squared residuals 1/36, 4/36, 1/36 over variances of 1/6: Q = 1 on 1 df, p = .3173."""
    found = heterogeneity(waves([0, 1, 2], [0, 1, 3], 1 / 6))
    assert found.q == pytest.approx(1)
    assert found.df == 1
    assert found.p_value == pytest.approx(0.317311, rel=1e-5)


def test_equal_variances_give_the_ordinary_line():
    years, values = np.array([2001.0, 2003, 2010, 2012]), np.array([1.0, 0, 3, 5])
    ordinary, weighted = ordinary_line(years, values), weighted_line(waves(years, values, 7))
    assert weighted.slope == pytest.approx(ordinary.slope)
    assert weighted.intercept == pytest.approx(ordinary.intercept)


def test_years_of_our_time_lose_no_digits():
    years, values = np.arange(5.0), np.array([1.0, 0.3, 3, 5, 4])
    near, far = ordinary_line(years, values), ordinary_line(years + 1e7, values)
    assert far.slope == pytest.approx(near.slope, rel=1e-9)
    assert far.at(years + 1e7) == pytest.approx(near.at(years), rel=1e-9)


def test_two_waves_make_a_line_but_no_interval_and_no_test():
    line = ordinary_line(np.array([0.0, 1]), np.array([0.0, 1]))
    assert np.isnan(line.interval(np.array([2.0]), level=0.9)).all()
    assert np.isnan(heterogeneity(waves([0, 1], [0, 1])).p_value)


def test_a_line_of_known_errors_has_normal_bounds():
    line = weighted_line(waves([0, 1, 2], [0, 1, 3], 0.25))
    low, high = line.interval(np.array([1.0]), level=0.95)
    assert (high - low) / 2 == pytest.approx([1.959964 * np.sqrt(1 / 12)], rel=1e-6)


def test_one_year_makes_no_line():
    with pytest.raises(ContractError, match="at least two years"):
        ordinary_line(np.array([2020.0, 2020]), np.array([1.0, 2]))


def test_lengths_that_differ_are_refused():
    with pytest.raises(ContractError, match="expected one length"):
        ordinary_line(np.array([2020.0, 2021]), np.array([1.0]))
