"""Merging cells: tables small enough to follow."""

import numpy as np
import pytest

from pipeline.stats.measurement.irt.fit.cells import merged

NAN = float("nan")


def table(*rows):
    return np.array(rows, dtype=float)


def test_a_table_with_enough_people_stays_as_it_is():
    found, wanted = merged(table([4, 6], [5, 5]), table([3, 7], [6, 4]), least=1)
    np.testing.assert_array_equal(found, [[4, 6], [5, 5]])
    np.testing.assert_array_equal(wanted, [[3, 7], [6, 4]])


def test_the_lowest_and_the_highest_row_join_their_only_neighbour():
    found, wanted = merged(
        table([1, 0], [9, 1], [1, 9], [0, 2]),
        table([0.9, 0.1], [8, 2], [2, 8], [0.5, 1.5]),
        least=1,
    )
    np.testing.assert_array_equal(found, [[10, 1], [1, 11]])
    np.testing.assert_allclose(wanted, [[8.9, 2.1], [2.5, 9.5]])


def test_a_row_in_the_middle_joins_the_neighbour_with_fewer_people():
    found, _ = merged(table([5, 5], [2, 0], [3, 4]), table([5, 5], [1.5, 0.5], [3, 4]), least=1)
    np.testing.assert_array_equal(found, [[5, 5], [5, 4]])


def test_scores_of_nobody_are_left_out():
    found, wanted = merged(table([2, 3], [0, 0], [4, 1]), table([2, 3], [0, 0], [3, 2]), least=1)
    assert found.shape == wanted.shape == (2, 2)


def test_categories_are_joined_before_scores():
    found, wanted = merged(
        table([1, 3, 6], [6, 3, 1], [0, 5, 5]),
        table([0.5, 3.5, 6], [6, 3.5, 0.5], [0.2, 0.3, 9.5]),
        least=1,
    )
    np.testing.assert_array_equal(found, [[NAN, 4, 6], [6, 4, NAN], [NAN, NAN, 10]])
    np.testing.assert_allclose(wanted, [[NAN, 4, 6], [6, 4, NAN], [NAN, NAN, 10]])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("categories", [2, 4])
def test_nobody_gets_lost_and_every_cell_left_is_large_enough(seed, categories):
    generator = np.random.default_rng(seed)
    wanted = generator.gamma(0.8, 2, size=(15, categories))
    found = generator.poisson(wanted + 0.01).astype(float)
    found[3] = 0
    wanted[found.sum(axis=1) == 0] = 0
    left, expected = merged(found, wanted, least=1)
    assert np.nansum(left) == pytest.approx(found.sum())
    assert np.nansum(expected) == pytest.approx(wanted.sum())
    assert (expected[~np.isnan(expected)] >= 1).all()
    np.testing.assert_array_equal(np.isnan(left), np.isnan(expected))


def test_one_row_is_left_however_few_the_people():
    found, _ = merged(table([1, 0], [0, 1]), table([0.6, 0.1], [0.1, 0.6]), least=1)
    np.testing.assert_array_equal(found, [[1, 1]])
