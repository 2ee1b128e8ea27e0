import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.stats.survey.estimation.intervals import logit_interval, t_interval, wilson_interval
from tests.stats.survey.survey_strategies import LAWS


def array(*values):
    return np.array(values, dtype=float)


def test_t_interval_uses_the_degrees_of_freedom_of_each_row():
    low, high = t_interval(array(10, 10), array(1, 1), array(1, 1e9), level=0.95)
    assert high - 10 == pytest.approx([12.7062047, 1.9599640])
    assert 10 - low == pytest.approx([12.7062047, 1.9599640])


def test_without_degrees_of_freedom_there_is_no_interval():
    share, se, df, n_eff = array(0.4, 0), array(0.1, 0), array(0, 0), array(20, 20)
    bounds = [
        *t_interval(share, se, df, level=0.95),
        *logit_interval(share, se, df, n_eff=n_eff, level=0.95),
        *wilson_interval(share, df, n_eff=n_eff, level=0.95),
    ]
    assert np.isnan(bounds).all()


def test_shares_of_none_and_all_get_the_wilson_interval():
    """At p = 0 the upper bound is t^2 / (n + t^2); at 1 the interval is its mirror image."""
    t = stats.t.ppf(0.975, 12)
    low, high = logit_interval(
        array(0, 1), array(0, 0), array(12, 12), n_eff=array(50, 50), level=0.95
    )
    assert low == pytest.approx([0, 50 / (50 + t**2)])
    assert high == pytest.approx([t**2 / (50 + t**2), 1])


@settings(**LAWS)
@given(st.floats(0.001, 0.999), st.floats(0.001, 0.4), st.integers(1, 100))
def test_intervals_of_shares_enclose_them_and_stay_between_zero_and_one(share, se, df):
    n_eff = array(share * (1 - share) / se**2)
    for low, high in (
        logit_interval(array(share), array(se), array(df), n_eff=n_eff, level=0.95),
        wilson_interval(array(share), array(df), n_eff=n_eff, level=0.95),
    ):
        assert 0 <= low[0] <= share <= high[0] <= 1


def test_an_interior_share_without_visible_variation_does_not_get_a_point():
    low, high = logit_interval(array(0.3), array(0), array(5), n_eff=array(30), level=0.95)
    assert low[0] < 0.2
    assert high[0] > 0.4
