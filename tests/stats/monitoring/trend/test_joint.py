from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.joint import (
    JointSpreads,
    integrated_joint_trend,
    joint_trend,
)
from pipeline.stats.monitoring.trend.local_linear import local_linear_trend
from tests.stats.monitoring.trend.waves import waves

NATIONAL = waves([2010, 2015, 2018, 2020, 2024], [-3.4, -2.7, -2.4, -2.1, -1.7], 0.0004)
CITY = waves([2018, 2020, 2022, 2024], [-2.6, -2.4, -2.1, -1.9], 0.01)
AHEAD = np.array([2018.0, 2022.0, 2025.0, 2035.0])
SPREADS = JointSpreads(level=0.04, slope=0.01, gap=0.03, house=0.03, gap_slope=0.02)


def test_with_a_still_gap_the_city_runs_beside_the_nation():
    still = replace(SPREADS, gap=0.0, gap_slope=0.0)
    found = joint_trend(NATIONAL, CITY, AHEAD, still)
    gap = found.city.average - found.national.average
    np.testing.assert_allclose(gap, found.coefficients[0, 2])
    assert found.gap_slope.average == pytest.approx([0])
    assert found.gap_slope.spread == pytest.approx([0])


def test_one_city_wave_tells_the_nation_nothing():
    """Its gap has a flat prior, so the wave settles the gap and no more."""
    found = joint_trend(NATIONAL, waves([2020], [-9.0]), np.array([2020.0, 2030.0]), SPREADS)
    alone = local_linear_trend(NATIONAL, np.array([2020.0, 2030.0]), sd_level=0.04, sd_slope=0.01)
    np.testing.assert_allclose(found.national.average, alone.mean[0])
    np.testing.assert_allclose(found.national.spread, alone.sd[0])
    assert found.city.average[0] == pytest.approx(-9.0)
    # sampling variance and wave effect, nothing else, at the wave itself
    assert found.city.spread[0] == pytest.approx(np.sqrt(0.01 + 0.03**2))


def test_a_gap_without_bonds_leaves_each_wave_to_itself():
    loose = replace(SPREADS, gap=1e4, house=0.0)
    found = joint_trend(NATIONAL, CITY, CITY.years, loose)
    np.testing.assert_allclose(found.city.average, CITY.values, atol=1e-6)
    np.testing.assert_allclose(found.city.spread, 0.1, rtol=1e-6)


def test_the_nation_narrows_the_forecast_of_the_city():
    city_alone = local_linear_trend(CITY, np.array([2025.0]), sd_level=0.04, sd_slope=0.01)
    together = joint_trend(NATIONAL, CITY, np.array([2025.0]), SPREADS)
    assert together.city.spread[0] < city_alone.sd[0, 0]


@pytest.mark.parametrize("wider", [{"house": 0.2}, {"gap": 0.2}, {"gap_slope": 0.2}])
def test_every_source_of_doubt_widens_the_forecast(wider):
    plain = joint_trend(NATIONAL, CITY, AHEAD[2:], SPREADS).city.spread
    assert (
        joint_trend(NATIONAL, CITY, AHEAD[2:], replace(SPREADS, **wider)).city.spread > plain
    ).all()


def test_settings_are_weighed_by_their_likelihood():
    gaps = np.array([0.001, 0.03, 0.3])
    found = joint_trend(NATIONAL, CITY, AHEAD, replace(SPREADS, gap=gaps))
    singles = [joint_trend(NATIONAL, CITY, AHEAD, replace(SPREADS, gap=gap)) for gap in gaps]
    likelihood = np.exp([each.log_likelihood[0] for each in singles])
    weight = likelihood / likelihood.sum()
    np.testing.assert_allclose(found.city.weight, weight)
    expected = weight @ np.array([each.city.average for each in singles])
    np.testing.assert_allclose(found.city.average, expected)


def test_priors_are_integrated_over_all_their_quantiles():
    found = integrated_joint_trend(NATIONAL, CITY, AHEAD, SPREADS, points=3)
    assert found.city.mean.shape == (81, 4)
    assert found.city.weight.sum() == pytest.approx(1)
    finer = integrated_joint_trend(NATIONAL, CITY, AHEAD, SPREADS, points=6)
    np.testing.assert_allclose(found.city.average, finer.city.average, atol=0.01)
    np.testing.assert_allclose(found.city.spread, finer.city.spread, rtol=0.1)


def test_priors_of_scale_zero_are_the_model_without_those_parts():
    bare = JointSpreads(level=0.0, slope=0.0, gap=0.0, house=0.0, gap_slope=0.02)
    integrated = integrated_joint_trend(NATIONAL, CITY, AHEAD, bare, points=5)
    given = joint_trend(NATIONAL, CITY, AHEAD, bare)
    np.testing.assert_allclose(integrated.city.average, given.city.average)
    assert integrated.city.weight == pytest.approx([1])


def test_shifting_the_years_changes_nothing():
    moved = joint_trend(
        replace(NATIONAL, years=NATIONAL.years - 2000),
        replace(CITY, years=CITY.years - 2000),
        AHEAD - 2000,
        SPREADS,
    )
    plain = joint_trend(NATIONAL, CITY, AHEAD, SPREADS)
    np.testing.assert_allclose(moved.city.average, plain.city.average)
    np.testing.assert_allclose(moved.log_likelihood, plain.log_likelihood)


@pytest.mark.parametrize(
    ("city", "years", "spreads", "fault"),
    [
        (waves([2005, 2018], [1, 2]), [2025], SPREADS, "city waves: years: expected 2010 or later"),
        (CITY, [2017], SPREADS, "expected 2018 or later"),
        (CITY, [2025], replace(SPREADS, gap=-1.0), "gap: expected 0 or more"),
        (CITY, [2025], replace(SPREADS, house=np.nan), "house: expected 0 or more"),
        (CITY, [2025], replace(SPREADS, gap_slope=-0.1), "gap_slope: expected 0 or more"),
    ],
)
def test_what_cannot_be_fitted_is_refused(city, years, spreads, fault):
    with pytest.raises(ContractError, match=fault):
        joint_trend(NATIONAL, city, np.array(years), spreads)


def test_a_nation_of_one_year_is_refused():
    with pytest.raises(ContractError, match="at least two years"):
        joint_trend(waves([2018], [1.0]), CITY, AHEAD, SPREADS)


def test_priors_are_one_scale_each():
    with pytest.raises(ContractError, match="one scale each"):
        integrated_joint_trend(
            NATIONAL, CITY, AHEAD, replace(SPREADS, gap=np.array([0.1, 0.2])), points=3
        )
