import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import MarginMismatchError
from pipeline.stats.survey.weighting.post_stratification import post_stratify
from pipeline.stats.survey.weighting.raking import rake
from tests.stats.survey.survey_strategies import LAWS, surveys

AGES = {"mid": 40.0, "old": 25.0, "young": 35.0}


def test_each_post_stratum_gets_its_population():
    found = post_stratify(np.array([1.0, 2, 3, 1]), pd.Series(list("aabb")), {"a": 6, "b": 10})
    assert found.weight == pytest.approx([2, 4, 7.5, 2.5])


@settings(**LAWS)
@given(surveys())
def test_post_stratification_is_raking_with_one_margin(frame):
    found = post_stratify(frame["weight"], frame["age"], AGES)
    margin = {"age": frame["age"]}, {"age": AGES}
    raked = rake(frame["weight"], *margin, tolerance=1e-12, max_rounds=9)
    np.testing.assert_allclose(found.weight, raked.weight, rtol=1e-12)


@settings(**LAWS)
@given(surveys())
def test_a_variable_that_the_post_strata_settle_no_longer_varies(frame):
    found = post_stratify(frame["weight"], frame["age"], AGES)
    settled = frame["age"].map({"mid": 3.0, "old": 8.0, "young": -1.0}).to_numpy()[:, None]
    varying = frame["y"].to_numpy()[:, None]
    assert np.abs(found.adjustment.backward(settled, settled)[0]).max() < 1e-9
    assert np.abs(found.adjustment.backward(varying, varying)[0]).max() > 1e-3


def test_a_post_stratum_without_anybody_is_named():
    with pytest.raises(MarginMismatchError, match=r"category c \(5 people\) has no respondent"):
        post_stratify(np.ones(2), pd.Series(["a", "b"]), {"a": 5, "b": 5, "c": 5})
