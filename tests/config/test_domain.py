"""Domains: groupings of people that are complete, apart, and built from what is known."""

import pytest

from pipeline.config.domain import Domain, Variable, domain_faults, variables_of
from pipeline.config.loading import parse
from pipeline.errors import ConfigError

VARIABLES = {
    "age": Variable(id="age", title_en="Age", kind="integer", role="demographic"),
    "sex": parse(
        Variable,
        {
            "id": "sex",
            "title_en": "Sex",
            "kind": "code",
            "role": "demographic",
            "codes": [{"code": "f", "title_en": "F"}, {"code": "m", "title_en": "M"}],
        },
        "sex",
    ),
}


def band(value: str, low: int, high: int | None) -> dict:
    return {"value": value, "title_en": value, "low": low} | ({"high": high} if high else {})


def group(value: str, *codes: str) -> dict:
    return {"value": value, "title_en": value, "codes": list(codes)}


def member(value: str, **rules: list[dict]) -> dict:
    return {"value": value, "title_en": value, **rules}


def domain(**content: object) -> Domain:
    return parse(Domain, {"id": "d", "title_en": "D", **content}, "d.toml")


def test_members_may_overlap_and_other_parts_may_not():
    women = member("w", all_of=[{"variable": "sex", "codes": ["f"]}])
    assert domain(members=[women]).overlaps
    assert not domain(variable="sex").overlaps


@pytest.mark.parametrize(
    ("content", "used"),
    [
        ({"variable": "sex"}, ["sex"]),
        ({"variable": "age", "bands": [band("b", 1, 2)]}, ["age"]),
        (
            {
                "members": [
                    member(
                        "x",
                        all_of=[{"variable": "sex", "codes": ["f"]}],
                        any_of=[{"variable": "age", "min": 60}],
                    )
                ]
            },
            ["sex", "age"],
        ),
    ],
)
def test_a_domain_names_the_variables_it_is_built_from(content, used):
    assert variables_of(domain(**content)) == used
    assert domain_faults(domain(**content), VARIABLES) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({}, "needs either a variable or members"),
        (
            {"variable": "sex", "members": [member("x", any_of=[{"variable": "age", "min": 1}])]},
            "needs either a variable or members",
        ),
        (
            {"variable": "age", "bands": [band("b", 1, 2)], "groups": [group("g", "f")]},
            "has bands and groups; expected one",
        ),
        (
            {"variable": "age", "bands": [band("a", 18, 30), band("b", 30, 40)]},
            "bands a and b overlap",
        ),
        (
            {"variable": "age", "bands": [band("b", 60, None), band("c", 70, 80)]},
            "bands b and c overlap",
        ),
        ({"variable": "age", "bands": [band("a", 30, 18)]}, "band a ends before it begins"),
        (
            {"variable": "sex", "groups": [group("a", "f"), group("b", "m", "f")]},
            "code f is in two groups",
        ),
        (
            {"variable": "sex", "groups": [group("a", "f"), group("a", "m")]},
            "category a is defined twice",
        ),
        ({"members": [member("x")]}, "member x needs all_of or any_of"),
        (
            {"members": [member("x", all_of=[{"variable": "sex"}])]},
            "condition on sex needs either codes or min and max",
        ),
        (
            {"members": [member("x", all_of=[{"variable": "sex", "codes": ["f"], "max": 3}])]},
            "condition on sex needs either codes or min and max",
        ),
    ],
)
def test_a_definition_that_says_too_little_or_too_much_is_refused(content, sentence):
    with pytest.raises(ConfigError) as caught:
        domain(**content)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"variable": "town"}, "domain d uses variable town, which is not defined"),
        ({"variable": "age"}, "domain d needs bands: age is a number"),
        (
            {"variable": "sex", "bands": [band("b", 1, 2)]},
            "domain d: a range of sex, which has codes",
        ),
        (
            {"variable": "age", "groups": [group("g", "1")]},
            "domain d: codes of age, which has numbers",
        ),
        (
            {"variable": "sex", "groups": [group("g", "f", "x")]},
            "domain d: code x is not a code of sex",
        ),
        (
            {"members": [member("m", any_of=[{"variable": "sex", "codes": ["x"]}])]},
            "domain d: code x is not a code of sex",
        ),
    ],
)
def test_a_domain_cannot_ask_for_what_its_variables_lack(content, fault):
    assert domain_faults(domain(**content), VARIABLES) == [fault]
