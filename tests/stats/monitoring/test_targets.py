import math

import pytest

from pipeline.stats.monitoring.targets import against_target

TEST = {"alpha": 0.05, "power": 0.80}


def test_score_test_of_a_target_equals_the_reference_figures():
    # p = .142 from 2000 interviews at design effect 2 against .13, many degrees of freedom.
    result = against_target(0.142, 0.13, n=2000, n_eff=1000, df=1e9, **TEST)
    assert result.p_value == pytest.approx(0.12958271657, abs=1e-7)
    assert result.prob_met == pytest.approx(1 - 0.12958271657, abs=1e-7)
    assert result.verdict == "not_decided"


def test_few_degrees_of_freedom_make_the_same_figures_less_certain():
    many = against_target(0.16, 0.13, n=1200, n_eff=600, df=1000, **TEST)
    few = against_target(0.16, 0.13, n=1200, n_eff=600, df=3, **TEST)
    assert many.verdict == "shown_above"
    assert few.verdict == "not_decided"


def test_a_share_far_below_is_shown_below():
    assert against_target(0.08, 0.13, n=1200, n_eff=800, df=50, **TEST).verdict == "shown_below"


def test_without_degrees_of_freedom_nothing_is_decided():
    result = against_target(0.30, 0.13, n=100, n_eff=90, df=0, **TEST)
    assert result.verdict == "not_decided"
    assert math.isnan(result.p_value)


def test_needed_interviews_grow_with_the_design_effect():
    result = against_target(0.15, 0.13, n=2000, n_eff=1000, df=50, **TEST)
    assert result.n_needed == pytest.approx(2 * 1822, abs=10)


def test_an_estimate_equal_to_the_target_can_never_be_decided():
    assert math.isnan(against_target(0.13, 0.13, n=10, n_eff=10, df=5, **TEST).n_needed)
