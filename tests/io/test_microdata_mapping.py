"""The column map: names and codes of the file become ours, and only what is named is taken."""

import pytest

from pipeline.config.loading import parse
from pipeline.config.wave import ColumnMap
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind
from pipeline.io.microdata.mapping import Mapped, answer_codes, apply_map

NOT_ASKED, DONT_KNOW, REFUSED, INVALID = (int(kind) for kind in MissingKind)


@pytest.fixture
def mapping(raw, instrument, bank):
    """Apply a map to the file."""

    def run(column_map: dict, weights: tuple[str, ...] = ()) -> Mapped:
        model = parse(ColumnMap, column_map, "columns.toml")
        return apply_map(raw, model, instrument, bank, weights, "columns.toml")

    return run


def broken(mapped: Mapped) -> dict[tuple[str, str], list[int]]:
    """Rows by broken rule and column."""
    return {
        (finding.rule, finding.column): finding.rows.nonzero()[0].tolist()
        for finding in mapped.findings
        if finding.rows.any()
    }


def faults(mapping, column_map, **options) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        mapping(column_map, **options)
    assert caught.value.where == "columns.toml"
    return caught.value.faults


def test_every_answer_column_has_its_codes(instrument, bank):
    assert answer_codes(instrument, bank) == {
        "q1": ("1", "2", "3"),
        "q2_1": ("0", "1"),
        "q2_2": ("0", "1"),
        "tv": ("1", "8"),
    }


def test_codes_become_ours_and_missing_answers_keep_their_kind(mapping, column_map):
    answers = mapping(column_map).answers
    assert answers["q1"].tolist() == [2, DONT_KNOW, 1, REFUSED, 2]
    assert answers["q2_2"].tolist() == [0, 1, 0, REFUSED, 0]


def test_a_code_of_the_questionnaire_outranks_a_general_missing_code(mapping, column_map):
    # 8 means "don't know" everywhere but in the question that offers it as an answer.
    assert mapping(column_map).answers["tv"].tolist() == [1, 8, 8, 1, REFUSED]


def test_a_missing_code_of_one_column_outranks_its_codes(mapping, column_map):
    column_map["missing_in"]["tv"] = {"8": "not_asked"}
    answers = mapping(column_map).answers["tv"].tolist()
    assert answers == [1, NOT_ASKED, NOT_ASKED, 1, REFUSED]


def test_variables_are_recoded_and_their_missing_codes_left_empty(mapping, column_map):
    variables = mapping(column_map).variables
    assert variables["sex"].tolist() == ["f", "m", "f", "m", "f"]
    assert variables["rooms"].isna().tolist() == [False, True, True, False, False]


def test_columns_that_the_map_does_not_name_stay_in_the_file(mapping, column_map):
    mapped = mapping(column_map)
    taken = {*mapped.design, *mapped.variables, *mapped.answers, *mapped.paradata}
    assert "NAME" not in taken
    assert mapped.columns_taken == 14


def test_a_sound_file_breaks_no_rule(mapping, column_map):
    assert broken(mapping(column_map)) == {}


@pytest.mark.parametrize(
    ("column", "codes", "rule"),
    [
        ("SEX", ["1", "2", "9", "1", "1"], ("code_outside_list", "sex")),
        ("SEX", ["1", "2", None, "1", "1"], ("blank", "sex")),
        ("AGE", ["18", "35", "17", "60", "69"], ("out_of_range", "age")),
        ("AGE", ["18", "35", "70", "60", "69"], ("out_of_range", "age")),
        ("AGE", ["18", "35", "44.5", "60", "69"], ("out_of_range", "age")),
        ("AGE", ["18", "35", "young", "60", "69"], ("out_of_range", "age")),
        ("AGE", ["18", "35", None, "60", "69"], ("blank", "age")),
        ("Q1", ["2", "1", "7", "1", "2"], ("code_outside_list", "q1")),
        ("Q1", ["2", "1", None, "1", "2"], ("blank", "q1")),
    ],
)
def test_a_broken_rule_is_found_with_its_row(raw, mapping, column_map, column, codes, rule):
    raw[column] = codes
    assert broken(mapping(column_map)) == {rule: [2]}


def test_an_answer_outside_its_list_is_held_as_invalid(raw, mapping, column_map):
    raw["Q1"] = ["2", "1", "7", "1", "2"]
    assert mapping(column_map).answers["q1"].tolist() == [2, 1, INVALID, 1, 2]


def test_an_empty_answer_has_the_meaning_the_map_gives_it(raw, mapping, column_map):
    raw["Q1"] = ["2", "1", None, "1", "2"]
    mapped = mapping(column_map | {"blank": "not_asked"})
    assert mapped.answers["q1"].tolist() == [2, 1, NOT_ASKED, 1, 2]
    assert broken(mapped) == {}


def test_what_was_not_fielded_is_not_asked_or_empty(mapping, column_map):
    for name in ("tv", "rooms"):
        del column_map["sources"][name]
    del column_map["missing_in"]
    mapped = mapping(column_map | {"absent": ["tv", "rooms"]})
    assert mapped.answers["tv"].tolist() == [NOT_ASKED] * 5
    assert mapped.variables["rooms"].isna().all()
    assert broken(mapped) == {}


def test_a_constant_stands_for_a_column_the_file_lacks(raw, mapping, column_map):
    del column_map["sources"]["source"]
    mapped = mapping(column_map | {"constant": {"source": "probability"}})
    assert mapped.design["source"].tolist() == ["probability"] * 5


def test_given_weights_are_taken_under_their_names(raw, mapping, column_map):
    raw["W"] = ["1", "2", "3", "4", "5"]
    column_map["sources"]["w"] = "W"
    assert mapping(column_map, weights=("w",)).design["w"].tolist() == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("part", "change", "fault"),
    [
        (
            "sources",
            {"age": "AGEE"},
            "age is read from column AGEE, which the file lacks; did you mean AGE?",
        ),
        ("sources", {"age": "Years"}, "age is read from column Years, which the file lacks"),
        ("sources", {"shoe": "AGE"}, "shoe is not a column of the questionnaire"),
        ("recode", {"sexx": {"1": "f"}}, "sexx is not a column of the questionnaire"),
        ("missing_in", {"q9": {"1": "refused"}}, "q9 is not a column of the questionnaire"),
        ("constant", {"age": "30"}, "age has both a source and a constant"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(mapping, column_map, part, change, fault):
    column_map[part] = column_map.get(part, {}) | change
    assert faults(mapping, column_map) == [fault]


@pytest.mark.parametrize("name", ["respondent_id", "stratum", "age", "q1", "tv"])
def test_a_column_without_a_source_is_refused(mapping, column_map, name):
    del column_map["sources"][name]
    assert faults(mapping, column_map) == [f"{name} has no source"]


def test_a_weight_of_the_plan_without_a_source_is_refused(mapping, column_map):
    assert faults(mapping, column_map, weights=("w",)) == ["w has no source"]


def test_absent_excuses_only_columns_of_the_questionnaire(mapping, column_map):
    del column_map["sources"]["stratum"]
    column_map["absent"] = ["stratum", "q7"]
    assert faults(mapping, column_map) == [
        "q7 is not a column of the questionnaire",
        "stratum has no source",
    ]


def test_a_column_cannot_be_read_and_absent_at_once(mapping, column_map):
    assert faults(mapping, column_map | {"absent": ["tv"]}) == ["tv is given and called absent"]
