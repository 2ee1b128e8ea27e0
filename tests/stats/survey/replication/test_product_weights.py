import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stats.survey.replication.product_weights import ProductWeights
from tests.stats.survey.survey_strategies import LAWS


def three_people() -> ProductWeights:
    """Two units, two cells, one replicate."""
    return ProductWeights(
        base=np.array([1.0, 2, 3]),
        unit_of_row=np.array([0, 0, 1]),
        factor=np.array([[1.0, 0], [1, 2]]),
        cell_of_row=np.array([0, 1, 1]),
        cell_factor=np.array([[1.0, 5], [10, 4]]),
    )


def some_weights(seed: int) -> ProductWeights:
    random = np.random.default_rng(seed)
    return ProductWeights(
        base=random.lognormal(size=60) * (random.random(60) < 0.9),
        unit_of_row=random.integers(-1, 5, 60),
        factor=random.random((5, 4)),
        cell_of_row=random.integers(0, 7, 60) if seed % 2 else None,
        cell_factor=random.random((7, 4)) if seed % 2 else None,
    )


def test_a_weight_is_base_times_unit_times_cell():
    weights = three_people()
    assert weights.column(0).tolist() == [1, 20, 30]
    assert weights.column(1).tolist() == [0, 0, 24]


def test_sums_worked_by_hand():
    """Code 0 holds the people of weight 1 and 30, code 1 nobody; the second is in no sum."""
    codes = np.array([0, -1, 0])
    people, values = three_people().sums(codes, 2, [np.ones(3), np.array([7.0, 9, 2])])
    assert people.tolist() == [[31, 24], [0, 0]]
    assert values.tolist() == [[67, 48], [0, 0]]


def test_weights_given_row_by_row():
    given_weights = np.array([[1.0, 0], [2, 4]])
    weights = ProductWeights.of_rows(given_weights)
    assert np.column_stack([weights.column(0), weights.column(1)]).tolist() == [[1, 0], [2, 4]]
    assert weights.sums(np.array([0, 0]), 1, [np.array([1.0, 10])])[0].tolist() == [[21, 40]]


def test_a_row_of_no_unit_weighs_nothing():
    weights = ProductWeights(
        base=np.ones(2), unit_of_row=np.array([0, -1]), factor=np.array([[1.0, 3]])
    )
    assert weights.column(1).tolist() == [3, 0]
    assert weights.sums(np.zeros(2, dtype=int), 1, [np.ones(2)])[0].tolist() == [[1, 3]]


@settings(**LAWS)
@given(st.integers(0, 999))
def test_sums_are_those_of_the_weights_written_out(seed):
    weights, random = some_weights(seed), np.random.default_rng(seed + 1)
    codes, variable = random.integers(-1, 3, 60), random.normal(size=60)
    found = weights.sums(codes, 3, [variable])[0]
    for r in range(4):
        weighted = weights.column(r) * variable
        expected = [weighted[codes == code].sum() for code in range(3)]
        assert found[:, r] == pytest.approx(expected)
