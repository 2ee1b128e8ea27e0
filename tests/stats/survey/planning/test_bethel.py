"""The optimum of many demands: special cases with closed forms, and optimality itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning.allocation import for_variance
from pipeline.stats.survey.planning.bethel import demands, optimum

N = np.array([4000.0, 3000.0, 2000.0, 1000.0])
P = np.array([0.12, 0.10, 0.15, 0.30])
SD = np.sqrt(P * (1 - P))
CITY = np.array(["city"] * 4, dtype=object)
COUNTY = np.array(["east", "east", "west", "west"], dtype=object)


def test_one_demand_is_the_allocation_of_least_cost():
    cost = np.array([1.0, 1.5, 1.0, 2.0])
    found = optimum(demands(N, P, SD, [(CITY, np.array([0.05]))], cost=cost))
    mean = N @ P / N.sum()
    assert found.n == pytest.approx(for_variance((0.05 * mean) ** 2, cost, N, SD), rel=1e-6)


def test_separate_domains_are_solved_as_if_alone():
    both = optimum(demands(N, P, SD, [(COUNTY, np.array([0.1]))]))
    east = optimum(demands(N[:2], P[:2], SD[:2], [(COUNTY[:2], np.array([0.1]))]))
    assert both.n[:2] == pytest.approx(east.n, rel=1e-6)


def test_strata_outside_every_domain_get_no_more_than_the_floor():
    east = np.array(["east", "east", "", ""], dtype=object)
    found = optimum(demands(N, P, SD, [(east, np.array([0.1]))]))
    assert found.whole[2:].tolist() == [2, 2]
    alone = optimum(demands(N[:2], P[:2], SD[:2], [(COUNTY[:2], np.array([0.1]))]))
    assert found.n[:2] == pytest.approx(alone.n, rel=1e-6)


def test_a_demand_met_by_the_way_costs_nothing():
    strict, easy = (CITY, np.array([0.03])), (COUNTY, np.array([0.5]))
    found = optimum(demands(N, P, SD, [strict, easy]))
    assert found.n == pytest.approx(optimum(demands(N, P, SD, [strict])).n, rel=1e-6)
    assert found.price[1:] == pytest.approx([0, 0], abs=1e-3 * found.price[0])


@st.composite
def problems(draw):
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    strata, variables = draw(st.integers(3, 25)), draw(st.integers(1, 3))
    size = rng.integers(20, 9000, strata).astype(float)
    mean = rng.uniform(0.05, 0.9, (strata, variables))
    sd = np.sqrt(mean * (1 - mean)) * rng.uniform(0.7, 1.5, (strata, variables))
    parts = rng.integers(0, 4, strata).astype(str).astype(object)
    groups = [
        (np.full(strata, "city", dtype=object), rng.uniform(0.01, 0.08, variables)),
        (parts, rng.uniform(0.03, 0.2, variables)),
    ]
    return demands(size, mean, sd, groups, cost=rng.uniform(0.5, 3, strata))


@settings(max_examples=40, deadline=None)
@given(asked=problems())
def test_every_demand_is_met_at_a_cost_that_cannot_be_undercut(asked):
    found = optimum(asked)
    assert (asked.reached(found.n) <= asked.cv * (1 + 1e-9)).all()
    assert (found.cv <= asked.cv * (1 + 1e-9)).all()
    assert found.cost == pytest.approx(found.bound, rel=1e-7)
    assert (found.whole >= np.minimum(2, asked.size)).all()
    assert (found.whole <= asked.size).all()
    # Sizes cut anywhere break a demand, unless a stratum stands at its floor.
    free = (found.n > 2.5) & (found.n < asked.size)
    for stratum in np.flatnonzero(free)[:5]:
        less = found.n.copy()
        less[stratum] *= 0.97
        assert (asked.reached(less) > asked.cv).any()


def test_a_demand_beyond_a_census_of_the_small_strata_takes_them_whole():
    asked = demands(np.array([30.0, 9000.0]), P[:2], SD[:2], [(COUNTY[1:3], np.array([0.02]))])
    found = optimum(asked)
    assert found.whole[0] <= 30
    assert found.n[0] == pytest.approx(30, rel=0.1)
    assert found.cv.max() <= 0.02


def test_impossible_figures_are_refused_at_once():
    with pytest.raises(DesignError) as refused:
        demands(np.array([0.0, 10]), P[:2], -SD[:2], [(COUNTY[:2], np.array([0.0]))])
    assert len(refused.value.faults) == 3
    with pytest.raises(DesignError, match="the total of city, variable 1 is 0"):
        demands(N, 0 * P, SD, [(CITY, np.array([0.1]))])
