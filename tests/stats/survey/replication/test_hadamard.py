import numpy as np
import pytest

from pipeline.stats.survey.replication.hadamard import hadamard


def test_the_matrix_of_order_two_by_hand():
    assert hadamard(2).tolist() == [[1, 1], [1, -1]]


@pytest.mark.parametrize("rows", range(1, 121))
def test_rows_are_orthogonal_and_all_but_the_first_balanced(rows):
    matrix = hadamard(rows)
    order = len(matrix)
    assert order >= rows
    assert np.array_equal(matrix @ matrix.T, order * np.eye(order, dtype=int))
    assert (matrix[0] == 1).all()
    assert (matrix[:, 0] == 1).all()
    assert (matrix[1:].sum(axis=1) == 0).all()


@pytest.mark.parametrize(
    ("rows", "order"), [(1, 1), (2, 2), (3, 4), (5, 8), (9, 12), (21, 24), (33, 36), (80, 80)]
)
def test_the_order_is_the_next_multiple_of_four(rows, order):
    assert len(hadamard(rows)) == order


def test_an_order_that_no_construction_reaches_gives_way_to_the_next():
    assert len(hadamard(52)) == 56
