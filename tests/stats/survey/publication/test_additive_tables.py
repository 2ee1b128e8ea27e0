import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.survey.publication.additive_tables import (
    crossed,
    derivable,
    hierarchy,
    parts_and_total,
)


def blank(size, *cells):
    return np.isin(np.arange(size), cells)


def test_the_total_of_a_tree_is_the_sum_of_its_regions():
    """Two regions of two counties: cells 0-3, regions 4 and 5, total 6."""
    relations = hierarchy(np.array([4, 4, 5, 5, 6, 6, -1]))
    assert relations.shape == (3, 7)
    assert relations @ np.array([1, 2, 3, 4, 3, 7, 10]) == pytest.approx(0)
    assert (relations @ np.array([1, 2, 3, 4, 3, 7, 11]) != 0).sum() == 1


def test_a_table_with_margins_adds_up_both_ways():
    relations = crossed(parts_and_total(2), parts_and_total(3))
    inner = np.array([[1.0, 2, 3], [4, 5, 6]])
    table = np.vstack([inner, inner.sum(axis=0)])
    table = np.column_stack([table, table.sum(axis=1)])
    assert relations.shape == (4 + 3, 12)
    assert relations @ table.ravel() == pytest.approx(0)


def test_one_blank_part_follows_from_the_others():
    value = np.array([3.0, 40, 50, 93])
    low, high = derivable(value, blank(4, 0), parts_and_total(3))
    assert low == pytest.approx(value)
    assert high == pytest.approx(value)


def test_two_blank_parts_share_what_the_published_ones_leave():
    low, high = derivable(np.array([3.0, 40, 50, 93]), blank(4, 0, 1), parts_and_total(3))
    assert low == pytest.approx([0, 0, 50, 93])
    assert high == pytest.approx([43, 43, 50, 93])


def test_a_part_without_a_published_total_has_no_upper_bound():
    low, high = derivable(np.array([3.0, 40, 43]), blank(3, 0, 2), parts_and_total(2))
    assert low == pytest.approx([0, 40, 40])
    assert high.tolist() == [np.inf, 40, np.inf]


def test_small_cells_beside_large_ones_keep_their_digits():
    value = np.array([3.0, 7e8, 2e9, 2.7e9 + 3])
    low, high = derivable(value, blank(4, 0, 3), parts_and_total(3))
    assert (low[0], high[0]) == (0, np.inf)
    low, high = derivable(value, blank(4, 0), parts_and_total(3))
    assert (low[0], high[0]) == (pytest.approx(3), pytest.approx(3))


@pytest.mark.parametrize(
    ("parent", "fault"),
    [([1, 0, -1], "2 cells are parts of themselves"), ([5, -1], "got 1 others")],
)
def test_a_hierarchy_that_is_no_tree_is_refused(parent, fault):
    with pytest.raises(ContractError, match=fault):
        hierarchy(np.array(parent))
