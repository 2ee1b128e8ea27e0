"""Sizes worked out by hand, their laws, and figures that cannot be."""

from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.errors import DesignError
from pipeline.stats.survey.planning import sample_size as size

SHARES = st.floats(0.02, 0.98)


def test_wald_at_one_half_and_five_points_is_the_textbook_385():
    assert size.n_by_wald(0.5, 0.05) == pytest.approx(384.146, abs=1e-3)


def test_few_degrees_of_freedom_ask_for_more():
    few = size.n_by_wald(0.5, 0.05, df=3)
    assert few / size.n_by_wald(0.5, 0.05) == pytest.approx((3.182446 / 1.959964) ** 2, rel=1e-6)


@given(share=SHARES, margin=st.floats(0.01, 0.2))
def test_the_wald_half_width_at_its_size_is_the_margin(share, margin):
    n = size.n_by_wald(share, margin)
    assert 1.959963984540054 * sqrt(share * (1 - share) / n) == pytest.approx(margin)


@given(share=SHARES, margin=st.floats(0.01, 0.3), population=st.integers(50, 10**6))
def test_no_size_exceeds_the_population(share, margin, population):
    assert size.n_by_wald(share, margin, population=population) <= population
    assert size.n_by_log_odds(share, margin, population=population) <= population
    assert size.n_for_share_cv(share, margin, population=population) <= population


@given(share=st.floats(0.1, 0.9), margin=st.floats(0.01, 0.05))
def test_a_relative_margin_is_a_fraction_of_the_share(share, margin):
    for rule in (size.n_by_wald, size.n_by_log_odds):
        absolute = rule(share, margin * share)
        assert rule(share, margin, relative=True) == pytest.approx(absolute)


@given(share=SHARES, margin=st.floats(0.01, 0.2))
def test_the_wilson_interval_at_its_size_has_the_width_asked_for(share, margin):
    wilson = size.n_by_wilson(share, margin)
    assert wilson.width == pytest.approx(2 * margin)
    assert wilson.ci_low >= 0
    assert wilson.ci_high <= 1


@given(share=st.floats(0.05, 0.95), margin=st.floats(0.01, 0.1))
def test_the_log_odds_interval_at_its_size_has_the_width_asked_for(share, margin):
    n = size.n_by_log_odds(share, margin)
    centre, half = stats.logistic.ppf(share), 1.959963984540054 / sqrt(n * share * (1 - share))
    width = stats.logistic.cdf(centre + half) - stats.logistic.cdf(centre - half)
    assert width == pytest.approx(2 * margin)


def test_the_cv_of_a_share_is_that_of_its_indicator():
    assert size.n_for_share_cv(0.2, 0.1) == pytest.approx(400)


def test_showing_above_the_floor_takes_thousands_of_interviews():
    """At 15 % against 13 %, one-sided 5 %, power 80 %: 1822, and 3644 with deff 2."""
    assert size.n_to_exceed(0.15, 0.13) == pytest.approx(1821.6, abs=0.5)
    assert size.n_to_draw(size.n_to_exceed(0.15, 0.13), deff=2) == 3644
    assert size.n_to_exceed(0.13, 0.13) == inf


def test_addresses_count_the_design_and_those_who_do_not_answer():
    assert size.n_to_draw(400, deff=1.5, response=0.6) == 1000
    assert size.n_to_draw(400, deff=1.5, response=0.6, population=1000) == 501


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: size.n_by_wald(0, 0.05), "share: expected a number in \\(0, 1\\), got 0"),
        (lambda: size.n_by_wilson(0.5, -1), "margin: expected a number in \\(0, 1\\), got -1"),
        (lambda: size.n_by_log_odds(0.5, 0.5), "twice the margin"),
        (lambda: size.n_for_share_cv(0.2, 0), "cv: expected a number above 0"),
        (lambda: size.n_to_draw(10, response=0), "response: expected a number in \\(0, 1\\]"),
        (lambda: size.n_to_exceed(float("nan"), 0.1), "share: expected .* got nan"),
    ],
)
def test_figures_outside_their_limits_are_named(call, message):
    with pytest.raises(DesignError, match=message):
        call()


def test_all_wrong_figures_are_told_at_once():
    with pytest.raises(DesignError) as refused:
        size.n_by_wald(2, 3, level=4)
    assert len(refused.value.faults) == 3
