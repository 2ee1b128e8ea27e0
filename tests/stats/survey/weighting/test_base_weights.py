import numpy as np
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.weighting.base_weights import base_weights


def test_base_weight_is_one_over_the_product_of_the_stages():
    found = base_weights(np.array([0.5, 1]), np.array([0.1, 0.1]), np.array([1, 0.5]))
    assert found == pytest.approx([20, 20])


def test_probabilities_that_cannot_be_are_counted_per_stage():
    with pytest.raises(DesignError) as refused:
        base_weights(np.array([0.5, np.nan, 0]), np.array([0.1, 1.2, 1]), np.array([1, 1, -1]))
    assert refused.value.faults == [
        "psu_prob: expected a probability in (0, 1], got one missing in 1 rows",
        "psu_prob: expected a probability in (0, 1], got one not above 0 in 1 rows",
        "household_prob: expected a probability in (0, 1], got one above 1 in 1 rows",
        "person_prob: expected a probability in (0, 1], got one not above 0 in 1 rows",
    ]
    assert "sampling record" in refused.value.hint
