"""Two and three stages: the optimum is one, and costs and variances fit together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning import two_stage

COSTS = st.floats(1, 500)
DELTA = st.floats(0.005, 0.6)


def test_a_community_ten_times_as_dear_with_a_tenth_in_common():
    """n = sqrt(10 * 0.9 / 0.1) = 9.49; 10,000 buys 10,000 / (1000 + 949) communities."""
    found = two_stage.best_two_stage(1000, 100, 0.1, 9.0, cost=10_000)
    assert found.people == pytest.approx(9.486833)
    assert found.units == pytest.approx(5.131671)


def test_a_design_effect_tells_the_homogeneity_and_back():
    delta = two_stage.homogeneity(1.6, 25)
    assert delta == pytest.approx(0.025)
    assert two_stage.cluster_deff(delta, 25) == pytest.approx(1.6)


@given(unit=COSTS, person=COSTS, delta=DELTA, factor=st.floats(0.3, 3))
def test_no_other_size_of_cluster_is_cheaper(unit, person, delta, factor):
    best = two_stage.best_two_stage(unit, person, delta, 4.0, cv=0.05)
    people = best.people * factor
    units = (two_stage.two_stage_cv(4.0, 1, people, delta) / 0.05) ** 2
    assert units * (unit + person * people) >= best.cost * (1 - 1e-12)
    assert best.cv == pytest.approx(0.05)


@given(unit=COSTS, person=COSTS, delta=DELTA)
def test_cost_and_cv_are_two_sides_of_one_optimum(unit, person, delta):
    given_cv = two_stage.best_two_stage(unit, person, delta, 4.0, cv=0.05)
    given_cost = two_stage.best_two_stage(unit, person, delta, 4.0, cost=given_cv.cost)
    assert given_cost.cv == pytest.approx(0.05)
    assert given_cost.units == pytest.approx(given_cv.units)


@given(unit=COSTS, person=COSTS, delta=DELTA)
def test_the_optimum_is_found_again_when_its_units_are_settled(unit, person, delta):
    best = two_stage.best_two_stage(unit, person, delta, 4.0, cv=0.05)
    for goal in ({"cv": 0.05}, {"cost": best.cost}):
        again = two_stage.two_stage_with_units(best.units, unit, person, delta, 4.0, **goal)
        assert again.people == pytest.approx(best.people, rel=1e-6)
        assert again.cost == pytest.approx(best.cost, rel=1e-6)


@given(costs=st.tuples(COSTS, COSTS, COSTS), delta=st.tuples(DELTA, DELTA), nudge=st.floats(0.5, 2))
def test_three_stages_have_no_cheaper_neighbour(costs, delta, nudge):
    best = two_stage.best_three_stage(costs, delta, 4.0, cv=0.05)
    assert best.cv == pytest.approx(0.05)
    for parts, people in ((best.parts * nudge, best.people), (best.parts, best.people * nudge)):
        units = (two_stage.three_stage_cv(4.0, 1, parts, people, delta) / 0.05) ** 2
        cost = units * (costs[0] + parts * (costs[1] + people * costs[2]))
        assert cost >= best.cost * (1 - 1e-12)


def test_units_too_few_for_the_precision_are_refused():
    with pytest.raises(DesignError, match="precision left to people: expected a number above 0"):
        two_stage.two_stage_with_units(5, 100, 10, 0.1, 9.0, cv=0.1)
    with pytest.raises(DesignError, match="money left per unit"):
        two_stage.two_stage_with_units(5, 100, 10, 0.1, 9.0, cost=400)


@pytest.mark.parametrize("goal", [{}, {"cost": 1.0, "cv": 0.1}])
def test_one_goal_is_needed_and_no_more(goal):
    with pytest.raises(DesignError, match="either a cost or a cv"):
        two_stage.best_two_stage(100, 10, 0.1, 9.0, **goal)


def test_a_single_person_per_unit_tells_no_homogeneity():
    with pytest.raises(DesignError, match="people per unit: expected a number above 1"):
        two_stage.homogeneity(1.5, 1)
