import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.attainment import attainment, yearly_rise
from pipeline.stats.monitoring.trend.forecasts import MixedForecast, ShareForecast
from pipeline.stats.monitoring.trend.mixture import NormalMixture
from pipeline.stats.monitoring.trend.scales import ANGLE, LOGIT, SCALES, SHARE

YEARS = np.array([2030.0, 2035.0])


def forecast(scale, medians, spread=0.02):
    """Known medians as shares, an equal spread on the scale near them."""
    mean = scale.value(np.array(medians))
    sd = spread * scale.slope(np.array(medians))
    states = NormalMixture(weight=np.ones(1), mean=mean[None], sd=sd[None])
    return ShareForecast(years=YEARS, states=states, scale=scale)


THREE = [forecast(LOGIT, [0.21, 0.32]), forecast(ANGLE, [0.2, 0.27]), forecast(SHARE, [0.2, 0.25])]


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
def test_a_target_at_the_median_is_reached_with_even_odds(scale):
    told = forecast(scale, [0.2, 0.3])
    np.testing.assert_allclose(told.quantile(0.5), [0.2, 0.3])
    np.testing.assert_allclose(told.at_least(np.array([0.2, 0.3])), 0.5)


def test_probability_is_a_range_over_scales_with_its_mean():
    found = attainment(THREE, 0.25, 2035)
    assert list(found.by_scale) == ["logit", "angle", "share"]
    assert found.by_scale["share"] == pytest.approx(0.5)
    assert found.low == pytest.approx(0.5)
    assert found.high == found.by_scale["logit"]
    assert found.mixture == pytest.approx(np.mean(list(found.by_scale.values())))


def test_higher_targets_are_reached_less_likely():
    chances = [attainment(THREE, target, 2035).mixture for target in (0.2, 0.25, 0.3, 0.4)]
    assert (np.diff(chances) < 0).all()


@pytest.mark.parametrize("level", [0.1, 0.5, 0.975])
def test_quantiles_of_mixed_scales_undo_the_probability(level):
    mixed = MixedForecast(forecasts=THREE)
    np.testing.assert_allclose(mixed.at_least(mixed.quantile(level)), 1 - level, rtol=1e-9)


def test_one_scale_mixed_with_nothing_is_itself():
    np.testing.assert_allclose(
        MixedForecast(forecasts=THREE[:1]).quantile(0.9), THREE[0].quantile(0.9)
    )


def test_a_band_that_leaves_the_shares_stops_at_their_ends():
    mixed = MixedForecast(forecasts=[forecast(SHARE, [0.01, 0.99]), forecast(LOGIT, [0.01, 0.99])])
    low, high = mixed.quantile(0.025), mixed.quantile(0.975)
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert THREE[2].scale.share(np.array([-0.2])) == pytest.approx([0])


def test_rise_worked_by_hand():
    """From one tenth to one quarter in ten years: .015 a year; log odds from log 1/9 to log 1/3."""
    rise = yearly_rise(0.10, 0.25, years=10, scale=LOGIT)
    assert rise.share == pytest.approx(0.015)
    assert rise.on_scale == pytest.approx(np.log(3) / 10)
    assert yearly_rise(0.25, 0.10, years=10, scale=LOGIT).share == pytest.approx(-0.015)


def test_a_year_that_is_not_forecast_is_refused():
    with pytest.raises(ContractError, match="2031 is not among the forecast years"):
        attainment(THREE, 0.25, 2031)


def test_a_scale_counts_once():
    with pytest.raises(ContractError, match="each scale once"):
        attainment([THREE[0], THREE[0]], 0.25, 2035)


@pytest.mark.parametrize(
    "forecasts",
    [[], [THREE[0], ShareForecast(years=YEARS + 1, states=THREE[1].states, scale=ANGLE)]],
)
def test_forecasts_that_do_not_belong_together_are_refused(forecasts):
    with pytest.raises(ContractError, match="forecast"):
        attainment(forecasts, 0.25, 2035)


@pytest.mark.parametrize("target", [0.0, 1.0, 25.0])
def test_a_target_that_is_no_share_is_refused(target):
    with pytest.raises(ContractError, match="strictly between 0 and 1"):
        attainment(THREE, target, 2035)


@pytest.mark.parametrize("years", [0, -1, float("nan")])
def test_a_rise_takes_time(years):
    with pytest.raises(ContractError, match="expected above 0"):
        yearly_rise(0.1, 0.2, years=years, scale=LOGIT)
