import numpy as np
import pytest

from pipeline.stats.measurement.irt.marginal_likelihood.acceleration import climb

PEAK = np.array([1.0, -2.0, 3.0])
RATES = np.array([0.99, 0.9, 0.5])


def slow(x):
    """A map that closes a fixed share of each gap, as EM does near its end."""
    return -float(((x - PEAK) ** 2).sum()), PEAK + RATES * (x - PEAK)


def test_a_slow_climb_ends_in_few_rounds():
    found = climb(slow, np.zeros(3), tolerance=1e-9, max_rounds=100)
    assert found.vector == pytest.approx(PEAK, abs=1e-6)
    assert found.rounds < 20
    assert found.gap < 1e-9


def test_a_climb_out_of_rounds_tells_what_still_moves():
    found = climb(slow, np.zeros(3), tolerance=1e-9, max_rounds=2)
    assert found.rounds == 2
    assert found.gap > 1e-3


def test_the_objective_never_falls():
    seen = []

    def rough(x):
        value = -float(np.abs(x - PEAK).sum() ** 1.5)
        seen.append(value)
        return value, x + 0.4 * (PEAK - x) / (1 + np.abs(PEAK - x))

    found = climb(rough, np.array([9.0, 9, 9]), tolerance=1e-8, max_rounds=300)
    assert found.objective == max(seen)
    assert found.vector == pytest.approx(PEAK, abs=1e-5)


def test_points_without_an_objective_are_walked_around():
    def fenced(x):
        if x[0] > 1.5:
            raise np.linalg.LinAlgError
        return slow(x)

    found = climb(fenced, np.zeros(3), tolerance=1e-9, max_rounds=200)
    assert found.vector == pytest.approx(PEAK, abs=1e-6)


def test_nothing_to_estimate_is_there_at_once():
    found = climb(lambda x: (0.0, x), np.empty(0), tolerance=1e-9, max_rounds=5)
    assert found.rounds == 1
    assert found.gap == 0
