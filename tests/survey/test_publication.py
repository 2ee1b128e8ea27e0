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
