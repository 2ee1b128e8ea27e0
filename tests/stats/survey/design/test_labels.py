import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.stats.survey.design.labels import coded, n_missing, nested
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


def test_missing_labels_are_counted():
    assert n_missing(pd.Series(["a", None, "b"])) == 1
    assert n_missing(np.array([1, 2])) == 0
