"""Reliability: matrices small enough for the back of an envelope, and laws."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.kuder_richardson import kr20, kr21
from pipeline.stats.measurement.classical.moments import item_moments
from pipeline.stats.measurement.classical.reliability import (
    alpha,
    alpha_if_deleted,
    lambda2,
    lambda6,
    reliability,
    standard_error_of_measurement,
    stratified_alpha,
)

PAIR = np.array([[1, 0.5], [0.5, 1]])


def parallel(items: int, correlation: float) -> np.ndarray:
    return np.full((items, items), correlation) + (1 - correlation) * np.eye(items)


@pytest.fixture
def answers() -> np.ndarray:
    generator = np.random.default_rng(3)
    ability = generator.standard_normal(400)
    return (ability[:, None] + generator.logistic(size=(400, 6)) > np.linspace(-1, 1, 6)) * 1.0


@pytest.mark.parametrize(
    ("coefficient", "value"),
    # Total variance 3, item variances 2, squared covariances 0.5, regressions leave 0.75 each.
    [(alpha, 2 / 3), (lambda2, 2 / 3), (lambda6, 1 - 1.5 / 3)],
)
def test_two_items_that_correlate_half(coefficient, value):
    assert coefficient(PAIR) == pytest.approx(value)


@pytest.mark.parametrize("items", [2, 5, 50])
def test_alpha_of_parallel_items_is_spearman_browns_step_up(items):
    assert alpha(parallel(items, 0.2)) == pytest.approx(items * 0.2 / (1 + (items - 1) * 0.2))


def test_lambda_2_is_never_below_alpha(answers):
    covariance = item_moments(answers).covariance
    assert lambda2(covariance) >= alpha(covariance)


def test_unrelated_items_have_no_reliability():
    assert alpha(np.diag([1.0, 2, 3])) == pytest.approx(0)
    assert lambda6(np.diag([1.0, 2, 3])) == pytest.approx(0)


def test_alpha_if_deleted_is_alpha_of_the_others(answers):
    moments = item_moments(answers)
    expected = [alpha(moments.take(np.delete(np.arange(6), item)).covariance) for item in range(6)]
    np.testing.assert_allclose(alpha_if_deleted(moments.covariance), expected)
    assert np.isnan(alpha_if_deleted(PAIR)).all()


def test_parts_of_two_dimensions():
    # Two parts of variance 3 and alpha 2/3; eight covariances of 0.2 between them: V = 7.6.
    covariance = np.kron(np.eye(2), PAIR) + np.kron(1 - np.eye(2), np.full((2, 2), 0.2))
    part = np.array([7, 7, 4, 4])
    assert stratified_alpha(covariance, part) == pytest.approx(1 - 2 / 7.6)
    assert stratified_alpha(covariance, np.zeros(4)) == pytest.approx(alpha(covariance))


def test_stratified_alpha_allows_parts_of_different_points():
    covariance = np.kron(np.eye(2), PAIR) + np.kron(1 - np.eye(2), np.full((2, 2), 0.5))
    worth = np.array([1.0, 1, 5, 5])
    weighted = covariance * np.outer(worth, worth)
    assert stratified_alpha(weighted, np.array([0, 0, 1, 1])) > alpha(weighted)


def test_kuder_richardson_20_is_alpha_of_right_and_wrong(answers):
    weights = np.random.default_rng(8).uniform(0.5, 2, 400)
    moments = item_moments(answers, weights=weights)
    assert kr20(moments) == pytest.approx(alpha(moments.covariance))
    assert kr21(moments) < kr20(moments)


def test_kuder_richardson_21_is_20_when_items_are_equally_difficult():
    # Each of three items right for half of the people.
    moments = item_moments(np.array([[1.0, 1, 1], [1, 1, 0], [0, 0, 1], [0, 0, 0]]))
    assert kr21(moments) == pytest.approx(kr20(moments))


def test_partial_credit_has_no_kuder_richardson():
    moments = item_moments(np.array([[1, 0.5], [0, 1]]), items=["a", "b"])
    with pytest.raises(ContractError, match="items b"):
        kr20(moments)
    with pytest.raises(ContractError, match="items b"):
        kr21(moments)


def test_the_error_of_measurement_is_in_points(answers):
    moments = item_moments(answers)
    found = reliability(moments)
    assert found.sem == pytest.approx(np.sqrt(moments.total_variance * (1 - found.alpha)))
    assert reliability(moments.in_points(np.full(6, 5.0))).sem == pytest.approx(5 * found.sem)
    assert standard_error_of_measurement(4.0, 0.75) == 1


def test_coefficients_do_not_depend_on_the_unit_of_points(answers):
    once, thrice = (
        reliability(item_moments(answers).in_points(np.full(6, unit))) for unit in (1.0, 3.0)
    )
    for name in ("alpha", "alpha_standardised", "mean_correlation", "lambda2", "lambda6"):
        assert getattr(once, name) == pytest.approx(getattr(thrice, name))


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: alpha(np.eye(1)), "two items or more"),
        (lambda: alpha(np.ones((2, 3))), "two items or more"),
        (lambda: alpha(np.array([[1.0, -1], [-1, 1]])), "total score with variance"),
        (lambda: lambda6(np.ones((3, 3))), "do not determine each other"),
        (lambda: stratified_alpha(PAIR, np.array([0, 1])), "two items or more"),
        (lambda: stratified_alpha(PAIR, np.array([0])), "one per item"),
    ],
)
def test_what_has_no_reliability_is_refused(refused, message):
    with pytest.raises(ContractError, match=message):
        refused()
