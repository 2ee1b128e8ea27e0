import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.sampling import smoothed_series, smoothed_shares
from pipeline.stats.monitoring.trend.scales import ANGLE, LOGIT, SHARE

YEARS = np.array([2018.0, 2020, 2022, 2024])
SIZE = np.full(4, 500.0)


def test_waves_on_a_line_keep_their_shares():
    shares = LOGIT.share(-2 + 0.1 * (YEARS - 2020))
    np.testing.assert_allclose(smoothed_shares(YEARS, shares, SIZE), shares)
    series = smoothed_series(YEARS, shares, SIZE, SHARE)
    np.testing.assert_allclose(series.variances, shares * (1 - shares) / SIZE)


def test_a_low_wave_is_not_given_more_weight_for_being_low():
    low = np.array([0.12, 0.06, 0.12, 0.12])
    variances = smoothed_series(YEARS, low, SIZE, SHARE).variances
    assert variances.max() / variances.min() < 2
    assert variances[1] > low[1] * (1 - low[1]) / SIZE[1]


def test_the_angle_does_not_care_for_the_share():
    series = smoothed_series(YEARS, np.array([0.05, 0.3, 0.1, 0.2]), SIZE, ANGLE)
    np.testing.assert_allclose(series.variances, 1 / (4 * SIZE))


def test_waves_of_one_year_share_their_mean():
    found = smoothed_shares(np.array([2020.0, 2020]), LOGIT.share(np.array([-2.0, -1])), SIZE[:2])
    np.testing.assert_allclose(found, LOGIT.share(-1.5))


@pytest.mark.parametrize("size", [0.0, -3.0, np.nan])
def test_sizes_are_above_zero(size):
    with pytest.raises(ContractError, match="n_eff"):
        smoothed_series(YEARS, np.full(4, 0.1), np.array([500, 500, 500, size]), LOGIT)
