from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.engine.measurement.fairness import dif_table, effect_table
from tests.engine.measurement.conftest import UNFAIR
from tests.engine.measurement.test_form import form_of
from tests.engine.measurement.town import QUIZ, town_wave


def test_the_planted_item_is_class_c_and_clean_ones_are_not(tables):
    rows = tables["dif"]
    assert set(rows.loc[rows["dif"] == "C", "item"]) == {UNFAIR}
    found = rows.query("wave == 'w2' and grouping == 'sex'").set_index("item")
    # i04 is harder for men: at equal totals fewer of them know it.
    men = -1 if found["focal"][UNFAIR] == "m" else 1
    assert np.sign(found["mh_delta"][UNFAIR]) == men
    assert found["p_value"][UNFAIR] < 1e-6
    assert (found["dif"].drop(UNFAIR) == "A").mean() > 0.8


def test_groups_are_compared_with_the_largest_one(first, tables):
    rows = tables["dif"].query("wave == 'w1' and grouping == 'sex'")
    counts = first.tables.people["sex"].value_counts()
    assert set(rows["reference"]) == {counts.idxmax()}
    assert set(rows["n_reference"]) == {counts.max()}
    assert set(rows["n_focal"]) == {counts.min()}


def test_groups_too_small_have_a_reason_instead_of_a_class(tables):
    rows = tables["dif"].query("wave == 'w1' and grouping == 'age_group'")
    assert set(rows["dif_reason"]) == {"too few people"}
    assert rows["dif"].isna().all()
    effects = tables["dif_effects"].query("wave == 'w1' and grouping == 'age_group'")
    assert effects.set_index("group")["observed"].isna().to_dict() == {
        "all": False, "young": False, "old": True,
    }  # fmt: skip


def test_an_item_answered_alike_has_a_reason():
    rows = dif_table(town_wave(spoil=lambda answers: answers.__setitem__("i03", 1)))
    found = rows.query("item == 'i03' and grouping == 'sex'").iloc[0]
    assert found["dif_reason"] == "no variation"
    assert pd.isna(found["dif"])


def test_a_grouping_of_a_single_group_is_not_compared(first):
    weighting = first.tables.weighting
    of_one = replace(weighting, people=weighting.people.assign(county="n"))
    wave = replace(first, tables=replace(first.tables, weighting=of_one))
    assert set(dif_table(first)["grouping"]) == {"county", "sex", "age_group"}
    assert set(dif_table(wave)["grouping"]) == {"sex", "age_group"}


def test_without_the_unfair_item_men_gain_and_women_stay(second, tables):
    rows = tables["dif_effects"].query("wave == 'w2' and grouping == 'sex'").set_index("group")
    assert set(rows["items_removed"]) == {UNFAIR}
    gap_before = rows["observed"]["f"] - rows["observed"]["m"]
    gap_after = rows["without"]["f"] - rows["without"]["m"]
    assert gap_after < gap_before
    kept = [j for j, item in enumerate(second.items) if item != UNFAIR]
    total = second.credit[:, kept].sum(axis=1)
    passes = total >= np.ceil(0.7 * len(kept))
    assert rows["without"]["all"] == pytest.approx(second.weight @ passes / second.n)


def test_where_nothing_is_removed_nothing_changes(first):
    rows = effect_table(first, {QUIZ: form_of(first)}, dif_table(first))
    assert rows["items_removed"].isna().all()
    shown = rows.dropna(subset=["observed"])
    assert shown["observed"].tolist() == shown["without"].tolist()
    passes = first.scores(QUIZ) >= 70
    whole = rows.query("grouping == 'sex' and group == 'all'")["observed"].item()
    assert whole == pytest.approx(first.weight @ passes / first.n)
