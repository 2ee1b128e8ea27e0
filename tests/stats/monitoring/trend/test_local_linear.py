import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.local_linear import (
    local_linear_covariance,
    local_linear_trend,
)
from pipeline.stats.monitoring.trend.series import Series
from pipeline.stats.monitoring.trend.simple import weighted_line
from tests.stats.monitoring.trend.waves import waves

LONG = waves(
    [2001, 2005, 2006, 2010, 2015], [-4.1, -3.6, -3.9, -3.2, -2.6], [0.02, 0.01, 0.03, 0.01, 0.02]
)
AHEAD = np.array([2003.0, 2015.0, 2016.0, 2020.0])


@pytest.mark.parametrize(("level", "slope", "walked"), [(0.5, 0, 2.0), (0, 0.5, 2 / 3), (0, 0, 0)])
def test_two_waves_worked_by_hand(level, slope, walked):
    """Waves 0 and 1 of variance 1: the forecast for 2 is 2 y1 - y0, of noise variance 5.

    To it comes the walk u(2) - 2 u(1): 2 of a random walk; of an integrated one, with
    variances 1/3 and 8/3 and covariance 5/6, 8/3 - 4 * 5/6 + 4/3 = 2/3. Two waves settle
    level and slope, so the likelihood is 1 whatever the spreads.
    """
    found = local_linear_trend(
        waves([0, 1], [3, 4], 1), np.array([2.0]), sd_level=level, sd_slope=slope
    )
    assert found.mean[0] == pytest.approx([5])
    assert found.sd[0] ** 2 == pytest.approx([5 + walked * max(level, slope) ** 2])
    assert found.coefficients[0] == pytest.approx([3, 1])
    assert found.log_likelihood == pytest.approx([0], abs=1e-12)


def test_without_spreads_it_is_the_weighted_line():
    found = local_linear_trend(LONG, AHEAD, sd_level=0, sd_slope=0)
    line = weighted_line(LONG)
    np.testing.assert_allclose(found.mean[0], line.at(AHEAD))
    expected = line.height_variance + (AHEAD - line.centre) ** 2 * line.slope_variance
    np.testing.assert_allclose(found.sd[0] ** 2, expected)


def test_settings_are_fitted_at_once_as_one_by_one():
    level, slope = np.array([0.01, 0.1, 0.2]), np.array([0.03, 0.0, 0.01])
    together = local_linear_trend(LONG, AHEAD, sd_level=level, sd_slope=slope)
    for place in range(3):
        alone = local_linear_trend(LONG, AHEAD, sd_level=level[place], sd_slope=slope[place])
        np.testing.assert_allclose(together.mean[place], alone.mean[0])
        np.testing.assert_allclose(together.sd[place], alone.sd[0])
        assert together.log_likelihood[place] == pytest.approx(alone.log_likelihood[0])


def test_the_order_of_waves_and_the_origin_of_years_change_nothing():
    plain = local_linear_trend(LONG, AHEAD, sd_level=0.05, sd_slope=0.02)
    order = [3, 0, 4, 2, 1]
    moved = Series(
        years=LONG.years[order] - 2000, values=LONG.values[order], variances=LONG.variances[order]
    )
    other = local_linear_trend(moved, AHEAD - 2000, sd_level=0.05, sd_slope=0.02)
    np.testing.assert_allclose(other.mean, plain.mean)
    np.testing.assert_allclose(other.sd, plain.sd)
    np.testing.assert_allclose(other.log_likelihood, plain.log_likelihood)


def test_two_waves_of_a_year_count_as_their_mean_with_half_the_variance():
    twice = waves([0, 0, 4, 6], [1.0, 1.4, 2, 2.3], [0.2, 0.2, 0.1, 0.1])
    once = waves([0, 4, 6], [1.2, 2, 2.3], [0.1, 0.1, 0.1])
    at = np.array([0.0, 8.0])
    two, one = (local_linear_trend(each, at, sd_level=0.1, sd_slope=0.1) for each in (twice, once))
    np.testing.assert_allclose(two.mean, one.mean)
    np.testing.assert_allclose(two.sd, one.sd)


def test_forecasts_widen_with_time_and_with_either_spread():
    ahead = np.arange(2015.0, 2036)
    narrow = local_linear_trend(LONG, ahead, sd_level=0.02, sd_slope=0.01).sd[0]
    assert (np.diff(narrow) > 0).all()
    assert (local_linear_trend(LONG, ahead, sd_level=0.1, sd_slope=0.01).sd[0] > narrow).all()
    assert (
        local_linear_trend(LONG, ahead[5:], sd_level=0.02, sd_slope=0.1).sd[0] > narrow[5:]
    ).all()


def test_a_wave_known_almost_exactly_is_met():
    series = waves([0, 2, 5], [1, 4, 2], [0.1, 1e-12, 0.1])
    found = local_linear_trend(series, np.array([2.0]), sd_level=0.3, sd_slope=0.1)
    assert found.mean[0] == pytest.approx([4], abs=1e-9)
    assert found.sd[0] == pytest.approx([1e-6], rel=1e-3)


def test_covariances_are_those_of_simulated_paths():
    rng, steps, paths = np.random.default_rng(5), 400, 20_000
    dt, level, slope = 2 / steps, 0.7, 0.9
    gained = np.zeros(paths)
    pace = np.zeros(paths)
    kept = []
    for step in range(steps):
        gained += pace * dt + level * np.sqrt(dt) * rng.standard_normal(paths)
        pace += slope * np.sqrt(dt) * rng.standard_normal(paths)
        if step + 1 in (steps // 2, steps):
            kept.append(gained.copy())
    expected = local_linear_covariance(np.array([1.0, 2.0]), sd_level=level, sd_slope=slope)[0]
    np.testing.assert_allclose(np.cov(kept), expected, rtol=0.04)


@pytest.mark.parametrize(
    ("series", "years", "spreads", "fault"),
    [
        (waves([2020, 2020], [1, 2]), [2021], (0.1, 0.1), "at least two years, got 1"),
        (LONG, [1999, 2000.5, 2030], (0.1, 0.1), "2001 or later, got 2 others"),
        (LONG, [np.nan], (0.1, 0.1), "2001 or later, got 1 others"),
        (LONG, [2030], (-0.1, 0.1), "sd_level: expected 0 or more"),
        (LONG, [2030], (0.1, np.nan), "sd_slope: expected 0 or more"),
    ],
)
def test_what_cannot_be_fitted_is_refused(series, years, spreads, fault):
    with pytest.raises(ContractError, match=fault):
        local_linear_trend(series, np.array(years), sd_level=spreads[0], sd_slope=spreads[1])


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        (([], [], []), "expected one length"),
        (([1, 2], [1], [1, 1]), "expected one length"),
        (([1, 2], [1, np.nan], [1, 1]), "finite numbers, got others in 1 waves"),
        (([1, 2], [1, 2], [0, 1]), "variances: expected above 0, got others in 1 waves"),
    ],
)
def test_a_series_with_holes_is_refused(columns, fault):
    years, values, variances = (np.array(each, dtype=float) for each in columns)
    with pytest.raises(ContractError, match=fault):
        Series(years=years, values=values, variances=variances)
