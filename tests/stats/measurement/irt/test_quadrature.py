import numpy as np
import pytest

from pipeline.stats.measurement.irt.quadrature import GRID, log_normal_weights


def test_the_grid_is_61_nodes_from_minus_six_to_six():
    assert GRID.shape == (61,)
    assert GRID[[0, 30, -1]] == pytest.approx([-6, 0, 6])


@pytest.mark.parametrize(("mean", "sd"), [(0, 1), (0.7, 0.5), (-1, 1.2)])
def test_weights_give_the_moments_of_the_population(mean, sd):
    weights = np.exp(log_normal_weights(GRID, mean, sd))
    assert weights.sum() == pytest.approx(1, abs=1e-4)
    assert weights @ GRID == pytest.approx(mean, abs=1e-3)
    assert weights @ GRID**2 == pytest.approx(mean**2 + sd**2, abs=1e-3)


def test_each_person_may_have_a_population():
    found = log_normal_weights(GRID, np.array([0.0, 1.0]), np.array([1.0, 0.5]))
    assert found[1] == pytest.approx(log_normal_weights(GRID, 1, 0.5))
