import numpy as np
import pytest

from pipeline.stats.survey.estimation.regression.separation import (
    collinear_columns,
    separating_columns,
)

ONES = np.ones(4)
NAMES = ["one", "a", "b"]


@pytest.mark.parametrize(
    ("y", "a", "found"),
    [
        ([0.0, 0, 1, 1], [1.0, 2, 3, 4], ["a"]),  # apart
        ([0.0, 0, 1, 1], [1.0, 3, 3, 4], ["a"]),  # apart but for a tie on the border
        ([0.0, 1, 0, 1], [1.0, 2, 3, 4], []),  # overlapping
        ([0.0, 0.5, 1, 1], [1.0, 2, 3, 4], ["a"]),  # a share on the border
        ([0.0, 0.5, 0.5, 1], [1.0, 2, 3, 4], []),  # shares on both sides of any border
    ],
)
def test_outcomes_are_told_apart_by_a_column(y, a, found):
    x = np.column_stack([ONES, a])
    assert separating_columns(np.array(y), x, NAMES[:2]) == found


def test_only_the_part_that_repeats_others_is_named():
    a = np.array([1.0, 2, 3, 5])
    assert collinear_columns(np.column_stack([ONES, a, a**2]), NAMES) == []
    assert collinear_columns(np.column_stack([ONES, a, 3 - a]), NAMES) == [
        'column "b": a combination of one, a'
    ]
    assert collinear_columns(np.column_stack([ONES, a, 5 * a]), NAMES) == [
        'column "b": a combination of a'
    ]
