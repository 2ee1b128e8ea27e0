"""Tables of the measurement: what is withheld, and what is picked from them."""

import pandas as pd
import pytest

from pipeline.present.measured import (
    ability_at_cut,
    accuracy,
    of_latest,
    reliability_at_cut,
    worst_items,
)
from tests.present import measurement as tables
from tests.present.measurement import measured
from tests.present.monitors import context, standard
from tests.present.tables import estimates, results

KEYS = {"wave": "2025", "domain": "county", "category": "510422"}


def held_back(**where):
    """Released measurement when the raw shares that `where` picks are withheld."""
    frame = estimates()
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    frame = frame.assign(flag=frame["flag"].mask(chosen, "withhold"))
    return results(estimates=frame).measurement


def test_a_corrected_share_goes_with_the_raw_share_it_stands_beside():
    rows = held_back(**KEYS).corrected
    mine = rows.query("wave == '2025' and category == '510422'").iloc[0]
    assert mine["flag"] == "withhold"
    assert mine[["observed", "estimate", "se", "ci_low", "ci_high"]].isna().all()
    assert rows.query("wave == '2023' and category == '510422'")["estimate"].notna().all()


def test_a_share_of_a_group_with_and_without_items_goes_with_the_raw_one():
    effects = held_back(wave="2025", domain="urban_rural", category="rural").dif_effects
    rural = effects.set_index("group")[["observed", "without"]]
    assert rural.loc["rural"].isna().all()
    assert rural.loc[["urban", "all"]].notna().all(axis=None)


def test_a_withheld_headline_leaves_nothing_that_gives_it_away():
    released = held_back(wave="2025", domain="all", indicator="is_literate")
    for name in ("accuracy", "accuracy_by_score", "readings"):
        waves = set(getattr(released, name)["wave"])
        assert "2025" not in waves
        assert "2023" in waves
    effects = released.dif_effects.set_index("group")
    assert effects.loc["all", ["observed", "without"]].isna().all()
    change = released.corrected_changes.iloc[0]
    assert change[["change", "se", "link_se", "p_value"]].isna().all()


def test_the_corrected_share_has_a_verdict_of_its_own_too():
    flagged = tables.corrected().assign(flag="withhold")
    rows = results(measurement=measured(corrected=flagged)).measurement.corrected
    assert rows["estimate"].isna().all()


def test_a_wave_that_was_not_examined_has_no_measurement():
    earlier = measured(item_statistics=tables.items().query("wave != '2025'"))
    assert of_latest(earlier, context()) is None
    assert of_latest(None, context()) is None


def test_reliability_at_the_cut_comes_before_that_of_the_test():
    own = context()
    assert reliability_at_cut(measured(), own)["coefficient"] == "at_cut"
    without = tables.reliability().query("coefficient != 'at_cut'")
    assert reliability_at_cut(measured(reliability=without), own)["coefficient"] == "alpha"


def test_accuracy_is_that_of_the_item_model_where_it_is_known():
    assert accuracy(measured(), context())["method"] == "lee"
    others = tables.accuracy().query("method != 'lee'")
    assert accuracy(measured(accuracy=others), context())["method"] == "livingston_lewis"


def test_the_cut_on_the_scale_is_where_the_expected_score_reaches_it():
    own = measured()
    at = ability_at_cut(own, context())
    curves = own.curves.query("wave == '2025'").set_index("ability")["expected_score"]
    assert curves[curves.index < at].max() < 70 <= curves[curves.index > at].min()


@pytest.mark.parametrize("shift", [-60, 60])
def test_a_cut_that_no_ability_reaches_is_not_drawn(shift):
    curves = tables.curves()
    curves["expected_score"] = (curves["expected_score"] + shift).clip(0, 100)
    short = curves.query("ability < 0") if shift < 0 else curves.query("ability > 1")
    assert ability_at_cut(measured(curves=short), context()) is None


def test_a_standard_without_a_cut_of_the_total_has_none_on_the_scale():
    parts = standard().model_copy(
        update={"passing": {"rule": "every_dimension", "inclusive": True}}
    )
    assert ability_at_cut(measured(), context(standards=(parts,))) is None


def test_doubtful_items_are_looked_at_first():
    assert worst_items(measured(), context())["item"].tolist()[:4] == ["k07", "m03", "s05", "a09"]


def test_what_is_released_tells_neither_answer_keys_nor_single_scores():
    public = measured().public
    assert "options" not in public
    assert "score_share" not in public["accuracy_by_score"]
    assert "item_statistics" in public
