"""The page on sampling: its tables are what the planning functions give, its keys exist."""

import re
from math import ceil

import pytest

from pipeline.sampling import design
from pipeline.stats.survey.planning.power import waves_for_share_change
from pipeline.stats.survey.planning.sample_size import n_by_wilson, n_to_exceed

DEFFS = (1, 1.5, 2, 2.5)


@pytest.fixture(scope="module")
def page(project):
    return (project / "docs/sampling.md").read_text(encoding="utf-8")


def rows(page, pattern):
    found = re.findall(
        rf"^\| {pattern} \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE
    )
    return {float(row[0]): [int(n) for n in row[1:]] for row in found}


def test_the_table_of_half_widths(page):
    table = rows(page, r"±([\d.]+)")
    assert len(table) == 7
    for points, numbers in table.items():
        n = n_by_wilson(0.15, points / 100).n
        assert numbers == [ceil(n * deff) for deff in DEFFS]


def test_the_table_of_targets(page):
    table = rows(page, r"(\d+) %")
    assert len(table) == 5
    for percent, numbers in table.items():
        n = n_to_exceed(percent / 100, 0.13)
        assert numbers == [ceil(n * deff) for deff in DEFFS]


@pytest.mark.parametrize(("points", "people"), [(1, 41114), (2, 10542), (3, 4800), (5, 1806)])
def test_the_sentence_on_changes(page, points, people):
    assert re.search(rf"{points}个.{{0,8}}要{people}人", page)
    after = 0.15 + points / 100
    assert waves_for_share_change(0.15, after, deff=2).first == pytest.approx(people, abs=1)


@pytest.mark.parametrize(
    "model",
    [
        design.Allocation, design.Fieldwork, design.Effects, design.Stratum,
        design.LevelQuestion, design.AboveQuestion, design.ChangeQuestion,
    ],
)  # fmt: skip
def test_every_key_of_a_design_is_explained(page, model):
    told = {"id", "title_zh", "title_en", "kind"}  # as everywhere
    assert not [key for key in model.model_fields.keys() - told if f"`{key}" not in page]
