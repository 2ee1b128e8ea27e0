import numpy as np
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.planning.expected_error import (
    effective_size,
    se_of_change,
    se_of_share,
    unit_variance,
)
from pipeline.stats.survey.planning.power import power_to_show, se_for_change


def test_a_proportional_sample_without_effects_is_as_good_as_its_size():
    size = np.array([300.0, 700.0])
    assert effective_size(size, np.ones(2), size / 10) == pytest.approx(100)


def test_effects_and_uneven_allocation_cost_people():
    # parts 1/4 and 3/4, effects 2 and 1, 50 interviews each: 1 / (2/16/50 + 9/16/50) = 800/11
    found = effective_size(np.array([1.0, 3.0]), np.array([2.0, 1.0]), np.array([50.0, 50.0]))
    assert found == pytest.approx(800 / 11)


def test_a_stratum_without_interviews_is_refused():
    with pytest.raises(DesignError, match="interviews above 0"):
        effective_size(np.ones(2), np.ones(2), np.array([10.0, 0.0]))


def test_a_quarter_of_a_hundred_people_has_an_error_of_four_points_and_a_third():
    assert unit_variance(0.25) == 0.1875
    assert se_of_share(0.25, 100) == pytest.approx(0.0433, abs=1e-4)


def test_a_change_of_estimates_that_move_together_has_the_difference_of_their_errors():
    assert se_of_change(3.0, 4.0) == 5.0
    assert se_of_change(3.0, 4.0, correlation=1.0) == pytest.approx(1.0)
    with pytest.raises(DesignError, match="correlation"):
        se_of_change(3.0, 4.0, correlation=1.5)


def test_the_error_allowed_for_a_change_gives_the_power_it_was_allowed_for():
    now = se_for_change(0.03, 0.008, correlation=0.4, power=0.8)
    both = se_of_change(0.008, now, correlation=0.4)
    assert power_to_show(0.03, both) == pytest.approx(0.8)
