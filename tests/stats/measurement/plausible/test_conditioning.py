"""Dummies of the conditioning model."""

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.plausible.conditioning import conditioning_design

COUNTY = np.repeat(["east", "west", "north"], [50, 40, 60])
AREA = np.tile(["urban", "rural"], 75)


def test_every_level_but_the_reference_has_a_column():
    found = conditioning_design({"county": COUNTY, "area": AREA}, references={"area": "rural"})
    assert found.columns == ("county=east", "county=west", "area=urban")
    assert found.references == {"county": "north", "area": "rural"}
    assert found.matrix.sum(axis=0) == pytest.approx([50, 40, 75])
    assert found.changes == ()


def test_a_small_level_joins_the_reference_and_the_record_says_so():
    county = np.where(np.arange(150) < 5, "islet", COUNTY)
    found = conditioning_design({"county": county})
    assert found.columns == ("county=east", "county=west")
    (change,) = found.changes
    assert (change.level, change.reason, change.into) == ("islet", "too few people", "north")
    assert not found.matrix[:5].any()


def test_a_small_level_of_an_ordered_variable_joins_its_smaller_neighbour():
    levels = ["18-29", "30-44", "45-59", "60-69"]
    age = pd.Categorical(np.repeat(levels, [40, 10, 35, 65]), categories=levels)
    found = conditioning_design({"age": age}, ordered=["age"])
    assert found.columns == ("age=18-29", "age=30-44+45-59")
    assert found.matrix[:, 1].sum() == 45
    (change,) = found.changes
    assert (change.level, change.into) == ("30-44", "45-59")


def test_missing_values_are_a_level_of_their_own():
    county = COUNTY.astype(object)
    county[:35] = None
    found = conditioning_design({"county": county}, fewest=10)
    assert "county=missing" in found.columns
    assert "county=missing" not in conditioning_design({"county": county}, fewest=36).columns


def test_a_column_determined_by_others_is_left_out_with_a_record():
    part = np.where(COUNTY == "north", "plain", "hills")
    found = conditioning_design({"county": COUNTY, "part": part})
    assert found.columns == ("county=east", "county=west")
    (change,) = found.changes
    assert (change.variable, change.reason, change.into) == (
        "part",
        "determined by the columns before",
        None,
    )


def test_levels_nobody_has_are_recorded_and_a_constant_gives_no_column():
    wave = pd.Categorical(["2025"] * 150, categories=["2025", "2027"])
    found = conditioning_design({"wave": wave, "county": COUNTY})
    assert found.columns == ("county=east", "county=west")
    assert [(change.level, change.reason) for change in found.changes] == [("2027", "nobody")]


def test_people_of_weight_zero_change_no_column():
    some = np.arange(150) % 3 > 0
    found = conditioning_design({"county": COUNTY}, weights=some.astype(float), fewest=20)
    alone = conditioning_design({"county": COUNTY[some]}, fewest=20)
    assert found.columns == alone.columns
    np.testing.assert_array_equal(found.matrix[some], alone.matrix)
    only_there = np.where(some, COUNTY, "islet")
    found = conditioning_design({"county": only_there}, weights=some.astype(float), fewest=20)
    assert found.columns == alone.columns


def test_a_small_reference_that_was_named_takes_in_the_largest():
    county = np.where(np.arange(150) < 5, "islet", COUNTY)
    found = conditioning_design({"county": county}, references={"county": "islet"})
    assert found.columns == ("county=east", "county=west")
    assert found.references["county"] == "islet+north"


@pytest.mark.parametrize(
    ("variables", "references", "weights", "fault"),
    [
        ({}, None, None, "got lengths"),
        ({"county": COUNTY, "area": AREA[:9]}, None, None, r"\[9, 150\]"),
        ({"county": COUNTY}, {"county": "south"}, None, "got south"),
        ({"county": COUNTY}, None, np.zeros(150), "some above 0"),
    ],
)
def test_variables_that_make_no_model_are_refused(variables, references, weights, fault):
    with pytest.raises(ContractError, match=fault):
        conditioning_design(variables, references=references, weights=weights)
