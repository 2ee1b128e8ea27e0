"""Communities by stratum: the rule divides counties, floors and room bind."""

import tomllib

import pytest

from pipeline.config.loading import parse
from pipeline.errors import DesignError
from pipeline.sampling.allotment import allot
from pipeline.sampling.design import SamplingDesign
from tests.sampling.small_city import DESIGN

HOUSEHOLDS = {"A": 3000, "B-urban": 6000, "B-rural": 3000}
LISTED = {"A": 40, "B-urban": 40, "B-rural": 40}


def design(allocation: str, text: str = DESIGN) -> SamplingDesign:
    text = text.replace('rule = "proportional"\ncommunities = 12', allocation)
    return parse(SamplingDesign, tomllib.loads(text), "design.toml")


@pytest.mark.parametrize(
    ("allocation", "expected"),
    [
        ('rule = "proportional"\ncommunities = 12', (3, 6, 3)),
        # Counties alike; county B then 2 : 1 by households.
        ('rule = "equal"\ncommunities = 12', (6, 4, 2)),
        # Floors bind: A gets 5, the rest is divided 2 : 1.
        ('rule = "proportional"\ncommunities = 14\ncounty_floors = { A = 5 }', (5, 6, 3)),
        ('rule = "proportional"\ncommunities = 12\nstratum_floor = 4', (4, 4, 4)),
        # S is 0.4 in A and B-urban, 0.3 in B-rural: N S = 1200, 2400, 900 of 4500.
        ('rule = "neyman"\ncommunities = 45\n', (12, 24, 9)),
    ],
)
def test_rules_divide_as_worked_out_by_hand(allocation, expected):
    assert tuple(allot(design(allocation), HOUSEHOLDS, LISTED).values()) == expected


def test_power_with_exponent_one_is_proportional_where_shares_agree():
    equal_shares = DESIGN.replace("share = 0.1\n", "share = 0.2\n")
    power = design('rule = "power"\ncommunities = 24\nexponent = 1.0', equal_shares)
    assert allot(power, HOUSEHOLDS, LISTED) == {"A": 6, "B-urban": 12, "B-rural": 6}


def test_given_communities_are_taken_as_they_are():
    text = DESIGN
    for name, number in {"A": 5, "B-urban": 4, "B-rural": 3}.items():
        text = text.replace(f'name = "{name}"', f'name = "{name}"\ncommunities = {number}')
    given = design('rule = "given"', text)
    assert allot(given, HOUSEHOLDS, LISTED) == {"A": 5, "B-urban": 4, "B-rural": 3}
    with pytest.raises(DesignError, match="stratum A: 5 communities are more than the 3"):
        allot(given, HOUSEHOLDS, LISTED | {"A": 4})


@pytest.mark.parametrize(
    ("allocation", "fault"),
    [
        ('rule = "equal"\ncommunities = 5', "the floors add up to 6"),
        ('rule = "equal"\ncommunities = 118', "the strata hold 117"),
        ('rule = "equal"\ncommunities = 12\ncounty_floors = { C = 5 }', "C is no county"),
    ],
)
def test_what_cannot_be_divided_is_refused(allocation, fault):
    with pytest.raises(DesignError, match=fault):
        allot(design(allocation), HOUSEHOLDS, LISTED)
