import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import CalibrationError
from pipeline.stats.survey.trimming import trim
from tests.stats.survey.survey_strategies import LAWS


def test_what_a_giant_loses_the_others_share_equally():
    """Median 2, bounds 1 and 4: 9 becomes 4, its 5 go to four others, 1.25 each."""
    found = trim(np.array([1.0, 2, 2, 2, 9]), low=0.5, high=2)
    assert found.weight == pytest.approx([2.25, 3.25, 3.25, 3.25, 4])
    assert (found.low, found.high, found.n_low, found.n_high) == (1, 4, 0, 1)


def test_whoever_is_pushed_over_the_bound_is_trimmed_in_turn():
    """Median 4, upper bound 6: 16 loses 10; 5.5 can take 0.5 only, the other three 9.5."""
    found = trim(np.array([1.0, 2, 4, 5.5, 16]), low=0, high=1.5)
    assert found.weight == pytest.approx([1 + 3.75, 2 + 3.75, 6, 6, 6])
    assert found.weight.sum() == pytest.approx(28.5)


def test_small_weights_are_lifted_at_the_cost_of_the_others():
    found = trim(np.array([0.1, 2, 2, 2, 3]), low=0.5, high=2)
    assert found.weight == pytest.approx([1, 2 - 0.225, 2 - 0.225, 2 - 0.225, 3 - 0.225])
    assert (found.n_low, found.n_high) == (1, 0)


def test_weights_inside_the_bounds_come_back_untouched():
    weight = np.array([0.3, 0.4, 0.5])
    assert trim(weight, low=0.5, high=2).weight.tolist() == weight.tolist()


def test_weights_of_zero_stay_and_do_not_count():
    found = trim(np.array([0, 0, 0, 1.0, 2, 2, 2, 9]), low=0.5, high=2)
    assert found.weight == pytest.approx([0, 0, 0, 2.25, 3.25, 3.25, 3.25, 4])


def test_bounds_that_cannot_hold_the_total_are_refused():
    with pytest.raises(CalibrationError, match=r"around the mean weight 20\.8, got \[0.5, 2\]"):
        trim(np.array([1.0, 1, 1, 1, 100]), low=0.5, high=2)


@settings(**LAWS)
@given(st.lists(st.floats(0.2, 5), min_size=3, max_size=30), st.floats(0.01, 100))
def test_trimming_keeps_the_total_the_bounds_and_the_order(values, scale):
    weight = scale * np.array([*values, 0.5, 1, 2])
    found = trim(weight, low=0.1, high=10 * weight.mean() / np.median(weight))
    tight = trim(weight, low=0.5 * min(1, weight.mean() / np.median(weight)),
                 high=1.5 * max(1, weight.mean() / np.median(weight)))  # fmt: skip
    for trimmed in (found, tight):
        assert trimmed.weight.sum() == pytest.approx(weight.sum())
        assert trimmed.weight.min() >= trimmed.low * (1 - 1e-12)
        assert trimmed.weight.max() <= trimmed.high * (1 + 1e-12)
        assert (np.diff(trimmed.weight[np.argsort(weight)]) >= -1e-9 * scale).all()
