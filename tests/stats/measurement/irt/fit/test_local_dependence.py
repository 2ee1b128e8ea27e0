"""Q3: pairs that belong together are found, others are not."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.irt.fit.local_dependence import local_dependence


@pytest.fixture
def ability() -> np.ndarray:
    return np.random.default_rng(1).standard_normal(2000)


def test_residuals_of_three_people_by_hand():
    # At ability 0 both items are even: residuals are +-.5.
    model = Logistic.of_difficulty(np.ones(2), np.zeros(2))
    found = local_dependence(model, np.array([[1, 1], [0, 0], [1, 0], [0, 1]]), np.zeros(4))
    assert found.pairs == pytest.approx([0])
    found = local_dependence(
        model, np.array([[1, 1], [0, 0], [1, 0]]), np.zeros(3), weights=np.array([1.0, 1, 0])
    )
    assert found.pairs == pytest.approx([1])


def test_true_abilities_leave_no_correlation(two_parameter, drawn, ability):
    found = local_dependence(two_parameter, drawn(two_parameter, ability, 1), ability)
    assert np.abs(found.pairs).max() < 0.1
    assert found.mean == pytest.approx(0, abs=0.01)
    assert len(found.beyond(0.2)[0]) == 0


def test_a_pair_answered_from_one_text_is_found(two_parameter, drawn, ability):
    answers = drawn(two_parameter, ability, 1)
    copied = np.random.default_rng(2).random(2000) < 0.6
    answers[copied, 6] = answers[copied, 5]
    pairs, q3 = local_dependence(two_parameter, answers, ability).beyond(0.2)
    np.testing.assert_array_equal(pairs, [[5, 6]])
    assert q3[0] > 0.3


def test_items_of_other_forms_are_paired_where_somebody_had_both(two_parameter, drawn, ability):
    answers = drawn(two_parameter, ability, 1)
    answers[:1000, 0], answers[500:, 1] = -1, -1
    with pytest.raises(ContractError, match="never scored for the same person: items 1 and 2"):
        local_dependence(two_parameter, answers, ability)
    answers[500:600, 0], answers[500:600, 1] = 1, 0
    answers[500:550, 0] = 0
    found = local_dependence(two_parameter, answers, ability)
    complete = local_dependence(two_parameter, drawn(two_parameter, ability, 1), ability)
    np.testing.assert_allclose(found.q3[2:, 2:], complete.q3[2:, 2:])


def test_abilities_must_be_one_per_person(two_parameter):
    with pytest.raises(ContractError, match="one per person"):
        local_dependence(two_parameter, np.zeros((3, 12), dtype=int), np.zeros(2))
    with pytest.raises(ContractError, match="items 2"):
        local_dependence(two_parameter, np.eye(3, 12, 1, dtype=int) * 5, np.zeros(3)[:3])
