import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stats.survey.design.labels import coded, compressed, mixed, n_missing, nested
from tests.stats.survey.survey_strategies import LAWS


def test_pairs_are_numbered_by_the_outer_then_the_inner_name():
    outer, inner = coded(np.array(["b", "a", "b", "a"])), coded(np.array([2, 10, 10, 10]))
    found = nested(outer, inner)
    assert found.outer_names.tolist() == ["a", "b"]
    assert found.inner_names.tolist() == ["10", "10", "2"]
    assert found.outer.tolist() == [0, 1, 1]
    assert found.number.tolist() == [2, 0, 1, 0]


@settings(**LAWS)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 10**6)), min_size=1, max_size=30))
def test_numbers_do_not_depend_on_how_labels_are_stored(pairs):
    outer, inner = (np.array(part) for part in zip(*pairs, strict=True))
    kinds = [lambda a: a, lambda a: a.astype(str).astype(object), lambda a: pd.Categorical(a)]
    found = [nested(coded(kind(outer)), coded(kind(inner))).number.tolist() for kind in kinds]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("codes", [[0, 1, 1], [3, 7, 3], [10**9, 5, 5]])
def test_compressed_numbers_have_no_gaps_and_lead_back(codes):
    number, found = compressed(np.array(codes))
    assert sorted(set(number.tolist())) == list(range(len(found)))
    assert found[number].tolist() == codes


def test_mixed_numbers_tell_combinations_apart_and_the_last_part_runs_fastest():
    first, second = np.array([0, 0, 1, 1]), np.array([0, 2, 0, 2])
    assert mixed([first, np.zeros(4, dtype=int), second], [2, 1, 3]).tolist() == [0, 2, 3, 5]
    assert first.tolist() == [0, 0, 1, 1]


def test_missing_labels_are_counted():
    assert n_missing(pd.Series(["a", None, "b"])) == 1
    assert n_missing(np.array([1, 2])) == 0
