import numpy as np
import pytest

from pipeline.engine.measurement.chain import common_scales
from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.engine.measurement.pair import pairs
from tests.engine.measurement.conftest import DRIFTED
from tests.engine.measurement.test_pair import OTHERS
from tests.engine.measurement.town import ITEMS, town_wave


@pytest.fixture(scope="module")
def third():
    return town_wave("w3", n=800, mean=0.6, seed=7, items=ITEMS[:12] + OTHERS[:8])


def scales_of(*waves):
    own = [OwnScale.of(wave) for wave in waves]
    return common_scales(own, pairs(own))


def place(scale, item):
    return scale.locations[scale.own.items.index(item)]


def test_a_single_wave_keeps_its_own_scale(first):
    (found,) = scales_of(first)
    assert (found.mean, found.sd) == (0, 1)
    assert found.model is found.own.calibrated.model or np.array_equal(
        found.slopes, found.own.calibrated.model.slope
    )


def test_no_wave_gives_no_scale():
    assert common_scales([], []) == []


def test_anchors_have_one_place_and_others_their_own(first, second, third):
    links = pairs([OwnScale.of(wave) for wave in (first, second, third)])
    one, two, three = scales_of(first, second, third)
    for item in links[0].linkage.anchors:
        assert place(one, item) == place(two, item)
    assert place(one, DRIFTED) < place(two, DRIFTED) - 1
    for item in links[1].linkage.anchors:
        assert place(two, item) == place(three, item)
    assert {each.chain for each in (one, two, three)} == {0}


def test_means_on_the_common_scale_are_those_planted(first, second, third):
    """In standard deviations of the first wave, about 1: 0.3 and 0.6 above it."""
    found = [each.mean for each in scales_of(first, second, third)]
    assert found == pytest.approx([0, 0.3, 0.6], abs=0.15)


def test_an_unlinked_wave_begins_a_chain_of_its_own(first, second):
    apart = town_wave("w3", items=OTHERS)
    found = scales_of(first, second, apart, town_wave("w4", items=OTHERS, seed=3))
    assert [each.chain for each in found] == [0, 0, 1, 1]
    assert (found[2].mean, found[2].sd) == (0, 1)
    alone = scales_of(first, second)
    assert np.array_equal(alone[1].locations, found[1].locations)
