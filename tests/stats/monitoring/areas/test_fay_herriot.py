"""Area-level model: worked examples, laws, edges and refusals."""

import numpy as np
import pytest

from pipeline.errors import ContractError, DesignError
from pipeline.stats.monitoring.areas.direct import DirectEstimates, log_likelihood, predict
from pipeline.stats.monitoring.areas.fay_herriot import fay_herriot

VALUE = np.array([1.0, 3.0, 5.0, 7.0, 9.0])
EVEN = np.full(5, 2.0)
UNEVEN = np.array([0.5, 1.0, 2.0, 4.0, 3.0])
ONES = np.ones((5, 1))
METHODS = ("reml", "ml", "moments")


def areas(value=VALUE, variance=EVEN, covariates=ONES, **more):
    return DirectEstimates(value=value, variance=variance, covariates=covariates, **more)


@pytest.mark.parametrize(("method", "expected"), [("reml", 8.0), ("ml", 6.0), ("moments", 8.0)])
def test_with_equal_variances_the_area_variance_is_the_spread_less_the_noise(method, expected):
    """Squares about the mean 5 add up to 40: over 4 (or 5 by ML) less D = 2."""
    found = fay_herriot(areas(), method=method)
    assert found.area_variance == pytest.approx(expected, rel=1e-6)
    gamma = expected / (expected + 2)
    assert found.prediction.gamma == pytest.approx(gamma, rel=1e-6)
    assert found.estimate == pytest.approx(gamma * VALUE + (1 - gamma) * 5, rel=1e-6)
    assert found.residual == pytest.approx((VALUE - 5) / np.sqrt(expected + 2), rel=1e-6)


@pytest.mark.parametrize(
    ("method", "expected"),
    # A = 8: g1 = 1.6, g2 = .04 * 10 / 5 = .08, V(A) = 2 * 100 / 5 = 40, g3 = .04 * 40 / 10 = .16
    [("reml", 1.6 + 0.08 + 2 * 0.16), ("moments", 1.6 + 0.08 + 2 * 0.16)],
)
def test_the_error_adds_coefficients_and_variance(method, expected):
    assert fay_herriot(areas(), method=method).mse == pytest.approx(expected, rel=1e-5)


def test_the_error_by_ml_adds_its_bias():
    """A = 6, A + D = 8: g1 = 1.5, g2 = .1, g3 = .0625 * 25.6 / 8 = .2, bias -8 / 5 = -1.6."""
    expected = 1.5 + 0.0625 * 8 / 5 + 2 * 0.2 + 0.0625 * 1.6
    assert fay_herriot(areas(), method="ml").mse == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_areas_no_more_different_than_noise_are_all_alike(method):
    found = fay_herriot(areas(variance=np.full(5, 50.0)), method=method)
    assert found.area_variance == 0.0
    assert found.estimate == pytest.approx(5.0)
    assert (found.mse > 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_unit_does_not_matter(method):
    plain = fay_herriot(areas(variance=UNEVEN), method=method)
    grown = fay_herriot(areas(value=1e3 * VALUE, variance=1e6 * UNEVEN), method=method)
    assert grown.area_variance == pytest.approx(1e6 * plain.area_variance, rel=1e-5)
    assert grown.estimate == pytest.approx(1e3 * plain.estimate, rel=1e-5)
    assert grown.mse == pytest.approx(1e6 * plain.mse, rel=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_neither_order_nor_the_coding_of_covariates_matters(method):
    x = np.column_stack([np.ones(5), [0.0, 1.0, 0.0, 1.0, 1.0]])
    plain = fay_herriot(areas(variance=UNEVEN, covariates=x), method=method)
    turned = x[::-1] @ np.array([[1.0, 2000.0], [5.0, 300.0]])
    other = fay_herriot(areas(VALUE[::-1], UNEVEN[::-1], turned), method=method)
    assert other.estimate[::-1] == pytest.approx(plain.estimate, rel=1e-6)
    assert other.mse[::-1] == pytest.approx(plain.mse, rel=1e-5)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood)


@pytest.mark.parametrize("is_restricted", [True, False])
def test_no_other_variance_is_more_likely(is_restricted):
    given = areas(variance=UNEVEN)
    found = fay_herriot(given, method="reml" if is_restricted else "ml").area_variance
    near = log_likelihood(given, found * np.array([1.0, 0.9, 1.1]), restricted=is_restricted)
    assert near.argmax() == 0


def test_moments_meet_their_equation():
    given = areas(variance=UNEVEN)
    found = fay_herriot(given, method="moments")
    assert (found.residual**2).sum() == pytest.approx(4.0)


def test_the_likelihood_is_that_of_independent_normals():
    given = areas(variance=UNEVEN)
    residual = VALUE - predict(given, 1.5).synthetic
    by_hand = -0.5 * (np.log(2 * np.pi * (1.5 + UNEVEN)) + residual**2 / (1.5 + UNEVEN)).sum()
    assert log_likelihood(given, np.array([1.5]), restricted=False)[0] == pytest.approx(by_hand)


def test_a_variance_of_zero_is_refused_unless_meant():
    exact = np.array([0.0, 1.0, 2.0, 4.0, 3.0])
    with pytest.raises(ContractError, match="got 1 that are not"):
        areas(variance=exact)
    given = areas(variance=exact, r_exact=True)
    for method in ("reml", "moments"):
        assert fay_herriot(given, method=method).estimate[0] == VALUE[0]
    with pytest.raises(ContractError, match="above 0 for ml"):
        fay_herriot(given, method="ml")


def test_the_coarse_search_stops_short_of_zero():
    given = areas(VALUE / 10, np.full(5, 0.5))
    assert fay_herriot(given).area_variance == 0.0
    assert 0 < fay_herriot(given, r_coarse_search=True).area_variance < 1e-4


@pytest.mark.parametrize(
    "wrong",
    [
        {"variance": EVEN[:4]},
        {"covariates": ONES[:4]},
        {"covariates": np.ones(5)},
        {"value": np.array([1.0, np.nan, 5.0, 7.0, 9.0])},
        {"variance": np.array([1.0, np.inf, 5.0, 7.0, 9.0])},
        {"variance": np.array([1.0, -1.0, 5.0, 7.0, 9.0])},
    ],
)
def test_wrong_numbers_are_refused(wrong):
    with pytest.raises(ContractError):
        areas(**wrong)


@pytest.mark.parametrize("covariates", [np.eye(5), np.ones((5, 2)), np.ones((5, 0))])
def test_covariates_that_cannot_be_told_apart_are_refused(covariates):
    with pytest.raises(DesignError):
        areas(covariates=covariates)


def test_an_unknown_method_is_refused():
    with pytest.raises(ContractError, match="reml, ml or moments"):
        fay_herriot(areas(), method="bayes")
