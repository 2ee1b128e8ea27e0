import numpy as np
import pytest

from pipeline.stats.survey.replication.product_weights import ProductWeights


def collapsed():
    """Rows 0 and 1 agree in all; row 3 has no code, row 4 no base weight."""
    weights = ProductWeights(
        base=np.array([1.0, 2, 3, 4, 0]),
        unit_of_row=np.array([0, 0, 1, 1, 1]),
        factor=np.array([[1.0, 0], [1, 2]]),
        cell_of_row=np.array([0, 0, 1, 1, 1]),
        cell_factor=np.array([[2.0, 5], [10, 4]]),
    )
    return weights.collapsed(np.array([0, 0, 1, -1, 1]), 2)


def test_rows_that_agree_become_one_entry():
    rows = collapsed()
    assert rows.entry_of_row.tolist() == [0, 0, 1, -1, -1]
    assert (rows.unit.tolist(), rows.cell.tolist(), rows.code.tolist()) == ([0, 1],) * 3
    assert rows.counts().tolist() == [2, 1]


def test_totals_of_entries_are_under_base_weights():
    rows = collapsed()
    assert rows.totals().tolist() == [3, 3]
    assert rows.totals(np.array([1.0, 10, 100, 1, 1])).tolist() == [21, 300]


def test_replicates_multiply_totals():
    rows = collapsed()
    assert rows.multiplier.tolist() == [2, 10]
    assert rows.weighted(rows.totals()).tolist() == [[6, 0], [30, 24]]
    assert rows.by_code(rows.totals() * rows.multiplier).tolist() == [6, 30]


def test_the_work_in_replicates_does_not_depend_on_the_number_of_people():
    random = np.random.default_rng(1)
    weights = ProductWeights(
        base=np.ones(20_000),
        unit_of_row=random.integers(0, 4, 20_000),
        factor=random.random((4, 3)),
        cell_of_row=random.integers(0, 3, 20_000),
        cell_factor=random.random((3, 3)),
    )
    rows = weights.collapsed(random.integers(0, 2, 20_000), 2)
    assert len(rows.unit) == 4 * 3 * 2
    assert rows.counts().sum() == pytest.approx(20_000)
