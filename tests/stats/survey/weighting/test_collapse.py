import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import CalibrationError
from pipeline.stats.survey.weighting.collapse import Merge, collapse
from tests.stats.survey.survey_strategies import LAWS

AGES = ["18-29", "30-39", "40-49", "50-59"]
SEXES = ["f", "m"]
COUNTIES = ["510402", "510411"]


def counts_of(cells, names=("county", "sex", "age")):
    index = pd.MultiIndex.from_tuples(list(cells), names=names)
    return pd.Series(list(cells.values()), index=index)


def ages(*counts):
    return counts_of(dict(zip([(age,) for age in AGES], counts, strict=True)), names=("age",))


def test_a_sparse_cell_joins_its_smaller_neighbour():
    found = collapse(ages(20, 3, 12, 30), along={"age": AGES}, min_count=10)
    assert found.labels == {
        ("18-29",): "18-29",
        ("30-39",): "30-39+40-49",
        ("40-49",): "30-39+40-49",
        ("50-59",): "50-59",
    }
    merge = Merge(axis="age", merged=("30-39", "40-49"), label="30-39+40-49", count=15)
    assert found.merges == (merge,)


def test_the_smallest_cell_goes_first_and_may_go_on():
    found = collapse(ages(1, 2, 3, 30), along={"age": AGES}, min_count=10)
    assert [merge.label for merge in found.merges] == [
        "18-29+30-39",
        "18-29+30-39+40-49",
        "18-29+30-39+40-49+50-59",
    ]


def test_cells_that_are_large_enough_stay():
    found = collapse(ages(10, 10, 10, 10), along={"age": AGES}, min_count=10)
    assert found.merges == ()
    assert found.labels[("18-29",)] == "18-29"


def test_the_second_axis_is_used_when_the_first_is_exhausted():
    """Women of every age together are 8 < 10, so the sexes merge, all ages of them at once."""
    cells = {("c", "f", "18-29"): 4, ("c", "f", "30-39"): 4}
    cells |= {("c", "m", "18-29"): 50, ("c", "m", "30-39"): 50}
    found = collapse(counts_of(cells), along={"age": AGES[:2], "sex": SEXES}, min_count=10)
    assert [(merge.axis, merge.label) for merge in found.merges] == [
        ("age", "c*f*18-29+30-39"),
        ("sex", "c*f+m*18-29+30-39"),
    ]
    assert found.merges[1].merged == ("c*f*18-29+30-39", "c*m*18-29", "c*m*30-39")
    assert set(found.labels.values()) == {"c*f+m*18-29+30-39"}


def test_an_axis_that_is_not_listed_never_merges():
    cells = {(county, "f", age): 6 for county in COUNTIES for age in AGES}
    found = collapse(counts_of(cells), along={"age": AGES}, min_count=10)
    assert all(label.startswith(cell[0] + "*") for cell, label in found.labels.items())


def test_a_neighbour_is_sought_past_a_category_without_cells():
    cells = {("c", "f", "18-29"): 3, ("c", "f", "50-59"): 30}
    found = collapse(counts_of(cells), along={"age": AGES}, min_count=10)
    assert set(found.labels.values()) == {"c*f*18-29+50-59"}


def test_what_stays_sparse_is_refused_by_name():
    cells = {("c1", "f", "18-29"): 3, ("c1", "f", "30-39"): 4, ("c2", "f", "18-29"): 30}
    with pytest.raises(CalibrationError, match=r"c1\*f\*18-29\+30-39: expected 10 .* got 7"):
        collapse(counts_of(cells), along={"age": AGES}, min_count=10)


def test_unknown_axes_and_categories_are_refused():
    with pytest.raises(CalibrationError) as refused:
        collapse(ages(1, 1, 1, 1), along={"age": AGES[1:], "sex": SEXES}, min_count=1)
    assert refused.value.faults == [
        "axis age: category 18-29 has no place in the order of neighbours",
        "axis sex is not one of age",
    ]


@st.composite
def tables(draw):
    cells = [(county, sex, age) for county in COUNTIES for sex in SEXES for age in AGES]
    sizes = draw(st.lists(st.integers(0, 30), min_size=len(cells), max_size=len(cells)))
    return counts_of({cell: size + 1 for cell, size in zip(cells, sizes, strict=True)})


ALONG = {"age": AGES, "sex": SEXES, "county": COUNTIES}


@settings(**LAWS)
@given(tables())
def test_every_merged_cell_is_large_enough_and_a_full_product(counts):
    found = collapse(counts, along=ALONG, min_count=12)
    sums = counts.groupby([found.labels[cell] for cell in counts.index]).sum()
    assert (sums >= 12).all() or len(sums) == 1
    for cell, label in found.labels.items():
        parts = [part.split("+") for part in label.split("*")]
        assert all(category in part for category, part in zip(cell, parts, strict=True))
        inside = [other for other, its in found.labels.items() if its == label]
        size = 1
        for part in parts:
            size *= len(part)
        assert len(inside) == size


@settings(**LAWS)
@given(tables())
def test_collapsing_twice_or_in_another_row_order_changes_nothing(counts):
    found = collapse(counts, along=ALONG, min_count=12)
    mixed = collapse(counts.sample(frac=1, random_state=1), along=ALONG, min_count=12)
    assert (mixed.labels, mixed.merges) == (found.labels, found.merges)
    merged = counts.groupby([found.labels[cell] for cell in counts.index]).sum()
    cells = {tuple(label.split("*")): size for label, size in merged.items()}
    orders = {axis: sorted({cell[place] for cell in cells}) for place, axis in
              enumerate(("county", "sex", "age"))}  # fmt: skip
    again = collapse(counts_of(cells), along=orders, min_count=12)
    assert again.merges == ()
    assert set(again.labels.values()) == set(found.labels.values())
