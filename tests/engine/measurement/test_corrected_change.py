import numpy as np
import pytest

from tests.engine.measurement.test_form import true_cut
from tests.engine.measurement.test_pair import OTHERS
from tests.engine.measurement.test_plausible import true_share
from tests.engine.measurement.town import ITEMS, tables_of, town_wave


def whole(tables):
    return tables["corrected_changes"].query("domain == 'all'").iloc[0]


def test_a_change_holds_the_errors_of_both_samples_and_of_the_link(tables):
    rows = tables["corrected_changes"]
    found = whole(tables)
    before = tables["corrected"].query("wave == 'w1' and domain == 'all'").iloc[0]
    assert found["link_se"] > 0
    assert found["se"] ** 2 >= before["se"] ** 2 + found["link_se"] ** 2
    assert found["ci_low"] < found["change"] < found["ci_high"]
    assert (rows["se"] > rows["link_se"]).all()
    assert rows["p_value"].between(0, 1).all()


def test_abler_people_show_at_one_cut_though_fewer_pass_a_harder_form():
    """Half of the items are new and far harder, so the raw share falls."""
    new = OTHERS[:10]
    tables = tables_of(
        town_wave("w1", n=2500, seed=11),
        town_wave(
            "w2", n=2500, seed=12, mean=0.3, items=ITEMS[:10] + new, harder=dict.fromkeys(new, 1.5)
        ),
    )
    raw = tables["readings"].set_index("wave")["at_or_above"]
    assert raw["w2"] < raw["w1"]
    assert whole(tables)["ci_low"] > 0


def test_the_planted_change_of_the_share_is_within_its_interval():
    tables = tables_of(town_wave("w1", n=2500, seed=11), town_wave("w2", n=2500, seed=12, mean=0.3))
    planted = true_share(true_cut(70), mean=0.3) - true_share(true_cut(70))
    found = whole(tables)
    assert found["ci_low"] < planted < found["ci_high"]
    assert found["change"] == pytest.approx(planted, abs=0.04)


def test_a_change_is_as_withheld_as_the_graver_of_its_waves(tables):
    rows = tables["corrected_changes"].set_index(["domain", "category"])
    assert rows["flag"]["age_group", "old"] == "withhold"
    assert rows["flag"]["all", "all"] == "publish"


def test_every_domain_of_both_waves_has_its_change(tables):
    keys = ["standard", "domain", "category"]
    changes = tables["corrected_changes"].set_index(keys).index
    shares = tables["corrected"].query("wave == 'w2'").set_index(keys).index
    assert set(changes) == set(shares)
    assert not np.isnan(tables["corrected_changes"]["change"]).any()
