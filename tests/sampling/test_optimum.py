"""The cheapest allocation: margins are met, nothing can be taken away, and cost counts."""

import pytest

from pipeline.errors import ConfigError, DesignError
from pipeline.sampling.planned import work_out

OPTIMUM = ('rule = "proportional"\ncommunities = 12', 'rule = "optimum"')
COUNTY = """
[[questions]]
id = "county"
kind = "level"
title_en = "How large in each county"
domain = "county"
margin = 0.2
must_decide = true
"""


def numbers(planned):
    return {stratum.name: stratum.communities for stratum in planned.strata}


def decides(planned):
    return all(answer.is_decided for answer in planned.answers)


def test_every_margin_is_met_with_no_more_than_in_proportion(workspace, write_design):
    planned = work_out(workspace, write_design(OPTIMUM, more=COUNTY))
    assert decides(planned)
    found = sum(numbers(planned).values())
    in_proportion = (
        work_out(workspace, write_design(("= 12", f"= {total}"), more=COUNTY))
        for total in range(found - 3, 20)
    )
    least = next(plan for plan in in_proportion if decides(plan))
    assert 6 < found <= sum(numbers(least).values())


def test_floors_of_counties_are_kept(workspace, write_design):
    plain = numbers(work_out(workspace, write_design(OPTIMUM)))
    floor = ('rule = "proportional"\ncommunities = 12', 'rule = "optimum"\ncounty_floor = 8')
    raised = numbers(work_out(workspace, write_design(floor)))
    assert raised["A"] >= 8
    assert raised["B-urban"] + raised["B-rural"] >= 8
    assert all(raised[name] >= plain[name] for name in plain)


def test_a_margin_beyond_the_list_is_refused_with_what_it_would_take(workspace, write_design):
    path = write_design(OPTIMUM, ("margin = 0.15", "margin = 0.03"))
    with pytest.raises(DesignError, match=r"stratum A would need \d+ communities, 11 can be drawn"):
        work_out(workspace, path)


def test_without_a_question_of_level_there_is_nothing_to_optimise(workspace, write_design):
    above = ('kind = "level"', 'kind = "above"\ntruth = 0.3\ntarget = 0.2')
    with pytest.raises(ConfigError, match="needs a question of kind level"):
        work_out(workspace, write_design(OPTIMUM, above, ("margin = 0.15\n", "")))


def test_the_optimum_takes_no_total(workspace, write_design):
    with pytest.raises(ConfigError, match="and neither"):
        work_out(workspace, write_design(('rule = "proportional"', 'rule = "optimum"')))
