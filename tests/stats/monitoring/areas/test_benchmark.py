"""Benchmarking to a total."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.areas.benchmark import benchmark

ESTIMATE = np.array([0.10, 0.20, 0.30])
PEOPLE = np.array([0.5, 0.3, 0.2])  # mean 0.17
MSE = np.array([0.0001, 0.0004, 0.0009])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("raking", [0.12, 0.22, 0.32]),
        ("ratio", ESTIMATE * 0.19 / 0.17),
        # sum w mse = .00005 + .00012 + .00018 = .00035; gap .02
        ("mse", ESTIMATE + 0.02 * MSE / 0.00035),
    ],
)
def test_the_gap_is_spread_by_the_rule(method, expected):
    found = benchmark(ESTIMATE, 0.19, population_share=PEOPLE, method=method, mse=MSE)
    assert found.estimate == pytest.approx(expected)
    assert found.adjustment == pytest.approx(np.asarray(expected) - ESTIMATE)
    assert PEOPLE @ found.estimate == pytest.approx(0.19)


def test_an_area_that_moves_more_than_its_error_alarms():
    found = benchmark(ESTIMATE, 0.19, population_share=PEOPLE, method="raking", mse=MSE)
    assert found.is_alarming.tolist() == [True, False, False]


def test_without_errors_nothing_alarms():
    found = benchmark(ESTIMATE, 0.9, population_share=PEOPLE, method="ratio")
    assert not found.is_alarming.any()


@pytest.mark.parametrize("method", ["raking", "ratio", "mse"])
def test_agreeing_figures_stay(method):
    found = benchmark(ESTIMATE, 0.17, population_share=PEOPLE, method=method, mse=MSE)
    assert found.adjustment == pytest.approx(0.0, abs=1e-15)


def test_an_area_known_exactly_does_not_move():
    found = benchmark(ESTIMATE, 0.19, population_share=PEOPLE, mse=np.array([0.0, 1e-4, 1e-4]))
    assert found.adjustment[0] == 0.0
    assert not found.is_alarming[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"population_share": PEOPLE * 100},
        {"population_share": np.array([1.2, -0.1, -0.1])},
        {"population_share": PEOPLE[:2]},
        {"mse": MSE[:2]},
        {"mse": -MSE},
        {"mse": np.zeros(3)},
        {"mse": None},
        {"method": "other"},
    ],
)
def test_wrong_input_is_refused(wrong):
    given = {"population_share": PEOPLE, "method": "mse", "mse": MSE} | wrong
    with pytest.raises(ContractError, match="benchmark"):
        benchmark(ESTIMATE, 0.19, **given)


def test_a_ratio_to_nothing_is_refused():
    with pytest.raises(ContractError, match="other than 0"):
        benchmark(np.zeros(3), 0.19, population_share=PEOPLE, method="ratio")
