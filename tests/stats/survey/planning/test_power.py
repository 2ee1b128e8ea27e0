"""Changes that samples show: laws of power, and cases worked out by hand."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning import power
from pipeline.stats.survey.planning.sample_size import n_to_exceed
from pipeline.stats.survey.planning.whole_sizes import PairSizes

REACH = (1.959963984540054 + 0.8416212335729143) ** 2


def test_three_points_between_independent_waves():
    """13 % to 16 %: (0.1131 + 0.1344) / 0.03^2 * 7.849 = 2158.4 interviews per wave."""
    waves = power.waves_for_share_change(0.13, 0.16)
    assert waves == PairSizes(2159, 2159)


def test_a_design_effect_multiplies_both_waves():
    plain = power.waves_for_share_change(0.13, 0.16).first
    assert power.waves_for_share_change(0.13, 0.16, deff=2).first == pytest.approx(2 * plain, abs=1)


def test_people_asked_twice_save_interviews_and_independence_saves_none():
    alone = power.waves_for_share_change(0.41, 0.46)
    again = power.waves_for_share_change(0.41, 0.46, both=0.33, overlap=0.5)
    chance = power.waves_for_share_change(0.41, 0.46, both=0.41 * 0.46, overlap=0.5)
    assert again.first < alone.first
    assert chance == alone


def test_a_share_in_both_waves_that_cannot_be_is_refused():
    with pytest.raises(DesignError, match="smaller share minus both"):
        power.waves_for_share_change(0.2, 0.3, both=0.25, overlap=0.5)
    with pytest.raises(DesignError, match="both above its least"):
        power.waves_for_share_change(0.8, 0.9, both=0.6, overlap=0.5)


def test_means_with_a_third_of_the_later_interviews():
    """r = 3: n1 = (100 + 3 * 100) / 2^2 * 7.849 = 784.9, n2 a third of it."""
    assert power.waves_for_mean_change(100, 100, 2, ratio=3) == PairSizes(785, 262)


def test_no_change_needs_no_end_of_interviews():
    with pytest.raises(DesignError, match="size of the change"):
        power.waves_for_share_change(0.3, 0.3)


@given(
    change=st.floats(0.03, 0.1),
    last=st.floats(0.001, 0.006),
    correlation=st.floats(0, 0.8),
    df=st.floats(5, 200),
)
def test_at_the_error_allowed_the_change_shows_with_the_power_asked_for(
    change, last, correlation, df
):
    se = power.se_for_change(change, last, correlation=correlation, df=df)
    together = sqrt(last**2 + se**2 - 2 * correlation * last * se)
    assert power.power_to_show(change, together, df=df) == pytest.approx(0.8)


def test_a_last_wave_too_rough_leaves_nothing_to_plan():
    assert power.se_for_change(0.02, 0.01) is None
    assert power.se_for_change(0.03, 0.01) == pytest.approx(sqrt(0.03**2 / REACH - 0.01**2))


@given(share=st.floats(0.05, 0.6), lift=st.floats(0.02, 0.2), df=st.floats(4, 300))
def test_at_the_size_needed_the_target_is_exceeded_with_the_power_asked_for(share, lift, df):
    n = n_to_exceed(share + lift, share, df=df)
    found = power.power_to_exceed(share + lift, share, n * 1.7, deff=1.7, df=df)
    assert found == pytest.approx(0.8)


def test_an_estimate_without_error_shows_nothing_to_plan():
    with pytest.raises(DesignError, match="expected a number above 0, got 0"):
        power.power_to_show(0.1, 0)


def test_few_degrees_of_freedom_ask_for_more_interviews():
    """(t + t)^2 over (z + z)^2 with 8 degrees of freedom: (2.306 + 0.889)^2 / (1.960 + 0.842)^2."""
    many = power.waves_for_mean_change(1e4, 1e4, 2).first
    few = power.waves_for_mean_change(1e4, 1e4, 2, df=8).first
    assert few / many == pytest.approx((2.306 + 0.8889) ** 2 / (1.95996 + 0.84162) ** 2, rel=1e-3)
