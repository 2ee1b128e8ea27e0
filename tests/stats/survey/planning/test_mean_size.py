"""Sizes for means, of everybody and of a domain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning import mean_size as size


def test_a_domain_receives_its_share_of_the_interviews():
    whole = size.n_for_mean_cv(0.05, 1.0)
    assert whole == pytest.approx(400)
    assert size.n_for_domain_mean_cv(0.05, 1.0, 0.25) == pytest.approx(4 * whole)
    assert size.n_for_domain_total_cv(0.05, 1.0, 0.25) == pytest.approx(4 * 1.75 * whole)


def test_a_mean_within_two_points_of_a_spread_of_eighteen():
    assert size.n_for_mean_margin(18, 2) == pytest.approx((1.959963984540054 * 9) ** 2)


@given(cv=st.floats(0.01, 0.2), spread=st.floats(0.1, 3), population=st.integers(100, 10**6))
def test_the_cv_is_met_with_the_finite_population_counted(cv, spread, population):
    n = size.n_for_mean_cv(cv, spread, population=population)
    assert n < population
    assert spread**2 * (1 / n - 1 / population) == pytest.approx(cv**2)


def test_figures_outside_their_limits_are_named():
    with pytest.raises(DesignError, match="2 faults"):
        size.n_for_domain_mean_cv(0, 1, 1.2)
    with pytest.raises(DesignError, match="sd: expected a number above 0, got -1"):
        size.n_for_mean_margin(-1, 2)
