import numpy as np
import pytest
from statsmodels.datasets import nile

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.structural_level import level_variances

FLOW = nile.load_pandas().data["volume"].to_numpy(dtype=float)
TIMES = np.arange(len(FLOW), dtype=float)


def test_the_nile_has_the_variances_of_the_textbook():
    """Durbin & Koopman (2012), section 2.2.5: 15099 and 1469.1."""
    found = level_variances(TIMES, FLOW)
    assert found.noise == pytest.approx(15099, abs=1)
    assert found.level == pytest.approx(1469.1, abs=0.1)


def test_units_of_flow_and_time_carry_over():
    plain = level_variances(TIMES, FLOW)
    scaled = level_variances(10 * TIMES + 1871, 3 * FLOW + 7)
    assert scaled.noise == pytest.approx(9 * plain.noise, rel=1e-6)
    assert scaled.level == pytest.approx(9 * plain.level / 10, rel=1e-6)


def test_order_changes_nothing():
    order = np.random.default_rng(4).permutation(len(FLOW))
    found = level_variances(TIMES[order], FLOW[order])
    assert found.level == pytest.approx(level_variances(TIMES, FLOW).level, rel=1e-6)


def test_alternating_values_are_all_noise_and_a_smooth_path_all_level():
    zigzag = level_variances(np.arange(20.0), np.tile([0.0, 1.0], 10))
    assert zigzag.level == 0
    assert zigzag.noise == pytest.approx(np.var(np.tile([0.0, 1.0], 10), ddof=1))
    smooth = level_variances(np.arange(20.0), np.arange(20.0))
    assert smooth.noise == 0
    assert smooth.level == pytest.approx(1)


def test_variances_of_a_simulated_series_are_found():
    rng = np.random.default_rng(8)
    level = np.cumsum(rng.normal(0, 0.5, 400))
    found = level_variances(np.arange(400.0), level + rng.normal(0, 1, 400))
    assert found.level == pytest.approx(0.25, rel=0.4)
    assert found.noise == pytest.approx(1, rel=0.2)


@pytest.mark.parametrize(
    ("times", "values", "fault"),
    [
        ([0, 1], [1, 2], "3 values or more, got 2"),
        ([0, 1, 1], [1, 2, 3], "every time once"),
        ([0, 1, 2], [1, np.nan, 3], "finite"),
        ([0, 1, 2], [4, 4, 4], "values that differ"),
        ([0, 1], [1, 2, 3], "alike"),
    ],
)
def test_what_has_no_answer_is_refused(times, values, fault):
    with pytest.raises(ContractError, match=fault):
        level_variances(np.array(times, dtype=float), np.array(values, dtype=float))
