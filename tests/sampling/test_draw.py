"""The draw: known probabilities, the same bytes twice, and no second draw."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DesignError, WorkspaceError
from pipeline.io.fieldwork import read_fieldwork
from pipeline.sampling.drawing import draw_strata
from pipeline.sampling.planned import work_out
from pipeline.sampling.run import draw
from pipeline.stats.survey.planning.household_selection import KISH_TABLES


def files_in(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def drawn(workspace):
    return workspace.raw / "sampling" / "2030" / "draw"


def test_probabilities_are_proportional_to_households_and_add_up(workspace, write_design):
    planned = work_out(workspace, write_design())
    for stratum, made in zip(planned.strata, draw_strata(planned), strict=True):
        size = made.frame["households"].to_numpy()
        assert made.probability == pytest.approx(stratum.communities * size / size.sum())
        assert len(made.sample) == stratum.communities
        for community in made.sample:
            place = made.frame["community"].tolist().index(community.psu)
            assert community.psu_prob == made.probability[place]
            assert community.household_prob == 20 / size[place]


def test_over_many_seeds_communities_come_as_often_as_their_probability_says(
    workspace, write_design
):
    """400 seeds: 5 standard errors are 0.125 at most."""
    path = write_design()
    planned = work_out(workspace, path)
    counted = Counter()
    for seed in range(400):
        chosen = replace(planned, design=planned.design.model_copy(update={"seed": str(seed)}))
        counted.update(c.psu for stratum in draw_strata(chosen) for c in stratum.sample)
    for stratum in draw_strata(planned):
        often = [counted[code] / 400 for code in stratum.frame["community"]]
        assert np.abs(np.array(often) - stratum.probability).max() < 0.125


def test_reserves_are_other_communities_of_the_stratum_in_a_fixed_order(workspace, write_design):
    path = write_design(("reserves_per_stratum = 1", "reserves_per_stratum = 2"))
    for stratum in draw_strata(work_out(workspace, path)):
        assert [community.order for community in stratum.reserve] == [1, 2]
        named = [community.psu for community in (*stratum.sample, *stratum.reserve)]
        assert len(set(named)) == len(named)
        assert set(named) <= set(stratum.frame["community"])


def test_households_are_spread_over_the_list_and_every_one_has_a_table(workspace, write_design):
    letters = {table.letter for table in KISH_TABLES}
    for stratum in draw_strata(work_out(workspace, write_design())):
        for community in stratum.sample:
            gaps = np.diff(community.lines)
            assert 1 <= community.lines[0] <= np.ceil(community.interval)
            assert set(gaps) <= {np.floor(community.interval), np.ceil(community.interval)}
            assert community.lines[-1] <= community.listed
            assert set(community.tables) <= letters


def test_a_small_community_is_visited_whole(workspace, write_design):
    path = write_design(("households_per_community = 20", "households_per_community = 60"))
    communities = [c for s in draw_strata(work_out(workspace, path)) for c in s.sample]
    whole = [c for c in communities if c.listed <= 60]
    for community in whole:
        assert community.household_prob == 1
        assert community.lines.tolist() == list(range(1, community.listed + 1))
    assert all(c.issued == min(60, c.listed) for c in communities)


def test_another_stratum_s_size_leaves_a_stratum_s_draw_alone(workspace, write_design):
    given = [('rule = "proportional"\ncommunities = 12', 'rule = "given"')]
    numbers = {"A": 5, "B-urban": 4, "B-rural": 3}

    def names(**changed):
        wanted = numbers | changed
        named = [(f'name = "{n}"', f'name = "{n}"\ncommunities = {m}') for n, m in wanted.items()]
        made = draw_strata(work_out(workspace, write_design(*given, *named)))
        return {stratum.name: [c.psu for c in stratum.sample] for stratum in made}

    one, other = names(), names(A=7)
    assert len(other["A"]) == 7
    assert (one["B-urban"], one["B-rural"]) == (other["B-urban"], other["B-rural"])


def test_the_record_has_the_form_of_a_wave_and_everything_an_auditor_needs(workspace, write_design):
    path = write_design()
    draw(workspace, path)
    folder = drawn(workspace)
    sampling = pd.read_csv(folder / "sampling.csv")
    assert sampling.columns.tolist() == [
        "stratum", "psu", "psu_prob", "household_prob", "listed", "issued",
    ]  # fmt: skip
    assert sampling["issued"].sum() == 12 * 20
    selection = json.loads((folder / "selection.json").read_text(encoding="utf-8"))
    planned = work_out(workspace, path)
    assert selection["design_sha256"] == planned.design_digest
    assert selection["frame_sha256"] == planned.frame_digest
    assert selection["origin"] == "synthetic"
    assert selection["seed"] == "one"
    for stratum in selection["strata"]:
        assert len(stratum["reserves_in_order_of_use"]) == 1
        every = stratum["psu_prob_of_every_community"]
        assert sum(every.values()) == pytest.approx(len(stratum["sample"]))
        for community in (*stratum["sample"], *stratum["reserves_in_order_of_use"]):
            assert community["psu_prob"] == every[community["psu"]]
            assert len(community["households"].split()) == community["issued"]


def test_filled_in_the_templates_are_a_wave_s_records(workspace, write_design, tmp_path):
    draw(workspace, write_design())
    fieldwork = pd.read_csv(drawn(workspace) / "fieldwork.csv")
    fieldwork = fieldwork.assign(eligible=16, completed=8, refused=4, unknown=0)
    fieldwork.to_csv(tmp_path / "fieldwork.csv", index=False)
    content = (drawn(workspace) / "sampling.csv").read_bytes()
    (tmp_path / "sampling.csv").write_bytes(content)
    assert len(read_fieldwork(tmp_path)) == 12


def test_drawing_twice_gives_the_same_bytes(workspace, write_design):
    path = write_design()
    draw(workspace, path)
    folders = (drawn(workspace), workspace.processed("sampling", "2030") / "sheets")
    before = [files_in(folder) for folder in folders]
    assert [len(files) for files in before] == [3, 15]
    said = draw(workspace, path)
    assert [files_in(folder) for folder in folders] == before
    assert "byte for byte" in said or "逐字节一致" in said


@pytest.mark.parametrize("change", [('seed = "one"', 'seed = "two"'), ("= 12", "= 13")])
def test_a_wave_is_not_drawn_again_from_another_design(workspace, write_design, change):
    draw(workspace, write_design())
    before = files_in(drawn(workspace))
    with pytest.raises(WorkspaceError, match="nobody may draw again until they like it"):
        draw(workspace, write_design(change))
    assert files_in(drawn(workspace)) == before


def test_a_draw_changed_by_hand_is_noticed(workspace, write_design):
    path = write_design()
    draw(workspace, path)
    (drawn(workspace) / "sampling.csv").write_text("stratum,psu\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match=r"got another: sampling\.csv differ"):
        draw(workspace, path)


def test_nothing_is_drawn_from_a_design_that_cannot_decide(workspace, write_design):
    with pytest.raises(DesignError, match="would decide it"):
        draw(workspace, write_design(("margin = 0.15", "margin = 0.01")))
    assert not drawn(workspace).exists()
