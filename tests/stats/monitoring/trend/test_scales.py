import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.scales import ANGLE, LOGIT, SCALES, SHARE, spread_factor

EVERY = pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)


def test_known_values():
    assert LOGIT.value(0.75) == pytest.approx(np.log(3))
    assert ANGLE.value(0.25) == pytest.approx(np.pi / 6)
    assert SHARE.value(0.25) == pytest.approx(0.25)


@EVERY
def test_the_inverse_brings_shares_back(scale):
    shares = np.linspace(0.01, 0.99, 25)
    np.testing.assert_allclose(scale.share(scale.value(shares)), shares)


@EVERY
def test_the_slope_is_that_of_small_steps(scale):
    shares, step = np.array([0.02, 0.13, 0.5, 0.9]), 1e-6
    rise = (scale.value(shares + step) - scale.value(shares - step)) / (2 * step)
    np.testing.assert_allclose(scale.slope(shares), rise, rtol=1e-6)


@EVERY
def test_values_beyond_the_ends_stay_shares(scale):
    found = scale.share(np.array([-50.0, 50.0]))
    np.testing.assert_allclose(found, [0, 1], atol=1e-12)


def test_variance_on_the_angle_depends_on_the_effective_size_alone():
    shares, size = np.array([0.1, 0.3]), 400
    se = np.sqrt(shares * (1 - shares) / size)
    np.testing.assert_allclose(ANGLE.variance(shares, se), 1 / (4 * size))


def test_a_spread_of_one_scale_moves_the_share_as_on_the_logit():
    # at one half the logit moves by 4, the angle by 1, the share by 1 for a unit of share
    assert spread_factor(LOGIT, at=0.5) == pytest.approx(1)
    assert spread_factor(ANGLE, at=0.5) == pytest.approx(0.25)
    assert spread_factor(SHARE, at=0.5) == pytest.approx(0.25)


@EVERY
@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.1, np.nan])
def test_shares_outside_are_refused_without_naming_them(scale, share):
    with pytest.raises(ContractError, match="strictly between 0 and 1, got 1 others"):
        scale.value(np.array([0.2, share]))
