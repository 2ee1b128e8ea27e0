"""Drawing units and households: probabilities are kept, and frequencies prove them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning.selection import (
    draw_units,
    household_interval,
    household_lines,
    inclusion_probabilities,
    random_numbers,
    systematic_pps,
)

SIZES = st.lists(st.integers(1, 400), min_size=6, max_size=30)


@given(
    sizes=st.lists(st.integers(50, 150), min_size=12, max_size=40),
    number=st.integers(1, 4),
    start=st.floats(0, 0.999),
)
def test_systematic_draws_are_distinct_and_probabilities_sum_to_their_number(sizes, number, start):
    chosen, probability = systematic_pps(np.array(sizes), number, start, "s")
    assert len(set(chosen)) == number
    assert probability.sum() == pytest.approx(number)
    assert probability == pytest.approx(number * np.array(sizes) / sum(sizes))


def test_systematic_draw_selects_each_unit_as_often_as_its_probability_says():
    sizes, number = np.array([10, 20, 30, 40, 25, 15]), 2
    starts = (np.arange(2000) + 0.5) / 2000
    drawn = np.concatenate([systematic_pps(sizes, number, s, "s")[0] for s in starts])
    often = np.bincount(drawn, minlength=6) / 2000
    assert often == pytest.approx(systematic_pps(sizes, number, 0.0, "s")[1], abs=1e-3)


def test_systematic_draw_refuses_a_unit_that_could_come_twice():
    with pytest.raises(DesignError, match="no unit above 1/2 of the stratum, got 1"):
        systematic_pps(np.array([10, 80, 10]), 2, 0.5, "s")


def test_a_unit_above_its_step_is_certain_and_the_rest_is_shared_out_again():
    """Three of 80, 30, 20, 10: 80 > 140 / 3; then two of 30, 20, 10: 30 = 60 / 2."""
    found = inclusion_probabilities(np.array([80.0, 30.0, 20.0, 10.0]), 3)
    assert found == pytest.approx([1, 1, 2 / 3, 1 / 3])


@given(sizes=SIZES, number=st.integers(0, 6))
def test_probabilities_sum_to_the_number_and_none_exceeds_one(sizes, number):
    found = inclusion_probabilities(np.array(sizes, dtype=float), number)
    assert found.sum() == pytest.approx(number)
    assert (found <= 1).all()
    order = np.argsort(sizes)
    assert (np.diff(found[order]) >= -1e-12).all()


@given(sizes=SIZES, number=st.integers(1, 4), reserves=st.integers(0, 2), seed=st.integers(0, 99))
def test_sample_and_reserves_are_distinct_and_complete(sizes, number, reserves, seed):
    random = random_numbers(str(seed))
    drawn = draw_units(np.array(sizes, dtype=float), number, reserves, random, "s")
    assert len(drawn.chosen) == number
    assert len(drawn.reserve) == reserves
    assert len({*drawn.chosen, *drawn.reserve}) == number + reserves
    assert drawn.probability.sum() == pytest.approx(number)
    assert set(np.flatnonzero(drawn.is_certain)) <= set(drawn.chosen)


@pytest.mark.parametrize("sizes", [[10, 20, 30, 40, 25, 15], [10, 20, 90, 40, 25, 15, 5]])
def test_over_many_seeds_units_come_as_often_as_their_probability_says(sizes):
    size, seeds = np.array(sizes, dtype=float), 6000
    draws = [draw_units(size, 3, 1, random_numbers(str(s), "units"), "s") for s in range(seeds)]
    often = np.bincount(np.concatenate([d.chosen for d in draws]), minlength=len(sizes)) / seeds
    assert often == pytest.approx(draws[0].probability, abs=4 * np.sqrt(0.25 / seeds))
    aside = np.bincount(np.concatenate([d.reserve for d in draws]), minlength=len(sizes)) / seeds
    # A reserve comes as often as a sample unit of its size, by the ratio of the numbers.
    free = ~draws[0].is_certain
    ratio = 1 / (3 - draws[0].is_certain.sum())
    expected = draws[0].probability[free] * ratio
    assert aside[free] == pytest.approx(expected, abs=4 * np.sqrt(0.25 / seeds))
    assert not aside[~free].any()


def test_without_certain_units_the_reserves_leave_the_probabilities_proportional_to_size():
    size = np.arange(10.0, 30.0)
    drawn = draw_units(size, 4, 2, random_numbers("a"), "s")
    assert drawn.probability == pytest.approx(4 * size / size.sum())


def test_reserves_are_used_in_an_order_of_chance():
    size = np.ones(12)
    first = [draw_units(size, 4, 4, random_numbers(str(s)), "s").reserve for s in range(200)]
    rising = np.mean([(np.diff(order) > 0).all() for order in first])
    assert rising == pytest.approx(1 / 24, abs=0.06)


def test_the_same_seed_and_names_draw_the_same_and_others_do_not():
    size = np.arange(1.0, 60.0)
    one, again, other = (
        draw_units(size, 9, 3, random_numbers("2027", name), "s") for name in ("a", "a", "b")
    )
    assert one.chosen.tolist() == again.chosen.tolist()
    assert one.reserve.tolist() == again.reserve.tolist()
    assert one.chosen.tolist() != other.chosen.tolist()
    numbers = [random_numbers(*names).random() for names in (("a", "b"), ("ab",), ("a", "b", ""))]
    assert len(set(numbers)) == 3


def test_too_few_units_are_refused():
    with pytest.raises(DesignError, match="1 to 3 units with the reserves, got 3 and 1 reserves"):
        draw_units(np.ones(3), 3, 1, random_numbers("a"), "s")
    with pytest.raises(DesignError, match="expected sizes above 0"):
        inclusion_probabilities(np.array([1.0, 0.0]), 1)


def test_household_lines_by_hand():
    """Ten on the list, four wanted: interval 2.5; start 0.5 gives 1.25, 3.75, 6.25, 8.75."""
    assert household_interval(10, 4) == 2.5
    assert household_lines(10, 4, 0.5).tolist() == [2, 4, 7, 9]


@given(listed=st.integers(1, 6000), part=st.floats(0, 1), start=st.floats(0, 1, exclude_max=True))
def test_household_lines_are_distinct_and_on_the_list(listed, part, start):
    issued = max(1, round(listed * part))
    lines = household_lines(listed, issued, start)
    assert len(set(lines)) == issued
    assert lines.min() >= 1
    assert lines.max() <= listed


def test_every_household_has_the_same_probability():
    starts = (np.arange(5000) + 0.5) / 5000
    lines = np.concatenate([household_lines(17, 5, start) for start in starts])
    assert np.bincount(lines, minlength=18)[1:] / 5000 == pytest.approx(5 / 17, abs=1e-3)


def test_more_households_than_listed_are_refused():
    with pytest.raises(DesignError, match="expected 1 to 30 households to draw, got 31"):
        household_lines(30, 31, 0.1)
