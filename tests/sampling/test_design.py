"""What a design file may say, and how its faults are told."""

import pytest

from pipeline.config.loading import load
from pipeline.errors import ConfigError
from pipeline.sampling.design import SamplingDesign

CHANGE = """
[[questions]]
id = "change"
kind = "change"
title_en = "Change"
must_decide = false
before = 0.2
after = 0.3
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("communities = 12", "", "expected a total of communities"),
        ('rule = "proportional"', 'rule = "given"', "expected a total of communities"),
        ("icc = 0.05", "", "expected either icc or deff"),
        ("icc = 0.05", "deff = 2.0", "deff already contains kish_deff"),
        ('name = "B-rural"', 'name = "A"', "stratum A is named twice"),
        ("response = 0.5", "response = 1.5", "fieldwork.response"),
        ("margin = 0.15", "margin = 15", "margin"),
        ('name = "B-urban"', 'name = "B-urban"\ncommunities = 3', "go with the rule given"),
        ("seed =", "sead =", "did you mean seed"),
    ],
)
def test_a_wrong_design_is_refused_with_its_key(write_design, old, new, fault):
    with pytest.raises(ConfigError, match=fault):
        load(SamplingDesign, write_design((old, new)))


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (CHANGE.replace("0.3", "0.2"), "there is no change to show"),
        (CHANGE + 'last_se = 0.01\ndomain = "county"\n', "last_se belongs to the city"),
        (
            '[[questions]]\nid = "goal"\nkind = "above"\ntitle_en = "Goal"\nmust_decide = true\n'
            "truth = 0.3\n",
            "expected either target or target_id",
        ),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(write_design, more, fault):
    with pytest.raises(ConfigError, match=fault):
        load(SamplingDesign, write_design(more=more))
