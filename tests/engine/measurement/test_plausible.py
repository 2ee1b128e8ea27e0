from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.engine.measurement.chain import common_scales
from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.engine.measurement.pair import pairs
from pipeline.engine.measurement.plausible import PlausibleWave, corrected_table
from tests.engine.measurement.test_form import form_of, scale_of, true_cut
from tests.engine.measurement.test_pair import OTHERS
from tests.engine.measurement.town import (
    QUIZ,
    estimates_of,
    permuted,
    quiz,
    tables_of,
    town_wave,
)


def drawn_of(wave) -> PlausibleWave:
    return PlausibleWave.of(scale_of(wave))


def true_share(cut: float, *, mean: float = 0.0) -> float:
    """Share of the town's people above an ability: counties 0.2 about the mean, units, people."""
    sd = np.hypot(0.2, 0.95)
    random = np.random.default_rng(1).standard_normal(200_000) * sd
    return float(np.mean([(random + county + mean >= cut).mean() for county in (-0.2, 0.2)]))


def whole(table, wave="w1"):
    return table[(table["wave"] == wave) & (table["domain"] == "all")].iloc[0]


@pytest.mark.parametrize("cut", [70.0, 80.0])
def test_the_corrected_share_is_near_the_truth_where_the_raw_share_is_not(cut):
    wave = town_wave(n=6000, seed=3, standards=[quiz(cut=cut)])
    found = whole(corrected_table(drawn_of(wave), {QUIZ: form_of(wave)}, estimates_of(wave)))
    truth = true_share(true_cut(cut))
    assert abs(found["estimate"] - truth) < 2 * found["se"]
    assert found["observed"] - truth > 2 * found["se"]
    assert found["ci_low"] < truth < found["ci_high"]


def test_counties_in_the_model_are_told_apart_without_shrinking():
    """Planted: 0.4 between the counties; plausible values must show all of it."""
    wave = town_wave(n=6000, seed=3)
    values = drawn_of(wave).drawn.mean(axis=1)
    people = wave.people["county"].to_numpy()
    gap = values[people == "n"].mean() - values[people == "s"].mean()
    # In standard deviations of the whole town.
    assert gap * np.sqrt(0.95**2 + 0.2**2 + 0.2**2) == pytest.approx(0.4, abs=0.08)


def test_a_corrected_share_is_withheld_where_the_observed_one_is(first, tables):
    raw = estimates_of(first)
    raw = raw[(raw["indicator"] == "is_literate") & (raw["measure"] == "share")]
    keys = ["domain", "category"]
    both = tables["corrected"].query("wave == 'w1'").merge(raw, on=keys, suffixes=("", "_raw"))
    assert len(both) == len(raw)
    assert (both["flag"] == both["flag_raw"]).all()
    assert set(both["flag"]) == {"publish", "withhold"}
    assert (both["observed"] == both["estimate_raw"]).all()


def test_errors_hold_sampling_and_measurement(first, tables):
    rows = tables["corrected"].query("wave == 'w1'")
    assert rows["missing_information"].between(0, 1).all()
    assert ((rows["ci_low"] <= rows["estimate"]) & (rows["estimate"] <= rows["ci_high"])).all()
    assert (rows["df"] > 0).all()
    assert (rows["n"] <= first.n).all()


def test_values_belong_to_people_whatever_the_order_of_the_rows(first):
    order = np.random.default_rng(2).permutation(first.n)
    straight, mixed = drawn_of(first).drawn, drawn_of(permuted(first, order)).drawn
    assert mixed == pytest.approx(straight[order], abs=1e-8)


def test_an_unlinked_wave_moves_nobodys_values(first):
    alone = drawn_of(first)
    own = [OwnScale.of(wave) for wave in (first, town_wave("w2", items=OTHERS))]
    beside = PlausibleWave.of(common_scales(own, pairs(own))[0])
    assert np.array_equal(alone.drawn, beside.drawn)


def test_a_linked_wave_hardly_moves_them(first, tables):
    """Only by what its answers say about the items."""
    alone = whole(tables_of(first)["corrected"])
    assert whole(tables["corrected"])["estimate"] == pytest.approx(alone["estimate"], abs=0.01)


def test_only_people_scored_under_the_standard_are_in_its_share(first):
    scores = first.tables.scores
    kept = scores[first.tables.people["sex"].to_numpy() == "f"]
    wave = replace(first, tables=replace(first.tables, scores=kept))
    found = corrected_table(drawn_of(wave), {QUIZ: form_of(wave)}, estimates_of(wave))
    assert whole(found)["n"] == len(kept)
    men = found[(found["domain"] == "sex") & (found["category"] == "m")].iloc[0]
    assert men["n"] == 0
    assert np.isnan(men[["observed", "estimate"]].to_numpy(dtype=float)).all()


@pytest.mark.parametrize("column", ["n", None], ids=["one category", "nobody knows"])
def test_a_conditioning_variable_without_differences_is_no_hindrance(first, column):
    weighting = first.tables.weighting
    people = weighting.people.assign(county=pd.Series([column] * first.n, dtype=object))
    wave = replace(first, tables=replace(first.tables, weighting=replace(weighting, people=people)))
    assert np.isfinite(drawn_of(wave).drawn).all()


def test_without_any_difference_between_people_all_share_one_prior(first):
    rules = {"plausible_values": {"draws": 3, "conditioning": ["age_group"]}}
    wave = town_wave(n=400, measurement=rules)
    assert (wave.people["age_group"] == "old").sum() < 30  # merged into the other
    assert drawn_of(wave).drawn.shape == (400, 3)


def test_draws_differ_by_wave_and_repeat_themselves():
    one, again, other = (drawn_of(town_wave(name, n=200)).drawn for name in ("w1", "w1", "w2"))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
