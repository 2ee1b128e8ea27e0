"""A questionnaire holds together: names, ages, domains, items of the bank in order."""

import pytest

from pipeline.config.instrument import Instrument, load_instrument
from pipeline.config.items import Item, load_items
from pipeline.config.loading import parse
from pipeline.errors import ConfigError

HEAD = """
id = "town"
version = "1"
status = "synthetic"
title_en = "Town"
age_variable = "age"
items = {items}
population = {{ age_min = 18 }}

[[variables]]
id = "age"
title_en = "Age"
kind = "integer"
role = "demographic"
"""


def refusal(content) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(Instrument, content, "town.toml")
    return str(caught.value)


def test_categories_of_a_domain_stand_in_reporting_order(instrument):
    made = parse(Instrument, instrument, "town")
    values = {
        domain.id: [category.value for category in made.categories(domain)]
        for domain in made.domains
    }
    assert values == {"area": ["n", "s"], "age_group": ["young", "old"], "focus": ["northern"]}


def test_a_question_has_answer_columns_like_an_item(instrument):
    question = parse(Instrument, instrument, "town").questions[0]
    assert question.answer_columns == {"news": ("1", "2")}


@pytest.mark.parametrize(
    ("part", "change", "sentence"),
    [
        ("items", ["q1", "q1"], "q1 is used twice among items, variables and questions"),
        ("items", ["news"], "news is used twice among items, variables and questions"),
        ("age_variable", "years", "age_variable years is not a variable"),
        ("variables", [], "at least 1 item"),
        ("status", "secret", "'synthetic', 'official' or 'public'"),
    ],
)
def test_names_that_clash_or_lead_nowhere_are_refused(instrument, part, change, sentence):
    assert sentence in refusal(instrument | {part: change})


def test_a_domain_defined_twice_is_refused(instrument):
    instrument["domains"].append(instrument["domains"][0])
    assert "domain area is defined twice" in refusal(instrument)


def test_a_domain_that_regroups_a_variable_needs_a_name_of_its_own(instrument):
    instrument["domains"][1]["id"] = "age"
    assert "domain age is not variable age as it stands" in refusal(instrument)


def test_faults_of_all_domains_come_together(instrument):
    instrument["domains"][0]["variable"] = "street"
    instrument["domains"][2]["members"][0]["any_of"][0]["codes"] = ["w"]
    said = refusal(instrument)
    assert "domain area uses variable street, which is not defined" in said
    assert "domain focus: code w is not a code of area" in said


def test_a_question_whose_code_is_no_number_is_refused(instrument):
    instrument["questions"][0]["options"][0]["code"] = "a"
    assert "key questions.0.options.0.code" in refusal(instrument)


def bank(item, **changes: dict) -> dict[str, Item]:
    return {
        name: parse(Item, item | {"id": name} | change, name) for name, change in changes.items()
    }


def load(tmp_path, items: str, known: dict[str, Item]) -> Instrument:
    path = tmp_path / "town.toml"
    path.write_text(HEAD.format(items=items), encoding="utf-8")
    return load_instrument(path, known)


def test_items_come_from_the_bank(tmp_path, item):
    made = load(tmp_path, '["q1", "q2"]', bank(item, q1={}, q2={"follows": "q1"}, q3={}))
    assert made.items == ("q1", "q2")


def test_an_item_outside_the_bank_is_refused(tmp_path, item):
    with pytest.raises(ConfigError, match="item q9 is not in the item bank"):
        load(tmp_path, '["q1", "q9"]', bank(item, q1={}))


@pytest.mark.parametrize("items", ['["q2", "q1"]', '["q2"]'])
def test_an_item_must_stand_behind_the_one_it_follows(tmp_path, item, items):
    with pytest.raises(ConfigError, match="item q2 follows q1, which must stand before it"):
        load(tmp_path, items, bank(item, q1={}, q2={"follows": "q1"}))


@pytest.mark.parametrize(
    "place", ["survey_instruments", "examples/gss/survey_instruments"], ids=["demo", "gss"]
)
def test_shipped_questionnaires_are_sound(project, place):
    known = load_items(project / place / "items")
    paths = list((project / place / "instruments").glob("*.toml"))
    assert paths
    assert all(load_instrument(path, known).id == path.stem for path in paths)
