import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.stats.survey.testing.chi_square_sums import satterthwaite, upper_tail
from tests.stats.survey.survey_strategies import LAWS

METHODS = ("satterthwaite", "saddlepoint", "exact")


def two_pairs(x, a, b):
    """Tail of a (C1 + C2) + b (C3 + C4): two exponentials of means 2a and 2b."""
    return (a * np.exp(-x / (2 * a)) - b * np.exp(-x / (2 * b))) / (a - b)


def test_moments_of_scales_1_and_3():
    """Mean 4, sum of squares 10: scale 10/4 and df 16/10."""
    assert satterthwaite(np.array([1.0, 3.0])) == pytest.approx((2.5, 1.6))


@pytest.mark.parametrize("x", [0.5, 4.0, 30.0, 300.0])
def test_exact_tail_of_two_pairs_keeps_its_digits_however_far_out(x):
    found = upper_tail(x, np.array([1.0, 1.0, 3.0, 3.0]), method="exact")
    assert found == pytest.approx(two_pairs(x, 1.0, 3.0), rel=1e-8)


@pytest.mark.parametrize("x", [1.0, 20.0, 200.0])
def test_saddlepoint_stays_within_two_percent(x):
    found = upper_tail(x, np.array([1.0, 1.0, 3.0, 3.0]), method="saddlepoint")
    assert found == pytest.approx(two_pairs(x, 1.0, 3.0), rel=0.02)


@pytest.mark.parametrize("method", ["satterthwaite", "exact"])
def test_equal_scales_give_a_chi_square_and_with_a_denominator_an_f(method):
    scales = np.full(3, 1.7)
    assert upper_tail(9.0, scales, method=method) == pytest.approx(stats.chi2.sf(9 / 1.7, 3))
    with_denominator = upper_tail(9.0, scales, df=7.5, method=method)
    assert with_denominator == pytest.approx(stats.f.sf(9 / 1.7 / 3, 3, 7.5))


def test_a_fractional_denominator_has_whole_terms_in_the_saddlepoint_as_in_r():
    """R survey 4.5 gives 0.026441; 20.92 terms would give 0.0229, the exact law is 0.0220."""
    scales, x, df = np.array([0.4811464439, 1.8181107193]), 11.94089208, 20.92495689
    assert upper_tail(x, scales, df=df, method="saddlepoint") == pytest.approx(0.0264411, rel=1e-5)
    assert upper_tail(x, scales, df=df, method="exact") == pytest.approx(0.0220010, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_everything_exceeds_zero(method):
    assert upper_tail(0.0, np.array([1.0, 2.0]), method=method) == 1


@settings(**LAWS)
@given(
    st.lists(st.floats(0.1, 10), min_size=1, max_size=6),
    st.floats(0.1, 50),
    st.sampled_from([3.0, 12.5, np.inf]),
)
def test_tails_fall_with_x_and_know_no_unit(scales, x, df):
    scales = np.array(scales)
    tail = upper_tail(x, scales, df=df)
    assert 0 <= upper_tail(1.5 * x, scales, df=df) <= tail <= 1
    assert upper_tail(7 * x, 7 * scales, df=df) == pytest.approx(tail, rel=1e-6, abs=1e-12)
