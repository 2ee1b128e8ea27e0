"""Area-level model averaged over the variance between areas."""

import numpy as np
import pytest
from scipy import integrate, stats

from pipeline.errors import ContractError
from pipeline.stats.monitoring.areas.arcsine import mean_share
from pipeline.stats.monitoring.areas.direct import DirectEstimates, log_likelihood, predict
from pipeline.stats.monitoring.areas.fay_herriot import fay_herriot
from pipeline.stats.monitoring.areas.hierarchical import (
    flat_on_variance,
    half_normal,
    hierarchical,
)

VALUE = np.array([0.28, 0.31, 0.36, 0.38, 0.46])
NOISE = np.array([0.0010, 0.0012, 0.0017, 0.0021, 0.0030])
ONES = np.ones((5, 1))


def areas(value=VALUE, variance=NOISE):
    return DirectEstimates(value=value, variance=variance, covariates=ONES)


@pytest.fixture
def found():
    return hierarchical(areas(), prior=half_normal(0.05))


def test_weights_add_up(found):
    assert found.weight.sum() == pytest.approx(1.0)
    assert (found.weight >= 0).all()


def test_mean_and_spread_are_those_of_direct_integration(found):
    given = areas()

    def integral(of):
        def density(sd):
            height = log_likelihood(given, np.array([sd**2]), restricted=True)[0]
            return np.exp(height + stats.halfnorm.logpdf(sd, scale=0.05)) * of(
                predict(given, sd**2)
            )

        return integrate.quad(density, 0, 1, points=[0.02, 0.05, 0.1], epsabs=0, limit=200)[0]

    mass = integral(lambda at: 1.0)
    mean = integral(lambda at: at.estimate[4]) / mass
    square = integral(lambda at: at.within[4] + at.regression[4] + at.estimate[4] ** 2) / mass
    assert found.estimate[4] == pytest.approx(mean, rel=1e-7)
    assert found.sd[4] == pytest.approx(np.sqrt(square - mean**2), rel=1e-6)


def test_a_tiny_prior_makes_areas_alike_and_a_flat_one_parts_them():
    tight = hierarchical(areas(), prior=half_normal(1e-6))
    flat = hierarchical(areas(), prior=flat_on_variance)
    assert tight.estimate == pytest.approx(predict(areas(), 0.0).estimate, abs=1e-6)
    assert np.ptp(tight.estimate) < np.ptp(flat.estimate) < np.ptp(VALUE)


def test_where_the_single_variance_is_zero_areas_still_differ():
    alike = areas(value=0.3 + (VALUE - 0.3) / 4)
    assert fay_herriot(alike).area_variance == 0.0
    assert np.ptp(hierarchical(alike, prior=half_normal(0.05)).estimate) > 0


def test_with_many_areas_the_prior_no_longer_matters():
    generator = np.random.default_rng(3)
    noise = np.full(400, 0.002)
    value = 0.4 + generator.normal(0, np.sqrt(0.002 + 0.0025), 400)
    many = DirectEstimates(value=value, variance=noise, covariates=np.ones((400, 1)))
    flat = hierarchical(many, prior=flat_on_variance)
    assert flat.estimate == pytest.approx(fay_herriot(many).estimate, abs=2e-3)
    half = hierarchical(many, prior=half_normal(0.1))
    assert flat.estimate == pytest.approx(half.estimate, abs=2e-3)


def test_the_unit_does_not_matter(found):
    grown = hierarchical(areas(100 * VALUE, 1e4 * NOISE), prior=half_normal(5.0))
    assert grown.estimate == pytest.approx(100 * found.estimate)
    assert grown.sd == pytest.approx(100 * found.sd)


def test_quantiles_and_probabilities_are_each_other_turned_round(found):
    for probability in (0.025, 0.5, 0.9):
        above = found.probability_above(found.quantile(probability))
        assert above == pytest.approx(1 - probability, abs=1e-9)
    assert (found.quantile(0.025) < found.estimate).all()
    assert (found.estimate < found.quantile(0.975)).all()


def test_draws_have_the_moments_of_the_posterior(found):
    drawn = found.draw(200_000, np.random.default_rng(2))
    assert drawn.mean(axis=0) == pytest.approx(found.estimate, abs=5e-4)
    assert drawn.std(axis=0) == pytest.approx(found.sd, rel=0.01)


def test_areas_all_alike_are_drawn_alike():
    tight = hierarchical(areas(), prior=half_normal(1e-6))
    drawn = tight.draw(1000, np.random.default_rng(2))
    assert np.ptp(drawn, axis=1).max() < 1e-4
    assert drawn[:, 0].std() == pytest.approx(tight.sd[0], rel=0.1)


def test_shares_follow_from_angles(found):
    share = found.average(mean_share)
    assert share == pytest.approx(np.sin(found.estimate) ** 2, abs=2e-3)
    assert ((found.gamma > 0) & (found.gamma < 1)).all()


@pytest.mark.parametrize("scale", [0.0, -1.0, np.nan])
def test_a_prior_without_width_is_refused(scale):
    with pytest.raises(ContractError, match="prior scale"):
        half_normal(scale)


def test_a_flat_prior_needs_three_areas_more_than_coefficients():
    few = DirectEstimates(value=VALUE[:3], variance=NOISE[:3], covariates=ONES[:3])
    assert hierarchical(few, prior=half_normal(0.05)).sd.all()
    with pytest.raises(ContractError, match="half-normal"):
        hierarchical(few, prior=flat_on_variance)
