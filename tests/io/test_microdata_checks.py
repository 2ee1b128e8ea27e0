"""Which rows stop the run, which are set aside, and which are excluded by the plan."""

import numpy as np
import pandas as pd
import pytest

from pipeline.config.plan import Cleaning
from pipeline.errors import MicrodataError
from pipeline.io.microdata.checks import excluded_rules, findings_of_design, quarantined_rules
from pipeline.io.microdata.mapping import Finding, Mapped


def design(**changes: list) -> Mapped:
    """Three people with a sound design, changed column by column."""
    columns = {
        "respondent_id": ["a", "b", "c"],
        "stratum": ["n", "n", None],
        "psu": ["1", "2", None],
        "source": ["probability", "probability", "online"],
        "person_prob": ["0.5", None, None],
        "eligible_adults": [None, "2", None],
    }
    return Mapped(
        design=pd.DataFrame(columns | changes, dtype=object),
        variables=pd.DataFrame(),
        answers=pd.DataFrame(),
        paradata=pd.DataFrame({"minutes": changes.get("minutes", ["5", None, "9"])}, dtype=object),
        columns_taken=0,
    )


def broken(mapped: Mapped, weights: tuple[str, ...] = ()) -> dict[tuple[str, str], list[int]]:
    return {
        (finding.rule, finding.column): finding.rows.nonzero()[0].tolist()
        for finding in findings_of_design(mapped, weights)
        if finding.rows.any()
    }


def finding(rule: str, *rows: int, column: str = "q1") -> Finding:
    return Finding(rule, column, "a code", np.isin(np.arange(4), rows))


def test_a_sound_design_breaks_no_rule():
    assert broken(design()) == {}


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("respondent_id", ["a", None, "c"], {("blank", "respondent_id"): [1]}),
        ("respondent_id", ["a", "b", "a"], {("duplicate_id", "respondent_id"): [2]}),
        ("source", ["probability", "street", "online"], {("code_outside_list", "source"): [1]}),
        ("stratum", ["n", None, None], {("blank", "stratum"): [1]}),
        ("psu", [None, "2", None], {("blank", "psu"): [0]}),
        ("person_prob", ["1.5", None, None], {("out_of_range", "person_prob"): [0]}),
        ("person_prob", ["0", "half", None], {("out_of_range", "person_prob"): [0, 1]}),
        ("eligible_adults", ["0", "2.5", None], {("out_of_range", "eligible_adults"): [0, 1]}),
        ("minutes", ["-1", "long", "9"], {("out_of_range", "minutes"): [0, 1]}),
    ],
)
def test_a_fault_of_the_design_is_found_with_its_row(column, cells, expected):
    assert broken(design(**{column: cells})) == expected


@pytest.mark.parametrize("weight", [None, "0", "-1", "heavy"])
def test_a_given_weight_must_be_above_zero(weight):
    mapped = design(w=["1", weight, "0.5"])
    assert broken(mapped, ("w",)) == {("weight_not_positive", "w"): [1]}


def test_a_broken_rule_stops_the_run_and_tells_rows_but_no_value():
    with pytest.raises(MicrodataError) as caught:
        quarantined_rules([finding("blank", 1), finding("out_of_range", 0, 3)], [], "wave 2025")
    assert caught.value.faults == [
        "column q1: expected a code; 1 row does not (blank)",
        "column q1: expected a code; 2 rows do not (out_of_range)",
    ]
    assert caught.value.where == "wave 2025"


def test_rows_of_a_quarantined_rule_are_set_aside_under_the_first_rule_they_break():
    found = [finding("blank", 1), finding("out_of_range", 1, 2)]
    rules = quarantined_rules(found, ["blank", "out_of_range"], "wave")
    assert rules.where(rules.notna(), None).tolist() == [None, "blank", "out_of_range", None]


def test_only_rules_that_the_plan_does_not_quarantine_stop_the_run():
    found = [finding("blank", 1), finding("out_of_range", 2, column="age")]
    with pytest.raises(MicrodataError) as caught:
        quarantined_rules(found, ["blank"], "wave")
    assert caught.value.faults == ["column age: expected a code; 1 row does not (out_of_range)"]


def interviews() -> Mapped:
    """Four interviews: minutes 4, 5, unknown, 30; of two items 2, 1, 0 and 2 are answered."""
    return Mapped(
        design=pd.DataFrame(),
        variables=pd.DataFrame(),
        answers=pd.DataFrame({"q1": [1, -2, -2, 2], "q2": [0, 1, -3, 1], "tv": [-1] * 4}),
        paradata=pd.DataFrame({"minutes": ["4", "5", None, "30"]}),
        columns_taken=0,
    )


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, [None, None, None, None]),
        ({"min_minutes": 5}, ["too_short", None, None, None]),
        ({"min_answered_share": 0.5}, [None, None, "too_few_answers", None]),
        ({"min_answered_share": 0.6}, [None, "too_few_answers", "too_few_answers", None]),
        (
            {"min_minutes": 6, "min_answered_share": 0.6},
            ["too_short", "too_short", "too_few_answers", None],
        ),
    ],
)
def test_interviews_are_excluded_by_the_rules_of_the_plan(rules, expected):
    cleaning = Cleaning(quarantine=(), **rules)
    found = excluded_rules(interviews(), ["q1", "q2"], cleaning)
    assert found.where(found.notna(), None).tolist() == expected
