import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stats.survey.design.combinations import joint_codes
from tests.stats.survey.survey_strategies import LAWS


def test_combinations_are_numbered_in_the_order_of_their_codes():
    number, (first, second) = joint_codes([np.array([1, 0, 1, 1]), np.array([5, 2, 0, 5])])
    assert number.tolist() == [2, 0, 1, 2]
    assert first.tolist() == [0, 1, 1]
    assert second.tolist() == [2, 0, 5]


def test_a_row_without_code_is_in_no_combination():
    number, (first, second) = joint_codes([np.array([0, -1, 1]), np.array([3, 3, -1])])
    assert number.tolist() == [0, -1, -1]
    assert (first.tolist(), second.tolist()) == ([0], [3])


def test_no_rows_have_no_combinations():
    number, found = joint_codes([np.array([], dtype=np.int64)] * 2)
    assert [len(number), *map(len, found)] == [0, 0, 0]


@pytest.mark.parametrize("largest", [3, 1_000, 10**9])
@settings(**LAWS)
@given(seed=st.integers(0, 999), missing=st.booleans())
def test_rows_share_a_number_when_they_share_all_codes(largest, seed, missing):
    """Small codes use a table of marks, large ones are sorted."""
    random = np.random.default_rng(seed)
    values = random.choice([0, 1, largest // 2, largest], size=(3, 40))
    values[0][random.random(40) < 0.2 * missing] = -1
    number, found = joint_codes(list(values))
    inside = values[0] >= 0
    assert (number[~inside] == -1).all()
    assert [codes[number[inside]].tolist() for codes in found] == values[:, inside].tolist()
    combinations = list(zip(*found, strict=True))
    assert combinations == sorted(set(combinations))


def test_numbers_outgrow_the_integers_of_their_parts():
    parts = [np.array([0, 2_000_000], dtype=np.int32), np.array([3_000, 7], dtype=np.int16)]
    number, (first, second) = joint_codes(parts)
    assert first[number].tolist() == [0, 2_000_000]
    assert second[number].tolist() == [3_000, 7]
