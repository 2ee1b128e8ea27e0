"""Presentation flags and ranks."""

import numpy as np
import pytest


def test_small_domains_are_suppressed_with_a_reason(design):
    table = design.presentation("passed", by=["stratum", "sex", "education"])
    small = table[table["n"] < 30]
    assert len(small)
    assert (small["suppress"] == 1).all()
    assert small["reason"].str.contains("small_n").all()


def test_the_effective_size_of_the_interval_is_never_above_the_people_asked(design):
    table = design.presentation("passed", by="county")
    assert (table["n_eff_df"] <= table["n"]).all()
    assert table["width"].to_numpy() == pytest.approx(
        (table["ci_high"] - table["ci_low"]).to_numpy()
    )


def test_ranks_go_from_the_highest_and_say_what_the_data_allow(design):
    table = design.rank("mean", "score", by="stratum")
    assert table["estimate"].is_monotonic_decreasing
    assert (table["rank_low"] <= table["rank"]).all()
    assert (table["rank"] <= table["rank_high"]).all()
    assert table["p_highest"].sum() == pytest.approx(1)
    assert not table["may_rank"].any()


def test_domains_far_apart_may_be_ranked(design, people):
    apart = design.assign(far=people["score"] + 1000 * people["stratum"])
    table = apart.rank("mean", "far", by="stratum")
    assert table["may_rank"].all()
    assert table["stratum"].tolist() == [4, 3, 2, 1, 0]
    assert np.allclose(table["p_highest"], [1, 0, 0, 0, 0])


@pytest.fixture
def table(design):
    """A table with a few cells of fewer than 6 people."""
    cells = design.people(["psu", "education"], min_n=6)
    assert {"small_cell", "complementary", ""} <= set(cells["reason"])
    return cells


def test_small_cells_are_blank_and_cannot_be_worked_out(table):
    blank = table[table["flag"] == "withhold"]
    assert blank["estimate"].isna().all()
    assert (blank["possible_high"] > blank["possible_low"]).all()


def test_shown_cells_are_the_totals_and_add_up(design, table):
    shown = table[(table["flag"] == "publish") & (table["education"] == "all")]
    margins = design.total(by="psu").set_index("psu")["estimate"]
    own = shown[shown["psu"] != "all"].set_index("psu")["estimate"]
    assert own.to_numpy() == pytest.approx(margins.loc[own.index].to_numpy())
    assert table["estimate"].iloc[-1] == pytest.approx(margins.sum())


def test_tables_without_small_cells_are_complete(design):
    cells = design.people("stratum", min_n=5)
    assert (cells["flag"] == "publish").all()
    assert cells["stratum"].tolist() == [0, 1, 2, 3, 4, "all"]
