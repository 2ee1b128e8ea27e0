from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipeline.errors import ContractError
from pipeline.stats.survey.publication.additive_tables import crossed, hierarchy, parts_and_total
from pipeline.stats.survey.publication.suppression import suppress

RULE = {"min_count": 10, "protection": 0.5}


def with_margins(inner):
    table = np.vstack([inner, inner.sum(axis=0)])
    return np.column_stack([table, table.sum(axis=1)]).astype(float)


def two_way(inner, **options):
    table = with_margins(np.asarray(inner))
    rows, columns = np.shape(inner)
    relations = crossed(parts_and_total(rows), parts_and_total(columns))
    found = suppress(table.ravel(), table.ravel(), relations, **(RULE | options))
    return found, table, relations


def attack(value, withheld, relations):
    """(c, 2) what an outsider with a solver finds out, the relations written out densely."""
    dense = relations.toarray()
    bounds = [(0, None) if blank else (v, v) for v, blank in zip(value, withheld, strict=True)]
    found = np.column_stack([value, value])
    for cell in np.flatnonzero(withheld):
        aim = np.eye(len(value))[cell]
        for side, sign in ((0, 1), (1, -1)):
            solved = linprog(sign * aim, A_eq=dense, b_eq=np.zeros(len(dense)), bounds=bounds)
            found[cell, side] = solved.x[cell] if solved.status == 0 else np.inf
    return found


@st.composite
def tables(draw):
    """Small two-way tables of counts; with a further level of rows half of the time."""
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    counts = st.sampled_from([0, 1, 4, 9, 10, 25, 60, 400])
    inner = np.array(draw(st.lists(counts, min_size=rows * columns, max_size=rows * columns)))
    inner = inner.reshape(rows, columns)
    across = parts_and_total(columns)
    if not draw(st.booleans()):
        return with_margins(inner).ravel(), crossed(parts_and_total(rows), across)
    regions = [inner[: rows // 2].sum(axis=0), inner[rows // 2 :].sum(axis=0)]
    parent = [rows] * (rows // 2) + [rows + 1] * (rows - rows // 2) + [rows + 2] * 2 + [-1]
    nested = np.vstack([inner, *regions, inner.sum(axis=0)])
    nested = np.column_stack([nested, nested.sum(axis=1)]).astype(float)
    return nested.ravel(), crossed(hierarchy(np.array(parent)), across)


def test_the_second_smallest_part_hides_the_smallest():
    value = np.array([3.0, 40, 50, 93])
    found = suppress(value, value, parts_and_total(3), **RULE)
    assert found.reason.tolist() == ["primary", "complementary", "", ""]
    assert (found.low[0], found.high[0]) == pytest.approx((0, 43))


def test_two_small_parts_that_hide_each_other_need_no_third():
    value = np.array([4.0, 3, 50, 57])
    found = suppress(value, value, parts_and_total(3), **RULE)
    assert found.reason.tolist() == ["primary", "primary", "", ""]


def test_a_table_without_small_cells_is_published_whole():
    found, table, _ = two_way([[10, 20], [30, 40]])
    assert not found.is_withheld.any()
    assert found.low.tolist() == table.ravel().tolist()


def test_one_small_cell_of_a_table_takes_a_rectangle():
    """Around the 2 the cheapest corners are 20, 11 and 12: cost 43."""
    found, _, _ = two_way([[2, 20, 90], [11, 12, 80], [70, 60, 50]])
    assert found.reason.reshape(4, 4).tolist() == [
        ["primary", "complementary", "", ""],
        ["complementary", "complementary", "", ""],
        ["", "", "", ""],
        ["", "", "", ""],
    ]


def test_blanks_that_leave_too_little_room_are_joined_by_others():
    """With a 1 beside it the 9 lies between 9 - 0 and 10: half its value is not enough."""
    value = np.array([9.0, 1, 50, 60])
    narrow = suppress(value, value, parts_and_total(3), min_count=10, protection=1)
    wide = suppress(value, value, parts_and_total(3), min_count=10, protection=1.2)
    assert narrow.reason.tolist() == ["primary", "primary", "", ""]
    assert wide.reason.tolist() == ["primary", "primary", "complementary", ""]


def test_the_cost_decides_which_cells_go():
    value, dear = np.array([3.0, 40, 50, 93]), np.array([1.0, 9, 2, 9])
    found = suppress(value, value, parts_and_total(3), **RULE, weight=dear)
    assert found.reason.tolist() == ["primary", "", "complementary", ""]


def test_of_equal_cells_the_first_goes():
    value = np.array([3.0, 40, 40, 83])
    found = suppress(value, value, parts_and_total(3), **RULE)
    assert found.reason.tolist() == ["primary", "complementary", "", ""]


def test_people_decide_what_is_small_whatever_the_table_shows():
    """Weighted totals in thousands; the first rests on four people."""
    value = np.array([9000.0, 2000, 3000, 14000])
    found = suppress(value, np.array([4, 60, 50, 114]), parts_and_total(3), **RULE)
    assert found.reason[0] == "primary"
    assert found.reason[1] == ""


def test_a_level_between_hides_a_county_within_its_region():
    """Region a: 3 + 50, region b: 40 + 45; only the region's own part or sum can help."""
    value = np.array([3.0, 50, 40, 45, 53, 85, 138])
    found = suppress(value, value, hierarchy(np.array([4, 4, 5, 5, 6, 6, -1])), **RULE)
    assert found.reason.tolist() == ["primary", "complementary", "", "", "", "", ""]


@settings(max_examples=40, deadline=None)
@given(tables())
def test_an_attacker_with_a_solver_pins_no_blank_cell(table):
    value, relations = table
    found = suppress(value, value, relations, **RULE)
    seen = attack(value, found.is_withheld, relations)
    width = seen[:, 1] - seen[:, 0]
    primary = found.reason == "primary"
    assert (primary == (value < 10)).all()
    assert (width[found.is_withheld] > 1e-6).all()
    assert (width[primary] >= 0.5 * value[primary] * (1 - 1e-5)).all()
    assert found.low == pytest.approx(seen[:, 0], abs=1e-4)
    assert found.high == pytest.approx(seen[:, 1], abs=1e-4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_cheaper_pattern_would_do(seed):
    """Every other pattern of a table of 3 x 3 cells is tried."""
    random = np.random.default_rng(seed)
    inner = random.integers(11, 60, (2, 2))
    inner[0, 0] = random.integers(1, 9)
    found, table, relations = two_way(inner)
    value, paid = table.ravel(), table.ravel()[found.is_withheld].sum()
    others = [cell for cell in range(9) if cell]
    for size in range(4):
        for chosen in combinations(others, size):
            blank = np.isin(np.arange(9), [0, *chosen])
            if value[blank].sum() < paid:
                low, high = attack(value, blank, relations)[0]
                assert high - low < 0.5 * value[0]


def test_small_cells_that_fill_a_table_blank_it_with_its_margins():
    found, _, _ = two_way([[1, 2], [3, 1]])
    assert found.is_withheld.all()


def test_a_published_total_can_make_hiding_impossible():
    value = np.array([3.0, 40, 43])
    known = np.array([False, True, True])
    with pytest.raises(ContractError, match="no pattern hides 1 small cells"):
        suppress(value, value, parts_and_total(2), **RULE, must_publish=known)


@pytest.mark.parametrize(
    ("value", "options", "fault"),
    [
        ([3, 40, 50], {}, "1 sums differ from their parts"),
        ([3, 40, 43], {"must_publish": np.array([True, False, False])}, "1 cells that must be"),
        ([-3, 40, 37], {}, "missing or negative in 1 cells"),
        ([3, 40, 43], {"protection": 0}, "protection above 0"),
        ([3, 40, 43, 9], {}, "one number of cells"),
    ],
)
def test_a_table_that_cannot_be_treated_is_refused(value, options, fault):
    value = np.array(value, dtype=float)
    with pytest.raises(ContractError, match=fault):
        suppress(value, value, parts_and_total(2), **(RULE | options))
