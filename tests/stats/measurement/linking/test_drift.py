import numpy as np
import pytest

from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.linking.drift import drift, robust_z
from pipeline.stats.measurement.linking.link import Link
from tests.stats.measurement.linking.anchor_items import MODELS, harder, logistic, on_new_scale


def test_robust_z_by_hand():
    # Quartiles 2 and 4 around 3: one robust standard deviation is 0.74 * 2.
    found = robust_z(np.array([1.0, 2.0, 3.0, 4.0, 11.96]))
    assert found[[2, 4]] == pytest.approx([0, 8.96 / 1.48])


def test_an_outlier_does_not_hide_itself_or_others():
    values = np.append(np.linspace(-1, 1, 21), [40.0, 45.0])
    assert (robust_z(values)[-2:] > 2.7).all()
    assert (np.abs(robust_z(values)[:-2]) < 2.7).all()


@pytest.mark.parametrize("old", MODELS.values(), ids=MODELS)
def test_unchanged_anchors_do_not_drift(old):
    link = Link(1.3, 0.4)
    found = drift(old, on_new_scale(old, link), link)
    for moves in (found.location, found.location_z, found.slope, found.slope_z):
        assert moves == pytest.approx(np.zeros(20), abs=1e-8)
    assert np.isnan(found.delta).all()


def test_moves_are_on_the_old_scale_and_count_upwards_when_harder():
    old, link = logistic(), Link(1.5, 0.2)
    moves = np.linspace(-0.4, 0.6, 20)
    found = drift(old, on_new_scale(harder(old, moves), link), link)
    assert found.location == pytest.approx(moves)


def test_the_drift_of_slopes_is_told_as_the_log_of_their_ratio():
    old = logistic()
    factor = np.exp(np.linspace(-0.1, 0.1, 20))
    factor[4] = 2.0
    new = Logistic.of_difficulty(old.slope * factor, old.difficulty)
    found = drift(old, new, Link(1.0, 0.0))
    assert found.slope == pytest.approx(np.log(factor))
    assert np.abs(found.slope_z).argmax() == 4
    assert found.location == pytest.approx(np.zeros(20))


def test_the_stable_anchors_alone_give_the_measure_of_the_others():
    old = logistic()
    moves = np.append(np.linspace(-0.2, 0.2, 15), np.full(5, 2.0))
    stable = moves < 1
    found = drift(old, harder(old, moves), Link(1.0, 0.0), stable=stable)
    assert found.location_z[:15] == pytest.approx(robust_z(moves[:15]))
    assert (found.location_z[15:] > 10).all()


def test_deltas_are_passed_on():
    delta = np.linspace(-2, 2, 20)
    assert drift(logistic(), logistic(), Link(1.0, 0.0), delta=delta).delta.tolist() == list(delta)
