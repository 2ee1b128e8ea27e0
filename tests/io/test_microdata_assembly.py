"""From mapped columns to tables: nobody is lost, nobody can be led back to the file."""

import pandas as pd
import pytest

from pipeline.config.loading import parse
from pipeline.config.plan import Cleaning
from pipeline.config.wave import ColumnMap
from pipeline.errors import MicrodataError
from pipeline.io.fieldwork import no_fieldwork
from pipeline.io.microdata.assembly import Ingested, assemble, quality_facts, rekeyed
from pipeline.io.microdata.domains import derive_domains
from pipeline.io.microdata.mapping import Mapped, apply_map
from pipeline.io.microdata.reading import RawFile

PARTS = ("people", "answers", "paradata")


@pytest.fixture
def fieldwork() -> pd.DataFrame:
    """Three units with one, one and two completed interviews."""
    return pd.DataFrame(
        {
            "stratum": ["n", "n", "s"],
            "psu": ["n/1", "n/2", "s/1"],
            "psu_prob": [0.1, 0.2, 0.3],
            "household_prob": [0.01, 0.02, 0.03],
            "issued": [5, 5, 5],
            "eligible": [4, 4, 4],
            "completed": [1, 1, 2],
        }
    )


@pytest.fixture
def mapped(raw, column_map, instrument, bank) -> Mapped:
    return apply_map(raw, parse(ColumnMap, column_map, "map"), instrument, bank, (), "map")


@pytest.fixture
def assembled(mapped, instrument, bank, fieldwork):
    """Assemble the tables of the file."""

    def run(
        record: pd.DataFrame = fieldwork, quarantine: tuple[str, ...] = (), **rules: float
    ) -> Ingested:
        return assemble(
            mapped,
            wave="2025",
            instrument=instrument,
            bank=bank,
            cleaning=Cleaning(quarantine=quarantine, **rules),
            weights=(),
            fieldwork=record,
            where="wave 2025",
        )

    return run


def test_the_same_people_stand_in_every_table(assembled):
    tables = assembled()
    for part in PARTS:
        keys = set(getattr(tables, part)["respondent_id"])
        assert keys == {f"2025-{number:06d}" for number in range(1, 6)}


def test_people_hold_no_answer_and_answers_no_fact_about_people(assembled):
    tables = assembled()
    assert set(tables.answers) == {"respondent_id", "q1", "q2_1", "q2_2", "tv"}
    assert not set(tables.people) & (set(tables.answers) - {"respondent_id"})


def test_identifiers_of_the_file_appear_nowhere(assembled, raw):
    tables = assembled()
    cells = {
        str(cell) for part in PARTS for cell in getattr(tables, part).to_numpy(dtype=object).ravel()
    }
    assert not cells & {*raw["ID"], *raw["WHO"].dropna(), *raw["NAME"]}


def test_an_interviewer_keeps_one_new_name(assembled):
    interviewers = assembled().paradata["interviewer"]
    assert interviewers[0] == interviewers[2]
    assert interviewers[0] != interviewers[1]
    assert pd.isna(interviewers[3])
    assert set(interviewers.dropna()) == {"2025-I001", "2025-I002"}


def test_new_names_follow_neither_the_order_of_the_file_nor_a_fixed_pattern():
    file, other = (pd.Series([f"{letter}{n:02d}" for n in range(50)]) for letter in "ab")
    names = rekeyed(file, "2025")
    assert sorted(names) == [f"2025-{number:06d}" for number in range(1, 51)]
    assert list(names) != sorted(names)
    # Whoever knows the position in one file learns nothing about another file or wave.
    assert list(rekeyed(other, "2025")) != list(names)
    assert list(rekeyed(file, "2027").str[5:]) != list(names.str[5:])


def test_people_get_the_probabilities_of_their_unit_and_household(assembled):
    people = assembled().people.set_index("psu")
    assert people.loc["n/2", ["psu_prob", "household_prob", "person_prob"]].tolist() == [
        0.2, 0.02, 1 / 2,
    ]  # fmt: skip
    assert people.loc["s/1", "person_prob"].tolist() == [1 / 4, 1 / 2]


def test_a_recorded_probability_outranks_the_number_of_adults(assembled, mapped):
    mapped.design["person_prob"] = ["0.9", None, None, None, None]
    assert assembled().people.set_index("psu").loc["n/1", "person_prob"] == 0.9


def test_volunteers_stand_outside_the_sample(assembled):
    people = assembled().people
    volunteer = people[people["source"] == "online"].iloc[0]
    assert (volunteer["stratum"], volunteer["psu"]) == ("online", "online")
    assert volunteer[["psu_prob", "household_prob", "person_prob"]].isna().all()


def test_with_delivered_weights_no_record_is_needed(assembled):
    people = assembled(no_fieldwork()).people
    assert people["psu_prob"].isna().all()
    assert len(people) == 5


def test_excluded_interviews_are_counted_and_leave_every_table(assembled):
    tables = assembled(min_minutes=5)
    assert tables.set_aside[["outcome", "rule"]].to_numpy().tolist() == [["excluded", "too_short"]]
    for part in PARTS:
        table = getattr(tables, part)
        assert len(table) == 4
        assert not set(table["respondent_id"]) & set(tables.set_aside["respondent_id"])


def test_quarantine_outranks_exclusion(raw, column_map, instrument, bank, fieldwork):
    raw.loc[1, "AGE"] = "17"
    mapped = apply_map(raw, parse(ColumnMap, column_map, "map"), instrument, bank, (), "map")
    cleaning = Cleaning(quarantine=("out_of_range",), min_minutes=5)
    tables = assemble(
        mapped,
        wave="2025",
        instrument=instrument,
        bank=bank,
        cleaning=cleaning,
        weights=(),
        fieldwork=fieldwork,
        where="w",
    )
    assert tables.set_aside["outcome"].tolist() == ["quarantined"]
    assert len(tables.people) == 4


def test_units_with_more_or_fewer_interviews_than_recorded_are_refused(assembled, fieldwork):
    with pytest.raises(MicrodataError) as caught:
        assembled(fieldwork.assign(completed=[1, 2, 2]))
    assert caught.value.faults == [
        "unit n/2: fieldwork.csv records 2 completed interviews, the microdata hold 1"
    ]


def test_the_quality_report_accounts_for_every_row(raw, mapped, assembled):
    file = RawFile(frame=raw, facts={"file": "x.sav", "rows": 5})
    facts = quality_facts(file, mapped, assembled(min_minutes=5))
    assert facts == {
        "file": "x.sav",
        "rows": 5,
        "clean": 4,
        "quarantined": 0,
        "excluded": 1,
        "set_aside_by_rule": {"too_short": 1},
        "empty_cells": {"rooms": 2},
        "columns_taken": 14,
        "columns_left": 1,
    }


def test_domains_are_derived_from_the_rules_of_the_questionnaire(mapped, instrument):
    domains = derive_domains(mapped.variables, instrument)
    assert list(domains) == [
        "gender",
        "age_group",
        "focus_women",
        "focus_any_end",
        "focus_old_women",
    ]
    assert domains["gender"].tolist() == ["women", "men", "women", "men", "women"]
    # The third person, of 44, is in no band.
    assert domains["age_group"].where(domains["age_group"].notna(), None).tolist() == [
        "young", "young", None, "older", "older",
    ]  # fmt: skip
    assert domains["focus_women"].tolist() == [True, False, True, False, True]
    assert domains["focus_any_end"].tolist() == [True, False, False, True, True]
    assert domains["focus_old_women"].tolist() == [False, False, False, False, True]


def test_an_unknown_value_belongs_to_no_domain(instrument):
    variables = pd.DataFrame(
        {"age": [float("nan")], "sex": pd.Series([None], dtype=object), "rooms": [1.0]}
    )
    (row,) = derive_domains(variables, instrument).to_dict("records")
    assert pd.isna(row["gender"])
    assert pd.isna(row["age_group"])
    assert [row[f"focus_{name}"] for name in ("women", "any_end", "old_women")] == [False] * 3
