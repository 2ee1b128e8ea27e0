import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings

from pipeline.errors import CalibrationError
from pipeline.stats.survey.weighting.raking import rake
from pipeline.stats.survey.weighting.trimming_to_margins import trim_to_margins
from tests.stats.survey.survey_strategies import LAWS, surveys

MARGINS = {"sex": {"f": 55.0, "m": 45.0}, "age": {"mid": 40.0, "old": 25.0, "young": 35.0}}
OPTIONS = {"tolerance": 1e-9, "max_rounds": 200}


def raked_of(frame):
    codes = {name: frame[name] for name in MARGINS}
    return codes, rake(frame["weight"], codes, MARGINS, tolerance=1e-12, max_rounds=999).weight


@settings(**LAWS)
@given(surveys())
def test_weights_meet_margins_and_bounds_together(frame):
    codes, weight = raked_of(frame)
    middle = np.median(weight)
    high = 0.9 * weight.max() / middle
    try:
        found = trim_to_margins(weight, codes, MARGINS, low=0, high=high, **OPTIONS)
    except CalibrationError:
        assume(False)
    assert found.weight.max() <= high * middle * (1 + 1e-9)
    for name, margin in MARGINS.items():
        sums = pd.Series(found.weight).groupby(codes[name]).sum()
        assert sums.to_dict() == pytest.approx(margin, rel=1e-6)


def test_weights_already_inside_stay_as_they_are():
    frame = pd.DataFrame({"weight": 1.0, "sex": list("ffffmmmm"), "age": ["mid", "old"] * 4})
    codes = {name: frame[name] for name in ("sex", "age")}
    margins = {"sex": {"f": 4, "m": 4}, "age": {"mid": 4, "old": 4}}
    found = trim_to_margins(np.ones(8), codes, margins, low=0.5, high=2, **OPTIONS)
    assert found.weight == pytest.approx(np.ones(8))


def test_bounds_and_margins_that_exclude_each_other_are_refused_with_weights_that_would_do():
    """Two women stand for 55 people, so one of them weighs 27.5 at least; the bound is 22.5."""
    codes = {"sex": pd.Series(list("ffmm"))}
    weight = np.array([20.0, 25, 20, 25])
    with pytest.raises(CalibrationError, match=r"\[0, 27\.5\] as weights") as refused:
        trim_to_margins(weight, codes, {"sex": MARGINS["sex"]}, low=0, high=1, **OPTIONS)
    assert refused.value.faults == ["total sex=f: expected 55, the bounds allow no more than 45"]
