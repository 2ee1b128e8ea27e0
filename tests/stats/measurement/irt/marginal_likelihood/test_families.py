import numpy as np
import pytest

from pipeline.stats.measurement.irt.marginal_likelihood.families import (
    ThreeParameter,
    TwoParameter,
)
from pipeline.stats.measurement.irt.marginal_likelihood.ordered import (
    GeneralisedPartialCredit,
    GradedResponse,
)

ABILITY = np.array([-3.0, -0.4, 0, 1.1, 5.9])
CASES = [
    (TwoParameter(), [[1.2, -0.5], [0.4, 2.0]], 2),
    (TwoParameter(one_slope=True), [[-0.5], [2.0]], 2),
    (ThreeParameter(), [[1.2, -0.5, -1.4], [0.4, 2.0, 0.3]], 2),
    (GradedResponse(), [[1.2, 1.5, 0.0, -2.0], [-0.6, 3.0, 2.9, -0.2]], 4),
    (GeneralisedPartialCredit(), [[1.2, 0.5, -0.3], [0.6, -1.0, 2.0]], 3),
    (GeneralisedPartialCredit(one_slope=True), [[0.5, -0.3], [-1.0, 2.0]], 3),
]


@pytest.mark.parametrize(("family", "values", "size"), CASES)
def test_estimation_and_use_have_the_same_curves(family, values, size):
    parameters = np.array(values)
    log_p, _ = family.log_curves(parameters, ABILITY)
    assert np.exp(log_p) == pytest.approx(family.model(parameters).probabilities(ABILITY))
    assert len(family.names(size)) == parameters.shape[1]


@pytest.mark.parametrize(("family", "values", "size"), CASES)
def test_slopes_are_what_small_changes_do(family, values, size):
    parameters = np.array(values)
    _, slopes = family.log_curves(parameters, ABILITY)
    assert slopes.shape == (2, parameters.shape[1], size, len(ABILITY))
    for p in range(parameters.shape[1]):
        shift = np.zeros(parameters.shape)
        shift[:, p] = 1e-6
        above, _ = family.log_curves(parameters + shift, ABILITY)
        below, _ = family.log_curves(parameters - shift, ABILITY)
        assert slopes[:, p] == pytest.approx((above - below) / 2e-6, abs=1e-7)


@pytest.mark.parametrize(("family", "values", "size"), CASES)
def test_curves_stay_finite_far_out(family, values, size):
    log_p, slopes = family.log_curves(np.array(values), np.array([-40.0, 40.0]))
    assert np.isfinite(log_p).all()
    assert np.isfinite(slopes).all()


def test_the_prior_of_guessing_has_the_slopes_of_its_density():
    family, parameters = ThreeParameter(), np.array([[1.0, 0.0, -0.8]])
    shift = np.array([[0, 0, 1e-5]])
    above, below = family.log_prior(parameters + shift), family.log_prior(parameters - shift)
    assert family.prior_slope(parameters)[:, 2] == pytest.approx((above - below) / 2e-5)
    assert family.prior_information(parameters)[0].tolist() == [0, 0, 4]
    assert family.prior_slope(np.array([[1.0, 0.0, -1.39]])) == pytest.approx(0)


@pytest.mark.parametrize("family", [GradedResponse(), GeneralisedPartialCredit()])
def test_first_values_follow_the_shares(family):
    start = family.start(np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]))
    shares = np.exp(family.log_curves(start, np.zeros(1))[0])[:, :, 0]
    assert shares[0].argmax() == 2
    assert shares[1].argmax() == 0
