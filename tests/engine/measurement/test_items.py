import numpy as np
import pandas as pd
import pytest

from pipeline.engine.measurement.items import misleading, option_table
from pipeline.fields import MissingKind
from tests.engine.measurement.conftest import DRIFTED, UNFAIR
from tests.engine.measurement.town import ITEMS, tables_of, town_wave


def rows_of(tables, name, **chosen) -> pd.DataFrame:
    rows = tables[name]
    for column, value in chosen.items():
        rows = rows[rows[column] == value]
    return rows


def warned(wave) -> "pd.Series[str]":
    rows = tables_of(wave)["item_statistics"].set_index("item")
    return rows["warnings"].fillna("")


def test_difficulty_is_the_weighted_share_right(first, tables):
    weight = first.tables.people["w"]
    found = rows_of(tables, "item_statistics", wave="w1").set_index("item")
    for item in ("i01", "i12"):
        right = first.tables.answers[item] == 1
        assert found["difficulty"][item] == pytest.approx((weight * right).sum() / weight.sum())
    assert (found["n"] == first.n).all()


def test_the_error_of_the_difficulty_sees_strata_units_and_weights(first, tables):
    """By hand: residuals summed by unit, units compared within their stratum."""
    people = first.tables.people
    right = (first.tables.answers["i06"] == 1).to_numpy(dtype=float)
    weight = people["w"].to_numpy()
    z = pd.Series(weight * (right - weight @ right / weight.sum()) / weight.sum())
    totals = z.groupby([people["stratum"], people["psu"]]).sum().groupby(level=0)
    variance = (totals.count() * totals.var(ddof=1)).sum()
    found = rows_of(tables, "item_statistics", wave="w1", item="i06").iloc[0]
    assert found["difficulty_se"] == pytest.approx(np.sqrt(variance))


def test_exposure_counts_the_waves_that_asked_so_far(tables):
    assert set(rows_of(tables, "item_statistics", wave="w1")["exposure"]) == {1}
    assert set(rows_of(tables, "item_statistics", wave="w2")["exposure"]) == {2}


def test_ways_of_not_answering_are_shares_of_those_asked():
    def spoil(answers):
        answers.loc[:39, "i01"] = int(MissingKind.DONT_KNOW)
        answers.loc[40:59, "i01"] = int(MissingKind.REFUSED)
        answers.loc[60:69, "i01"] = int(MissingKind.INVALID)

    wave = town_wave(n=400, spoil=spoil)
    found = rows_of(tables_of(wave), "item_statistics", item="i01").iloc[0]
    weight = wave.weight
    assert found["dont_know_share"] == pytest.approx(weight[:40].sum() / 400)
    assert found["refused_share"] == pytest.approx(weight[40:70].sum() / 400)


def test_clean_items_have_no_warnings_but_by_chance(tables):
    found = rows_of(tables, "item_statistics", wave="w1")["warnings"].dropna()
    assert set(found) <= {"drift"}
    assert len(found) <= 5


def test_an_item_with_a_wrong_key_is_negative_and_its_distractor_misleads():
    """Those who know take option 2, which the key calls wrong."""

    def spoil(answers):
        answers["i03"] = answers["i03"].map({1: 2, 2: 1, 3: 3, 4: 4})

    wave = town_wave(n=800, spoil=spoil)
    found = warned(wave)
    assert found["i03"] == "negative distractor"
    assert misleading(wave) == {"i03"}
    option = option_table(wave).query("item == 'i03' and option == '2' and band != 'all'")
    lowest, *_, highest = option.sort_values("band")["share"]
    assert highest > 3 * lowest


def test_an_item_unrelated_to_the_others_is_weak():
    def spoil(answers):
        answers["i03"] = np.random.default_rng(8).integers(1, 5, len(answers))

    assert set(warned(town_wave(n=800, spoil=spoil))["i03"].split()) & {"weak", "negative"}


def test_an_item_whose_curve_is_no_logistic_does_not_fit():
    """Right in the middle of the scale and wrong at both ends."""

    def spoil(answers):
        total = (answers.drop(columns=["respondent_id", "i03"]) == 1).sum(axis=1)
        answers["i03"] = np.where(total.between(6, 11), 1, 2)

    assert "misfit" in warned(town_wave(n=1500, spoil=spoil))["i03"]


def test_drift_and_dif_are_warned_of(tables):
    found = tables["item_statistics"].set_index(["wave", "item"])
    assert "drift" in found["warnings"]["w1", DRIFTED]
    assert "drift" in found["warnings"]["w2", DRIFTED]
    assert "dif" in found["warnings"]["w2", UNFAIR]
    assert found["dif"]["w2", UNFAIR] == "C"
    assert found["has_drift"]["w2", DRIFTED]


def test_options_are_shares_of_those_asked_and_the_key_rises(first, tables):
    rows = rows_of(tables, "options", wave="w1", item="i06")
    everybody = rows[rows["band"] == "all"]
    assert everybody["share"].sum() == pytest.approx(1)
    assert everybody.set_index("option")["is_key"].to_dict() == {
        "1": True, "2": False, "3": False, "4": False, "dont_know": False, "refused": False,
        "invalid": False,
    }  # fmt: skip
    key = rows[rows["is_key"] & (rows["band"] != "all")].sort_values("band")
    assert key["share"].is_monotonic_increasing
    best = everybody.set_index("option")["rest_score"]
    assert best["1"] > best[["2", "3", "4"]].max()
    assert first.n == 800


def test_of_a_multiple_response_each_option_is_told_by_itself():
    wave = town_wave(n=600, graded=["i02"])
    rows = option_table(wave).query("item == 'i02' and band == 'all'").set_index("option")
    assert rows["is_key"].to_dict() == {"1": True, "2": False, "3": False, "4": False}
    ticked = wave.answers["i02_3"].to_numpy() == 1
    assert rows["share"]["3"] == pytest.approx(wave.weight @ ticked / wave.weight.sum())
    assert rows["rest_score"]["1"] > rows["rest_score"]["3"]


def test_every_item_has_a_row_and_information_where_it_is_scaled(tables):
    rows = rows_of(tables, "item_statistics", wave="w2")
    assert set(rows["item"]) == set(ITEMS)
    assert (rows["information_at_cut"] > 0).all()
    assert (rows["slope_se"].between(0.02, 1) & rows["location_se"].between(0.02, 2)).all()
