import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stats.survey.weighting.distances import distance_of
from tests.stats.survey.survey_strategies import LAWS

KINDS = [
    ("linear", -np.inf, np.inf),
    ("linear", 0.6, 1.5),
    ("raking", 0.0, np.inf),
    ("raking", 0.6, 1.5),
    ("logit", 0.6, 1.5),
]


@pytest.mark.parametrize(("method", "lower", "upper"), KINDS)
def test_nothing_changes_at_zero_and_every_distance_starts_with_slope_one(method, lower, upper):
    distance = distance_of(method, lower, upper)
    assert distance.ratio(np.zeros(1)) == pytest.approx([1])
    assert distance.slope(np.zeros(1)) == pytest.approx([1])


@pytest.mark.parametrize(("method", "lower", "upper"), KINDS)
@settings(**LAWS)
@given(st.floats(-3, 3))
def test_the_ratio_is_the_derivative_of_the_potential_and_the_slope_of_the_ratio(
    method, lower, upper, u
):
    distance, step = distance_of(method, lower, upper), 1e-6
    ends = np.array([u - step, u + step])
    if np.ptp(distance.slope(ends)) < 1e-3:  # not astride a bound
        middle = np.array([u])
        rise = np.diff(distance.potential(ends)) / (2 * step)
        assert rise == pytest.approx(distance.ratio(middle), rel=1e-4, abs=1e-4)
        bend = np.diff(distance.ratio(ends)) / (2 * step)
        assert bend == pytest.approx(distance.slope(middle), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(("method", "lower", "upper"), KINDS)
def test_ratios_grow_with_u_and_stay_in_their_bounds_however_far(method, lower, upper):
    ratio = distance_of(method, lower, upper).ratio(np.array([-800.0, -2, -0.1, 0, 0.1, 2, 800]))
    assert (np.diff(ratio) >= 0).all()
    assert ratio.min() >= lower
    assert ratio.max() <= upper
