"""The analysis plan, and whether it asks only for what the questionnaire holds."""

from pathlib import Path

import pytest

from pipeline.config.agreement import check_agreement
from pipeline.config.instrument import Instrument
from pipeline.config.loading import parse
from pipeline.config.plan import CalibratedWeights, GivenWeights, Plan
from pipeline.errors import ConfigError


def refusal(content) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(Plan, content, "plan.toml")
    return str(caught.value)


def disagreement(plan, instrument) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        check_agreement(
            parse(Plan, plan, "plan"),
            parse(Instrument, instrument, "town"),
            Path("plans/town.toml"),
        )
    assert caught.value.where == str(Path("plans/town.toml"))
    return caught.value.faults


def test_weights_are_built_or_given(plan):
    assert isinstance(parse(Plan, plan, "plan").weights, CalibratedWeights)
    plan["weights"] = {"method": "given", "columns": ["w"]}
    assert isinstance(parse(Plan, plan, "plan").weights, GivenWeights)


def test_the_headline_must_be_one_of_the_standards(plan):
    assert "headline total is not among standards ('quiz',)" in refusal(
        plan | {"headline": "total"}
    )


def test_a_margin_merges_only_along_its_own_axes(plan):
    plan["weights"]["margins"][0]["merge_along"] = ["sex"]
    assert "margin m merges along ['sex'], which are not in `by`" in refusal(plan)


def test_a_rule_that_cannot_be_quarantined_is_refused(plan):
    plan["cleaning"]["quarantine"] = ["wrong_answer"]
    assert "key cleaning.quarantine.0" in refusal(plan)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("estimates", "confidence", 95),
        ("test", "alpha", 0),
        ("variance", "lonely_psu", "ignore"),
        ("cleaning", "min_answered_share", 1.5),
    ],
)
def test_settings_outside_their_range_are_refused(plan, section, key, value):
    plan[section][key] = value
    assert f"key {section}.{key}: expected" in refusal(plan)


def test_an_unknown_method_of_weighting_is_refused(plan):
    plan["weights"]["method"] = "guessed"
    assert "'calibrated', 'given'" in refusal(plan)


def test_a_plan_that_fits_its_questionnaire_passes(plan, instrument):
    check_agreement(parse(Plan, plan, "p"), parse(Instrument, instrument, "i"), Path("p"))


def test_a_plan_with_given_weights_needs_no_margin(plan, instrument):
    plan["weights"] = {"method": "given", "columns": ["w"]}
    check_agreement(parse(Plan, plan, "p"), parse(Instrument, instrument, "i"), Path("p"))


@pytest.mark.parametrize(
    ("domains", "fault"),
    [
        (
            ["area", "street"],
            "estimates.domains street: expected domains of town (area, age_group, focus), "
            "got street",
        ),
        (
            ["area", "area*street"],
            "estimates.domains area*street: expected domains of town (area, age_group, focus), "
            "got street",
        ),
        (
            ["area", "area*focus"],
            "estimates.domains area*focus: focus has overlapping categories and cannot be combined",
        ),
        (["age_group"], "estimates.gaps: area is not among estimates.domains"),
    ],
)
def test_domains_must_be_defined_by_the_questionnaire(plan, instrument, domains, fault):
    plan["estimates"]["domains"] = domains
    assert disagreement(plan, instrument) == [fault]


def test_margins_are_built_from_domains_that_do_not_overlap(plan, instrument):
    plan["weights"]["margins"][0] |= {"by": ["focus", "street"], "merge_along": []}
    assert disagreement(plan, instrument) == [
        "weights.margins m: focus has overlapping categories and cannot be combined",
        "weights.margins m: expected domains of town (area, age_group, focus), got street",
    ]


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        ({"question": "tv", "codes": ["1"]}, "indicator web: tv is not a question of town"),
        ({"question": "news", "codes": ["1", "7"]}, "indicator web: 7 is not a code of news"),
    ],
)
def test_indicators_ask_for_questions_and_codes_of_the_questionnaire(
    plan, instrument, choice, fault
):
    plan["estimates"]["indicators"][0] |= choice
    assert disagreement(plan, instrument) == [fault]


def test_both_sides_of_a_ratio_are_checked(plan, instrument):
    plan["estimates"]["ratios"][0]["denominator"]["codes"] = ["9"]
    assert disagreement(plan, instrument) == ["indicator web_tv: 9 is not a code of news"]


def test_an_indicator_has_a_name_of_its_own(plan, instrument):
    plan["estimates"]["ratios"][0]["id"] = "web"
    assert disagreement(plan, instrument) == ["indicator web is defined twice"]


MEASUREMENT = {
    "model": "2pl",
    "min_reliability": 0.8,
    "min_accuracy": 0.9,
    "note": "",
    "anchors": {"min_items": 15, "min_share": 0.2, "max_z": 2.7, "max_delta": 1.5},
    "fairness": {"groupings": ["area"], "min_group": 200},
    "plausible_values": {"draws": 10, "conditioning": ["area", "age_group"]},
}


def test_a_plan_may_ask_for_measurement(plan, instrument):
    check_agreement(
        parse(Plan, plan | {"measurement": MEASUREMENT}, "p"),
        parse(Instrument, instrument, "i"),
        Path("p"),
    )


@pytest.mark.parametrize(
    ("section", "key"), [("fairness", "groupings"), ("plausible_values", "conditioning")]
)
@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("street", "expected domains of town (area, age_group, focus), got street"),
        ("area*age_group", "expected domains of town (area, age_group, focus), got area*age_group"),
        ("focus", "focus has overlapping categories and cannot be combined"),
        ("area", "expected two categories of area or more, got 1"),
    ],
)
def test_measurement_compares_domains_of_two_categories_or_more(
    plan, instrument, section, key, name, fault
):
    if "two categories" in fault:
        instrument["variables"][1]["codes"] = [{"code": "n", "title_en": "North"}]
        instrument["domains"][2]["members"][0]["any_of"][0]["codes"] = ["n"]
    rules = {"groupings": ["age_group"], "min_group": 200}, {"draws": 10, "conditioning": []}
    sections = dict(zip(("fairness", "plausible_values"), rules, strict=True))
    sections["plausible_values"]["conditioning"] = ["age_group"]
    sections[section][key] = ["age_group", name]
    plan["measurement"] = MEASUREMENT | sections
    assert disagreement(plan, instrument) == [f"measurement.{section}.{key}: {fault}"]
