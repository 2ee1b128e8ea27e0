"""Replacing a lost community: the next reserve, with its own probability, on record."""

import pandas as pd
import pytest

from pipeline.errors import DesignError, WorkspaceError
from pipeline.sampling.drawing import draw_strata
from pipeline.sampling.planned import work_out
from pipeline.sampling.run import draw, replace


@pytest.fixture
def drawn(workspace, write_design):
    """A wave drawn with two reserves per stratum."""
    path = write_design(("reserves_per_stratum = 1", "reserves_per_stratum = 2"))
    draw(workspace, path)
    return path


def field(workspace, name):
    return pd.read_csv(workspace.raw / "sampling" / "2030" / "field" / name)


def test_the_next_reserve_of_the_stratum_takes_the_place_with_its_own_probability(workspace, drawn):
    stratum = draw_strata(work_out(workspace, drawn))[0]
    lost, first, second = stratum.sample[1], *stratum.reserve
    replace(workspace, drawn, lost.psu, "flooded")
    replace(workspace, drawn, first.psu, "closed off")
    record = field(workspace, "replacements.csv")
    assert record["psu"].tolist() == [lost.psu, first.psu]
    assert record["replaced_by"].tolist() == [first.psu, second.psu]
    assert record["order"].tolist() == [1, 2]
    assert record["reason"].tolist() == ["flooded", "closed off"]
    now = field(workspace, "sampling.csv").set_index("psu")
    assert len(now) == 12
    assert lost.psu not in now.index
    assert first.psu not in now.index
    assert now.loc[second.psu, "psu_prob"] == pytest.approx(second.psu_prob)


def test_the_draw_itself_stays_as_it_was(workspace, drawn):
    folder = workspace.raw / "sampling" / "2030" / "draw"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    replace(workspace, drawn, draw_strata(work_out(workspace, drawn))[0].sample[0].psu, "flooded")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_community_not_in_the_field_is_refused(workspace, drawn):
    stratum = draw_strata(work_out(workspace, drawn))[0]
    lost = stratum.sample[0].psu
    for code in ("nowhere", stratum.reserve[0].psu):
        with pytest.raises(DesignError, match=f"in the field, got {code}"):
            replace(workspace, drawn, code, "flooded")
    replace(workspace, drawn, lost, "flooded")
    with pytest.raises(DesignError, match=f"in the field, got {lost}"):
        replace(workspace, drawn, lost, "flooded again")


def test_no_reserve_left_and_no_reason_are_refused(workspace, drawn):
    sample = draw_strata(work_out(workspace, drawn))[0].sample
    with pytest.raises(DesignError, match="expected a reason"):
        replace(workspace, drawn, sample[0].psu, " ")
    for lost in sample[:2]:
        replace(workspace, drawn, lost.psu, "flooded")
    with pytest.raises(DesignError, match="stratum A has no reserve left"):
        replace(workspace, drawn, sample[2].psu, "flooded")


def test_a_wave_not_drawn_yet_or_drawn_otherwise_is_refused(workspace, write_design):
    path = write_design()
    with pytest.raises(WorkspaceError, match="nothing is drawn yet"):
        replace(workspace, path, "c01", "flooded")
    draw(workspace, path)
    other = write_design(('seed = "one"', 'seed = "two"'))
    with pytest.raises(WorkspaceError, match="got another"):
        replace(workspace, other, "c01", "flooded")
