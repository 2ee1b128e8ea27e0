import numpy as np
import pytest

from tests.engine.measurement.conftest import DRIFTED, UNFAIR
from tests.engine.measurement.test_pair import OTHERS
from tests.engine.measurement.town import ITEMS, tables_of, town_wave

NUMBERS = [
    "link_slope", "link_shift", "link_se", "ability_change", "se", "ci_low", "ci_high", "p_value"
]  # fmt: skip


def test_a_change_of_ability_is_found_with_the_error_of_the_link(tables):
    """Planted: 0.3 standard deviations."""
    link = tables["links"].iloc[0]
    assert link["is_linked"]
    assert link["link_reason"] is None
    assert abs(link["ability_change"] - 0.3) < 2 * link["se"]
    assert link["ci_low"] < link["ability_change"] < link["ci_high"]
    assert link["se"] > link["link_se"] > 0
    assert link["link_shift"] == pytest.approx(link["ability_change"], abs=0.1)


def test_the_drifted_and_the_unfair_anchor_are_dropped_with_their_reason(tables):
    rows = tables["anchors"].set_index("item")
    dropped = rows[~rows["is_kept"]]
    assert {DRIFTED} <= set(dropped.index) <= {DRIFTED, UNFAIR}
    assert dropped["drop_reason"].isin(["location", "mantel_haenszel"]).all()
    assert rows.loc[rows["is_kept"], "drop_reason"].isna().all()
    assert rows["location_to"][DRIFTED] - rows["location_from"][DRIFTED] > 0.8
    assert rows["mh_delta"][DRIFTED] < -1.5
    link = tables["links"].iloc[0]
    assert (link["anchors"], link["anchors_dropped"]) == (20 - len(dropped), len(dropped))


@pytest.mark.parametrize(
    ("items", "reason", "anchors"),
    [(OTHERS, "none_shared", 0), (ITEMS[:4] + OTHERS[:16], "too_few", 4)],
)
def test_unlinked_waves_have_a_reason_and_no_change(items, reason, anchors):
    tables = tables_of(town_wave("w1"), town_wave("w2", items=items))
    link = tables["links"].iloc[0]
    assert not link["is_linked"]
    assert (link["link_reason"], link["anchors"]) == (reason, anchors)
    assert np.isnan(link[NUMBERS].to_numpy(dtype=float)).all()
    assert tables["corrected_changes"].empty
    assert set(tables["corrected"]["wave"]) == {"w1", "w2"}


def test_a_single_wave_has_no_link():
    tables = tables_of(town_wave())
    assert tables["links"].empty
    assert tables["anchors"].empty
