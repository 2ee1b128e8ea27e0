import numpy as np
import pytest

from pipeline.stats.survey.design import Design
from pipeline.stats.survey.domains import Domains
from pipeline.stats.survey.estimators import share
from pipeline.stats.survey.few_units import floored


@pytest.fixture
def agreeing():
    """Two strata of two units whose shares happen to be almost equal."""
    unit = np.repeat(np.arange(4), 25)
    y = np.tile(np.arange(25) % 5 == 0, 4).astype(float)
    y[0] = 0.0
    design = Design(weight=np.ones(100), stratum=unit // 2, psu=unit)
    return share(y, design, Domains.whole(100))


def test_units_that_agree_by_chance_do_not_make_a_small_survey_precise(agreeing):
    found = floored(agreeing, deff=1.5, below_df=8)
    p = found.estimate[0]
    assert agreeing.deff[0] < 0.1
    assert found.variance[0] == pytest.approx(1.5 * p * (1 - p) / 99)
    assert found.deff[0] == pytest.approx(1.5)


def test_unit_totals_carry_the_same_caution(agreeing):
    found = floored(agreeing, deff=1.5, below_df=8)
    assert found.at("all", "all").variance == pytest.approx(found.variance[0])


def test_enough_degrees_of_freedom_leave_the_estimate_alone(agreeing):
    assert floored(agreeing, deff=1.5, below_df=2).variance == agreeing.variance


def test_a_larger_variance_is_never_reduced(agreeing):
    found = floored(agreeing, deff=agreeing.deff[0] / 2, below_df=8)
    assert found.variance == agreeing.variance
