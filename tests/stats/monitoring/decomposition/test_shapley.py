"""Means over orders: against the orders themselves, and laws."""

from itertools import permutations

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.decomposition.kitagawa import Mix, kitagawa
from pipeline.stats.monitoring.decomposition.shapley import chain_contributions, shapley


def curved(factors):
    a, b, c = (float(each) for each in factors)
    return a * b + np.exp(c) * a - b**2


def test_contributions_are_means_over_all_orders():
    before, after = [np.array(v) for v in (1, 2, 0.3)], [np.array(v) for v in (2, 1.5, 0.1)]
    expected = np.zeros(3)
    for order in permutations(range(3)):
        now = list(before)
        for j in order:
            last = curved(now)
            now[j] = after[j]
            expected[j] += (curved(now) - last) / 6
    assert shapley(curved, before, after) == pytest.approx(expected)


def test_contributions_add_up_and_an_unchanged_factor_gets_nothing():
    before, after = [np.array(v) for v in (1, 2, 0.3)], [np.array(v) for v in (2, 2, 0.1)]
    found = shapley(curved, before, after)
    assert found.sum() == pytest.approx(curved(after) - curved(before))
    assert found[1] == 0


def test_one_dimension_is_kitagawa():
    people = (np.array([160.0, 40]), np.array([40.0, 60]))
    rate = (np.array([0.1, 0.2]), np.array([0.1, 0.3]))
    found = chain_contributions(people, rate)
    parts = kitagawa(Mix(people=people[1], rate=rate[1]), Mix(people=people[0], rate=rate[0]))
    assert found == pytest.approx([parts.composition, parts.rate])


def test_only_the_factor_that_changed_is_credited():
    """The towns grow, schooling within town and village and every rate stay."""
    before = np.array([[30.0, 10], [20, 40]])
    after = np.array([[15.0, 5], [40, 80]])
    rate = np.array([[0.1, 0.2], [0.3, 0.4]])
    found = chain_contributions((before, after), (rate, rate))
    assert found[1:] == pytest.approx([0, 0], abs=1e-15)
    assert found[0] > 0


def test_empty_cells_and_unlike_tables_are_refused():
    people, rate = np.array([[1.0, 0], [1, 1]]), np.full((2, 2), 0.5)
    with pytest.raises(ContractError, match="got 1 without people"):
        chain_contributions((people, people + 1), (rate, rate))
    with pytest.raises(ContractError, match="same cells"):
        chain_contributions((people, people[:1]), (rate, rate))
    with pytest.raises(ContractError, match="factors"):
        shapley(curved, [], [])
