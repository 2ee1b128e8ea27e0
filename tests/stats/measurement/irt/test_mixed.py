import numpy as np
import pytest

from pipeline.stats.measurement.irt.mixed import Mixed
from tests.stats.measurement.irt.simulated import graded_items, logistic_items

ABILITY = np.array([-2.0, 0, 1.5])
LOGISTIC, GRADED = logistic_items(2), graded_items(2)
MIXED = Mixed(parts=[LOGISTIC, GRADED], places=[np.array([0, 3]), np.array([2, 1])])


def test_every_item_keeps_its_curve_at_its_place():
    found = MIXED.probabilities(ABILITY)
    assert found.shape == (4, 4, 3)
    assert found[[0, 3], :2] == pytest.approx(LOGISTIC.probabilities(ABILITY))
    assert (found[[0, 3], 2:] == 0).all()
    assert found[[2, 1]] == pytest.approx(GRADED.probabilities(ABILITY))
    assert MIXED.categories.tolist() == [2, 4, 4, 2]
    assert found.sum(axis=1) == pytest.approx(np.ones((4, 3)))


def test_information_and_points_add_up_over_the_parts():
    parts = LOGISTIC.information(ABILITY).sum(axis=0) + GRADED.information(ABILITY).sum(axis=0)
    assert MIXED.information(ABILITY).sum(axis=0) == pytest.approx(parts)
    assert MIXED.expected(ABILITY)[1] == pytest.approx(GRADED.expected(ABILITY)[1])


@pytest.mark.parametrize("chosen", [[3, 1], [2], [True, False, False, True]])
def test_some_items_are_taken_in_the_order_given(chosen):
    taken = MIXED.take(np.array(chosen)).probabilities(ABILITY)
    wanted = MIXED.probabilities(ABILITY)[np.array(chosen)]
    assert taken == pytest.approx(wanted[:, : taken.shape[1]])


def test_another_scale_moves_all_parts_alike():
    moved = MIXED.rescaled(2.0, 0.5).probabilities(2 * ABILITY + 0.5)
    assert moved == pytest.approx(MIXED.probabilities(ABILITY))
