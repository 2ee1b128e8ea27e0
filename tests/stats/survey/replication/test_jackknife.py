import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import DesignError
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, ratio, share, total
from pipeline.stats.survey.replication.jackknife import (
    jackknifed,
    left_out_estimates,
    left_out_factors,
)
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

Y = np.array([3.0, 1, 2, 6, 1, 2])


def left_out_weights(design):
    units = design.units
    return design.weight[:, None] * left_out_factors(units.stratum_of_unit)[units.unit_of_row]


def test_factors_hand_the_weight_of_a_unit_to_the_others_of_its_stratum():
    assert left_out_factors(np.array([0, 0, 0, 1, 1, 2])).tolist() == [
        [0, 1.5, 1.5, 1, 1, 1],
        [1.5, 0, 1.5, 1, 1, 1],
        [1.5, 1.5, 0, 1, 1, 1],
        [1, 1, 1, 0, 2, 1],
        [1, 1, 1, 2, 0, 1],
        [1, 1, 1, 1, 1, 1],
    ]


def test_a_total_worked_by_hand():
    """PSU totals 4, 4 and 6, 5: without the first unit of b 8 + 2 * 5 = 18 instead of 19."""
    design = six_people()
    found = left_out_estimates("total", Y, None, left_out_weights(design), Domains.whole(6))
    assert found[:, 0].tolist() == [19, 19, 18, 20]


@settings(**LAWS)
@given(surveys())
def test_a_total_has_the_linearised_variance(frame):
    design, y = design_of(frame), frame["y"].to_numpy()
    domains = Domains.from_categories("sex", frame["sex"])
    plain = total(y, design, domains)
    left_out = left_out_estimates("total", y, None, left_out_weights(design), domains)
    assert jackknifed(plain, left_out).se == pytest.approx(plain.se)


@pytest.mark.parametrize("measure", ["mean", "share", "ratio"])
def test_quotients_come_near_linearisation_when_units_are_many(measure):
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"stratum": "a", "psu": np.repeat(np.arange(100), 10), "weight": 1.0})
    y, x = random.normal(50, 10, 1000), random.normal(20, 2, 1000)
    if measure == "share":
        y = (y > 55).astype(float)
    design, everybody = design_of(frame), Domains.whole(1000)
    linear = {"mean": mean, "share": share}.get(measure, lambda v, d, e: ratio(v, x, d, e))
    plain = linear(y, design, everybody)
    over = x if measure == "ratio" else None
    left_out = left_out_estimates(measure, y, over, left_out_weights(design), everybody)
    found = jackknifed(plain, left_out)
    assert found.se == pytest.approx(plain.se, rel=0.01)
    assert found.deff == pytest.approx(plain.deff, rel=0.02)


def test_a_unit_without_whom_a_domain_is_empty_says_nothing():
    design = six_people()
    first = Domains.from_mask("psu", "a1", np.array([True, True, False, False, False, False]))
    left_out = left_out_estimates("mean", Y, None, left_out_weights(design), first)
    assert np.isnan(left_out[0, 0])
    assert jackknifed(mean(Y, design, first), left_out).variance.tolist() == [0]


def test_replicates_of_other_units_are_refused():
    found = mean(Y, six_people(), Domains.whole(6))
    with pytest.raises(DesignError, match="one replicate per PSU"):
        jackknifed(found, np.zeros((3, 1)))
