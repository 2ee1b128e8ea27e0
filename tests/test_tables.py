"""Contracts of tables: a frame that breaks one is refused with rule and rows, never values."""

import pandas as pd
import pytest

from pipeline import tables
from pipeline.errors import ContractError
from pipeline.fields import FIELDS
from pipeline.tables import ANSWERS, ESTIMATES, PEOPLE, SCORES, Table, check

ALL = [value for value in vars(tables).values() if isinstance(value, Table)]


@pytest.fixture
def scores() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "respondent_id": ["a", "b"],
            "standard": ["quiz@1", "quiz@1"],
            "score": [3.0, 8.0],
            "is_literate": [False, True],
            "level": [None, "high"],
        }
    )


def faults(table: Table, frame: pd.DataFrame) -> list[str]:
    with pytest.raises(ContractError) as caught:
        check(table, frame)
    assert caught.value.where == f"table {table.name}"
    return caught.value.faults


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_every_column_of_every_table_is_defined_once(table):
    assert set(table.columns) <= set(FIELDS)
    assert set(table.key) <= set(table.columns)
    assert len(set(table.columns)) == len(table.columns)


def test_no_two_tables_share_a_name():
    assert len({table.name for table in ALL}) == len(ALL)


def test_a_sound_frame_passes_with_its_columns_in_order(scores):
    passed = check(SCORES, scores[scores.columns[::-1]])
    assert tuple(passed.columns) == SCORES.columns


def test_columns_of_the_questionnaire_stand_behind_those_of_the_contract():
    answers = pd.DataFrame({"q1": [1], "respondent_id": ["a"]})
    assert list(check(ANSWERS, answers)) == ["respondent_id", "q1"]


def test_an_empty_frame_gets_the_types_it_cannot_show(scores):
    empty = check(SCORES, scores.iloc[:0, ::-1].astype(object))
    assert tuple(empty.columns) == SCORES.columns
    assert empty["score"].dtype == "float64"
    assert empty["is_literate"].dtype == "bool"


def test_missing_and_foreign_columns_are_named_each_once(scores):
    frame = scores.drop(columns="level").assign(shoe=1)
    assert faults(SCORES, frame) == [
        "column level is missing",
        "column shoe does not belong to the table",
    ]


@pytest.mark.parametrize(
    ("column", "cells", "fault"),
    [
        ("score", [None, 8.0], "column score: expected a value; rows that differ: 1"),
        ("score", ["3", "8"], "column score: expected numbers; rows that differ: 2"),
        ("standard", [1, "x"], "column standard: expected text; rows that differ: 1"),
        ("level", [1, None], "column level: expected text; rows that differ: 1"),
        ("is_literate", [0, 1], "column is_literate: expected yes or no; rows that differ: 2"),
        (
            "respondent_id",
            ["a", "a"],
            "key respondent_id, standard: expected one row each; rows that differ: 2",
        ),
    ],
)
def test_a_broken_rule_is_told_with_its_rows(scores, column, cells, fault):
    assert faults(SCORES, scores.assign(**{column: cells})) == [fault]


def test_ranges_and_allowed_values_are_kept():
    people = pd.DataFrame(
        {
            "respondent_id": ["a", "b"],
            "wave": "w",
            "source": ["probability", "street"],
            "stratum": "n",
            "psu": "n/1",
            "psu_prob": [1.5, 0.5],
            "household_prob": [-0.1, 0.5],
            "person_prob": [float("nan"), 1.0],
        }
    )
    assert sorted(faults(PEOPLE, people)) == [
        "column household_prob: expected at least 0; rows that differ: 1",
        "column psu_prob: expected at most 1; rows that differ: 1",
        "column source: expected one of probability, online; rows that differ: 1",
    ]


def test_whole_numbers_are_told_from_other_numbers():
    frame = pd.DataFrame(dict.fromkeys(ESTIMATES.columns, 0.5), index=[0])
    assert "column n: expected whole numbers; rows that differ: 1" in faults(ESTIMATES, frame)


def test_a_fault_never_tells_a_value(scores):
    said = faults(SCORES, scores.assign(level=[42, None]))
    assert "42" not in said[0]
