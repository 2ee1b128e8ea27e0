from dataclasses import replace

import numpy as np
import pytest

from pipeline.config.domain import Code, Domain, Group, Variable
from pipeline.engine.measurement.modes import mode_table
from tests.engine.measurement.town import ITEMS, town_wave

MODE = Variable(
    id="mode_code",
    title_en="x",
    kind="code",
    role="mode",
    codes=(Code(code="1", title_en="x"), Code(code="2", title_en="x")),
)
BY_MODE = Domain(
    id="mode",
    title_en="x",
    variable="mode_code",
    groups=(Group(value="home", title_en="x", codes=("1",)),
            Group(value="web", title_en="x", codes=("2",))),
)  # fmt: skip


def with_modes(wave, web):
    """The wave with the people of a mask interviewed on the web."""
    people = wave.tables.people.assign(mode=np.where(web, "web", "home"))
    tables = replace(wave.tables, weighting=replace(wave.tables.weighting, people=people))
    asked = wave.instrument
    instrument = asked.model_copy(
        update={"variables": (*asked.variables, MODE), "domains": (*asked.domains, BY_MODE)}
    )
    return replace(wave, tables=tables, instrument=instrument)


def test_items_are_described_in_each_mode_apart():
    wave = town_wave(n=800, measurement={"fairness": {"groupings": ["sex"], "min_group": 200}})
    web = np.arange(800) % 2 == 1
    found = mode_table(with_modes(wave, web)).set_index(["mode", "item"])
    assert len(found) == 2 * len(ITEMS)
    own = wave.weight[web]
    assert found.loc[("web", "i01"), "difficulty"] == pytest.approx(
        own @ wave.credit[web, 0] / own.sum()
    )
    assert set(found["n"]) == {400}


def test_a_mode_of_few_people_is_not_described():
    wave = town_wave(n=800, measurement={"fairness": {"groupings": ["sex"], "min_group": 200}})
    found = mode_table(with_modes(wave, np.arange(800) < 150))
    assert set(found["mode"]) == {"home"}


def test_a_questionnaire_without_modes_gives_no_rows():
    assert mode_table(town_wave()).empty
