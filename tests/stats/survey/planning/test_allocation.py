"""Rules of allocation: six strata of a city, laws of the optimum, bounds and rounding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning import allocation

N = np.array([400.0, 300.0, 200.0, 100.0])
SD = np.array([1.0, 2.0, 3.0, 4.0])
STRATA = st.lists(
    st.tuples(st.floats(9000, 90000), st.floats(0.1, 5), st.floats(1, 40)), min_size=2, max_size=9
)


def variance(n, size=N, sd=SD):
    """Variance of the stratified mean."""
    return ((size / size.sum()) ** 2 * sd**2 * (1 / n - 1 / size)).sum()


def test_rules_by_hand():
    assert allocation.equal(100, 4).tolist() == [25] * 4
    assert allocation.proportional(100, N) == pytest.approx([40, 30, 20, 10])
    assert allocation.neyman(100, N, SD) == pytest.approx([20, 30, 30, 20])


def test_power_allocation_runs_from_equal_precision_to_neyman():
    mean = np.array([2.0, 5.0, 4.0, 8.0])
    toward_parts = allocation.power_allocation(100, N, SD / mean, exponent=0)
    toward_whole = allocation.power_allocation(100, N * mean, SD / mean, exponent=1)
    assert toward_whole == pytest.approx(allocation.neyman(100, N, SD))
    cv = SD / mean / np.sqrt(toward_parts)
    assert cv**2 * toward_parts == pytest.approx((SD / mean) ** 2)
    assert toward_parts / (SD / mean) == pytest.approx(np.full(4, 100 / (SD / mean).sum()))


@given(strata=STRATA)
def test_neyman_is_never_worse_than_proportional(strata):
    size, sd, _ = np.array(strata).T
    best = allocation.neyman(100, size, sd)
    other = allocation.proportional(100, size)
    assert variance(best, size, sd) <= variance(other, size, sd) * (1 + 1e-12)


@given(strata=STRATA)
def test_money_is_spent_and_buys_the_variance_that_costs_as_much(strata):
    size, sd, cost = np.array(strata).T
    n = allocation.at_cost(5000.0, cost, size, sd)
    assert n @ cost == pytest.approx(5000)
    again = allocation.for_variance(variance(n, size, sd), cost, size, sd)
    assert again == pytest.approx(n)


@given(strata=STRATA, shift=st.floats(0.05, 0.5))
def test_no_shift_between_strata_improves_on_the_optimum_at_a_cost(strata, shift):
    size, sd, cost = np.array(strata).T
    n = allocation.at_cost(5000.0, cost, size, sd)
    moved = n.copy()
    moved[0] -= shift * n[0]
    moved[1] += shift * n[0] * cost[0] / cost[1]
    assert variance(moved, size, sd) >= variance(n, size, sd)


def test_floors_are_kept_and_the_rest_is_shared_in_proportion():
    """Floor 15 lifts the last; 85 remain for 400 : 300 : 200."""
    found = allocation.bounded(100, N, np.full(4, 15.0), N)
    assert found == pytest.approx([85 * 4 / 9, 85 * 3 / 9, 85 * 2 / 9, 15])


@given(strata=STRATA, n=st.integers(20, 400))
def test_bounded_sizes_add_up_and_stay_within(strata, n):
    measure, *_ = np.array(strata).T
    low, high = np.full(len(measure), 2.0), np.full(len(measure), 2.0 + 400)
    found = allocation.bounded(n, measure, low, high)
    assert found.sum() == pytest.approx(n)
    assert (found >= low - 1e-9).all()
    assert (found <= high + 1e-9).all()
    rounded = allocation.whole(found)
    assert rounded.sum() == n
    assert (rounded >= low).all()
    assert (np.abs(rounded - found) < 1).all()


def test_bounds_that_cannot_hold_are_refused():
    with pytest.raises(DesignError, match="the floors add up to 120, more than n = 100"):
        allocation.bounded(100, N, np.full(4, 30.0), N)
    with pytest.raises(DesignError, match="the strata hold 8, less than n = 100"):
        allocation.bounded(100, N, np.ones(4), np.full(4, 2.0))
    with pytest.raises(DesignError, match="floors above what the stratum holds: 1"):
        allocation.bounded(100, N, np.array([9.0, 2, 2, 2]), np.array([5.0, 99, 99, 99]))


def test_remainders_go_to_the_largest_and_then_to_the_first():
    assert allocation.whole(np.array([1.4, 2.4, 3.2])).tolist() == [2, 2, 3]
    assert allocation.whole(np.array([0.5, 0.5, 1.0])).tolist() == [1, 0, 1]


def test_strata_without_size_or_figures_are_refused():
    with pytest.raises(DesignError, match="size: expected numbers above 0, got another in 1"):
        allocation.proportional(10, np.array([1.0, 0.0]))
    with pytest.raises(
        DesignError, match="one figure per stratum in every column, got size 2, sd 1"
    ):
        allocation.neyman(10, np.array([1.0, 2.0]), np.array([1.0]))
