import numpy as np
import pytest

from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.engine.measurement.pair import Pair
from pipeline.stats.measurement.linking.linkage import Unlinked
from tests.engine.measurement.conftest import DRIFTED
from tests.engine.measurement.town import ITEMS, town_wave

OTHERS = tuple(f"i{number}" for number in range(21, 41))


def pair(old, new) -> Pair:
    return Pair.of(OwnScale.of(old), OwnScale.of(new))


def turned(item):
    """A wrong key: whoever knows is counted wrong."""
    return lambda answers: answers.__setitem__(item, np.where(answers[item] == 1, 2, 1))


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_drift_is_the_first_found_and_most_clean_anchors_stay(first, seed):
    found = pair(first, town_wave("w2", n=800, seed=20 + seed, mean=0.3, harder={DRIFTED: 1.5}))
    assert found.drifted[0] == DRIFTED
    assert len(found.drifted) <= 4
    assert found.linkage.is_linked
    assert set(found.linkage.anchors) == set(ITEMS) - set(found.drifted)


def test_waves_without_a_common_item_are_not_linked(first):
    found = pair(first, town_wave("w2", items=OTHERS))
    assert found.linkage.unlinked is Unlinked.NONE_SHARED
    assert (found.anchors, found.screening, found.error) == ((), None, None)


def test_anchors_that_drift_away_leave_too_few(first):
    shared = ITEMS[:6]
    moved = {item: (2.0 if k % 2 else -2.0) for k, item in enumerate(shared[:3])}
    found = pair(first, town_wave("w2", n=800, items=shared + OTHERS[:14], harder=moved))
    assert found.linkage.unlinked is Unlinked.TOO_FEW
    assert found.drifted
    assert found.error is None


def test_a_small_share_of_the_test_does_not_link(first):
    rules = {"anchors": {"min_items": 5, "min_share": 0.5, "max_z": 2.7, "max_delta": 1.5}}
    new = town_wave("w2", items=ITEMS[:8] + OTHERS[:12], measurement=rules)
    assert pair(first, new).linkage.unlinked is Unlinked.TOO_SMALL_A_SHARE


def test_an_item_that_the_able_miss_carries_no_link(first):
    found = pair(first, town_wave("w2", spoil=turned("i07")))
    assert "i07" not in found.anchors
    assert "i07" not in found.drifted
    assert found.linkage.is_linked


def test_an_item_that_all_answered_alike_in_one_wave_carries_no_link(first):
    found = pair(first, town_wave("w2", spoil=lambda answers: answers.__setitem__("i07", 1)))
    assert set(found.anchors) == set(ITEMS) - {"i07"}
    assert "i07" in found.linkage.dropped


def test_an_item_of_which_other_categories_were_chosen_carries_no_link():
    def spoil(answers):
        answers["i02_1"], answers["i02_2"] = 1, 0

    waves = [
        town_wave("w1", graded=["i02", "i03"]), town_wave("w2", graded=["i02", "i03"], spoil=spoil)
    ]  # fmt: skip
    found = pair(*waves)
    assert "i02" not in found.anchors
    assert found.linkage.is_linked


def test_the_rules_are_those_of_the_later_plan(first):
    strict = {"anchors": {"min_items": 25, "min_share": 0.2, "max_z": 2.7, "max_delta": 1.5}}
    later = town_wave("w2", measurement=strict)
    assert pair(first, later).linkage.required == 25
    assert pair(later, first).linkage.is_linked


@pytest.mark.parametrize("seed", range(3))
def test_few_clean_anchors_leave(first, seed):
    found = pair(first, town_wave("w2", n=800, seed=20 + seed))
    assert len(found.drifted) <= 3
