"""Scoring a wave: standard and questionnaire fit, and every score says under which standard."""

from copy import deepcopy
from typing import Any

import pandas as pd
import pytest

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.loading import parse
from pipeline.config.plan import DimensionCuts
from pipeline.config.standard import Standard
from pipeline.engine.scoring import item_keys, item_table, score_tables, worth_under
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind

POINTS = {"q1": ("facts", 4), "q2": ("facts", 2), "q3": ("skills", 4)}
NOT_ASKED, DONT_KNOW = int(MissingKind.NOT_ASKED), int(MissingKind.DONT_KNOW)


def item(name: str, **changes: object) -> Item:
    dimension, points = POINTS.get(name, ("facts", 1))
    kind = "multiple" if name == "q3" else "single"
    content: dict[str, Any] = {
        "id": name,
        "type": kind,
        "text_en": "?",
        "options": [{"code": code, "text_en": code} for code in "12"],
        "key": ["1", "2"] if kind == "multiple" else ["2"],
        "status": "live",
        "benchmark": int(name[1:]),
        "benchmark_point": int(name[1:]),
        "scoring": {"quiz": {"dimension": dimension, "points": points}},
    }
    return parse(Item, content | changes, name)


@pytest.fixture
def bank() -> dict[str, Item]:
    return {name: item(name) for name in POINTS}


@pytest.fixture
def questionnaire(instrument: Instrument) -> Instrument:
    """The town's questionnaire with three scored items."""
    return instrument.model_copy(update={"items": tuple(POINTS)})


def quiz(**changes: object) -> Standard:
    content: dict[str, Any] = {
        "id": "quiz",
        "version": "1",
        "status": "synthetic",
        "title_zh": "",
        "title_en": "Quiz",
        "score_max": 10,
        "source": {"title": "test", "accessed": "2026-01-01"},
        "population": {"age_min": 18, "age_max": 69},
        "dimensions": [
            {"id": "facts", "title_zh": "", "title_en": "Facts", "points": 6},
            {"id": "skills", "title_zh": "", "title_en": "Skills", "points": 4},
        ],
        "pass": {"rule": "total", "cut": 6, "inclusive": True},
        "levels": [{"id": "high", "title_zh": "", "title_en": "High", "cut": 8}],
        "missing": {
            "not_asked": "not_scored",
            "dont_know": "wrong",
            "refused": "wrong",
            "invalid": "wrong",
        },
    }
    return parse(Standard, deepcopy(content) | changes, "quiz")


EVERY = {"pass": {"rule": "every_dimension", "inclusive": True}}


@pytest.fixture
def answers() -> pd.DataFrame:
    """All right; q1 and q2 right; only q3 right; q2 not asked."""
    return pd.DataFrame(
        {
            "respondent_id": ["a", "b", "c", "d"],
            "q1": [2, 2, 1, 2],
            "q2": [2, 2, DONT_KNOW, NOT_ASKED],
            "q3_1": [1, 1, 1, 1],
            "q3_2": [1, 0, 1, 1],
        }
    )


def test_scores_name_their_standard_and_hold_only_who_was_asked_everything(
    answers, questionnaire, bank
):
    scores = score_tables(answers, questionnaire, bank, quiz(), None).scores
    levels = scores["level"].where(scores["level"].notna(), None)
    assert scores.assign(level=levels).to_numpy().tolist() == [
        ["a", "quiz@1", 10.0, True, "high"],
        ["b", "quiz@1", 6.0, True, None],
        ["c", "quiz@1", 4.0, False, None],
    ]


def test_dimension_points_stand_one_row_each(answers, questionnaire, bank):
    dimensions = score_tables(answers, questionnaire, bank, quiz(), None).dimensions
    table = dimensions.pivot_table(index="respondent_id", columns="dimension", values="points")
    assert table.to_dict("index") == {
        "a": {"facts": 6, "skills": 4},
        "b": {"facts": 6, "skills": 0},
        "c": {"facts": 0, "skills": 4},
    }


def test_the_item_table_holds_credit_of_everybody(answers, questionnaire, bank):
    items = item_table(answers, questionnaire, bank, quiz()).set_index("respondent_id")
    assert items.loc["b"].tolist() == [1, 1, 0]
    assert pd.isna(items.loc["d", "q2"])


def test_under_every_dimension_the_plan_sets_the_cuts(answers, questionnaire, bank):
    cuts = DimensionCuts(cuts={"facts": 6, "skills": 4}, note="test")
    scores = score_tables(answers, questionnaire, bank, quiz(**EVERY), cuts).scores
    assert scores.set_index("respondent_id")["is_literate"].to_dict() == {
        "a": True,
        "b": False,
        "c": False,
    }


@pytest.mark.parametrize(
    "settings", [None, DimensionCuts(cuts={"facts": 6}, note=""),
                 DimensionCuts(cuts={"facts": 6, "skill": 4}, note="")]
)  # fmt: skip
def test_a_plan_without_a_cut_for_each_dimension_is_refused(answers, questionnaire, bank, settings):
    with pytest.raises(ConfigError, match="expected a cut for each of facts, skills, got"):
        score_tables(answers, questionnaire, bank, quiz(**EVERY), settings)


def test_items_of_other_standards_do_not_count(answers, questionnaire, bank):
    bank["q2"] = item("q2", scoring={"exam": {"dimension": "facts", "points": 2}})
    loose = quiz(
        dimensions=[{"id": d, "title_zh": "", "title_en": d} for d in ("facts", "skills")],
        score_max=None,
    )
    assert set(worth_under(loose, questionnaire, bank)) == {"q1", "q3"}
    # Whoever was not asked the item that does not count has a score all the same.
    assert len(score_tables(answers, questionnaire, bank, loose, None).scores) == 4


def test_the_key_of_a_multiple_item_is_right_per_option(questionnaire, bank):
    bank["q3"] = item("q3", key=["2"], follows="q1", partial_credit=True)
    key = item_keys(questionnaire, bank)[2]
    assert key.right == {"q3_1": 0, "q3_2": 1}
    assert (key.follows, key.partial_credit) == ("q1", True)


def faults(standard: Standard, questionnaire: Instrument, bank: dict[str, Item]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        worth_under(standard, questionnaire, bank)
    assert caught.value.where == "instrument town under standard quiz"
    return caught.value.faults


def test_points_that_do_not_add_to_the_dimension_are_refused(questionnaire, bank):
    bank["q2"] = item("q2", scoring={"quiz": {"dimension": "facts", "points": 1}})
    assert faults(quiz(), questionnaire, bank) == [
        "items of dimension facts add to 5 points, expected 6"
    ]


def test_points_of_an_unknown_dimension_and_an_empty_one_are_refused(questionnaire, bank):
    bank["q3"] = item("q3", scoring={"quiz": {"dimension": "skill", "points": 4}})
    assert faults(quiz(), questionnaire, bank) == [
        "item q3 counts for dimension skill, which the standard lacks",
        "items of dimension skills add to 0 points, expected 4",
        "no item counts for dimension skills",
    ]


def test_points_with_decimals_add_up_on_paper(questionnaire, bank):
    # Twenty times 0.1 beside the 4 of q1 sum to 5.999999999999993 in binary.
    tenths = {"scoring": {"quiz": {"dimension": "facts", "points": 0.1}}}
    bank = {"q1": bank["q1"], "q3": bank["q3"]}
    bank |= {f"q{n}": item(f"q{n}", **tenths) for n in range(4, 24)}
    wide = questionnaire.model_copy(update={"items": tuple(bank)})
    assert len(worth_under(quiz(), wide, bank)) == len(bank)


@pytest.mark.parametrize(
    ("surveyed", "sentence"),
    [
        ({"age_min": 16, "age_max": 69}, "ages 16-69 are surveyed, the standard holds for 18-69"),
        ({"age_min": 18}, "ages 18 and over are surveyed, the standard holds for 18-69"),
    ],
)
def test_a_standard_is_not_stretched_over_other_ages(questionnaire, bank, surveyed, sentence):
    population = questionnaire.population.model_copy(update={"age_max": None, **surveyed})
    wide = questionnaire.model_copy(update={"population": population})
    assert faults(quiz(), wide, bank) == [sentence]


def test_a_blueprint_fixes_number_types_points_and_benchmarks(questionnaire, bank):
    marks = [
        {"id": n, "title_zh": "", "title_en": str(n), "first_point": n, "last_point": n}
        for n in (1, 2, 3, 4)
    ]
    blueprint = {"items": 4, "points_each": 4, "types": ["single"], "benchmarks": marks}
    bank["q2"] = item("q2", benchmark=1)
    assert faults(quiz(blueprint=blueprint), questionnaire, bank) == [
        "3 items count, expected 4",
        "item q3 is of type multiple, expected one of single",
        "item q2 is worth 2 points, expected 4",
        "no item covers benchmark 2",
        "no item covers benchmark 4",
        "item q2: point 2 is not one of benchmark 1 (1-1)",
    ]


def test_a_blueprint_without_benchmarks_asks_for_none(questionnaire, bank):
    blueprint = {"items": 3, "points_each": 4, "types": ["single", "multiple"]}
    assert faults(quiz(blueprint=blueprint), questionnaire, bank) == [
        "item q2 is worth 2 points, expected 4"
    ]
