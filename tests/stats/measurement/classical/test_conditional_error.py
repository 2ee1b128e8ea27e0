"""Error of measurement at one score."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.conditional_error import (
    compound_error,
    keats_error,
    lord_error,
)
from pipeline.stats.measurement.classical.kuder_richardson import kr20, kr21
from pipeline.stats.measurement.classical.moments import item_moments


@pytest.fixture
def answers() -> np.ndarray:
    generator = np.random.default_rng(2)
    ability = generator.standard_normal(500)
    return (ability[:, None] + generator.logistic(size=(500, 12)) > np.linspace(-2, 2, 12)) * 1.0


def test_half_of_ten_right_has_the_largest_error():
    # sqrt(5 * 5 / 9), none at the ends.
    np.testing.assert_allclose(lord_error(np.array([0, 5, 10]), items=10), [0, 5 / 3, 0])


def test_lords_error_averages_to_that_of_kr21(answers):
    moments = item_moments(answers)
    squares = lord_error(answers.sum(axis=1), items=12) ** 2
    assert squares.mean() == pytest.approx(moments.total_variance * (1 - kr21(moments)))


def test_keats_error_averages_to_that_of_the_reliability(answers):
    moments = item_moments(answers)
    known = {"reliability": kr20(moments), "kr21": kr21(moments)}
    squares = keats_error(answers.sum(axis=1), items=12, **known) ** 2
    assert squares.mean() == pytest.approx(moments.total_variance * (1 - kr20(moments)))


def test_parts_add_up_in_squared_points():
    # 2^2 * 5 * 5 / 9 + 3^2 * 1 * 3 / 3
    found = compound_error(np.array([5, 1]), items=np.array([10, 4]), points=np.array([2, 3]))
    assert found == pytest.approx(np.sqrt(100 / 9 + 9))


def test_one_part_is_lords_error():
    right = np.arange(9)
    found = compound_error(right[:, None], items=np.array([8]), points=np.ones(1))
    np.testing.assert_allclose(found, lord_error(right, items=8))


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: lord_error(np.array([1.0]), items=1), "two items or more"),
        (lambda: lord_error(np.array([11.0]), items=10), "from 0 to the number of items"),
        (lambda: lord_error(np.array([np.nan]), items=10), "from 0 to the number of items"),
        (lambda: keats_error(np.ones(1), items=5, reliability=1.0, kr21=0.5), "below 1"),
        (
            lambda: compound_error(np.ones(2), items=np.array([5.0]), points=np.ones(1)),
            "same parts",
        ),
    ],
)
def test_what_has_no_error_is_refused(refused, message):
    with pytest.raises(ContractError, match=message):
        refused()
