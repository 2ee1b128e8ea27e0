"""Uniform numbers by name."""

import numpy as np
import pytest
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.measurement.plausible.uniforms import keyed_uniforms
from pipeline.stats.streams import stream

KEYS = [f"r{person:05}" for person in range(5000)]


def test_a_person_keeps_the_numbers_whoever_else_is_there():
    whole = keyed_uniforms(KEYS, 3, stream("wave"))
    some = keyed_uniforms([KEYS[40], KEYS[2]], 3, stream("wave"))
    np.testing.assert_array_equal(some, whole[[40, 2]])


def test_more_numbers_begin_with_the_same_ones():
    np.testing.assert_array_equal(
        keyed_uniforms(KEYS[:9], 5, stream("wave"))[:, :2],
        keyed_uniforms(KEYS[:9], 2, stream("wave")),
    )


def test_another_generator_gives_other_numbers():
    one, other = (keyed_uniforms(KEYS[:50], 2, stream(name)) for name in ("2025", "2027"))
    assert not np.isin(one, other).any()


def test_numbers_are_uniform_and_independent():
    found = keyed_uniforms(KEYS, 4, stream("wave"))
    assert stats.kstest(found.ravel(), "uniform").pvalue > 0.001
    off = np.corrcoef(found.T)[np.triu_indices(4, 1)]
    assert np.abs(off).max() < 4 / np.sqrt(len(KEYS))
    assert abs(np.corrcoef(found[:-1, 0], found[1:, 0])[0, 1]) < 4 / np.sqrt(len(KEYS))
    assert 0 < found.min() < found.max() < 1


def test_two_people_of_one_name_are_refused():
    with pytest.raises(ContractError, match="1 repeated"):
        keyed_uniforms(["a", "b", "a"], 2, stream("wave"))


def test_nobody_has_no_numbers():
    assert keyed_uniforms([], 3, stream("wave")).shape == (0, 3)
