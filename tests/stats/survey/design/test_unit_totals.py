import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.stats.survey.design.unit_totals import UnitTotals, unit_totals
from pipeline.stats.survey.design.variance import total_variance
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share, total
from pipeline.stats.survey.weighting.raking import rake
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

SEX = pd.Series(["f", "m", "f", "m", "f", "m"])


def test_residuals_of_a_calibrated_total_worked_by_hand():
    """One margin of one category is a ratio estimator.

    y = 1..6 with base weights 1, raked to 12 people: w = 2, b = 21/6 = 3.5, residuals
    -2.5, -1.5, -0.5, 0.5, 1.5, 2.5. PSU totals of 2e: a1 -8, a2 -1, b1 1, b2 8.
    """
    raked = rake(np.ones(6), {"all": pd.Series(["x"] * 6)}, {"all": {"x": 12}},
                 tolerance=1e-9, max_rounds=5)  # fmt: skip
    design = six_people(weight=np.ones(6)).adjusted(raked.adjustment)
    totals = unit_totals(design, np.arange(1.0, 7.0))
    assert totals.z[:, 0] == pytest.approx([-8, -1, 1, 8])


@settings(**LAWS)
@given(surveys())
def test_a_raked_margin_has_no_sampling_error(frame):
    margins = {"sex": {"f": 40, "m": 60}, "age": {"mid": 20, "old": 30, "young": 50}}
    codes = {name: frame[name] for name in margins}
    raked = rake(frame["weight"].to_numpy(), codes, margins, tolerance=1e-12, max_rounds=1000)
    design = design_of(frame).adjusted(raked.adjustment)
    women = (frame["sex"] == "f").to_numpy(dtype=float)
    found = total(women, design, Domains.whole(len(frame)))
    assert found.estimate == pytest.approx([40])
    assert found.se == pytest.approx([0], abs=1e-9)


def test_residuals_of_a_domain_reach_psus_that_do_not_hold_it():
    raked = rake(np.ones(6), {"sex": SEX}, {"sex": {"f": 5, "m": 5}}, tolerance=1e-9, max_rounds=5)
    design = six_people(weight=np.ones(6)).adjusted(raked.adjustment)
    first = Domains.from_mask("psu", "a1", np.array([True, True, False, False, False, False]))
    found = total(np.ones(6), design, first)
    assert found.totals.holds[:, 0].tolist() == [True, False, False, False]
    assert (found.totals.z != 0).all()
    assert found.df.tolist() == [0]


def test_totals_survive_being_stored():
    design = six_people(lonely_psu="adjust")
    found = share(np.array([1, 0, 1, 0, 0, 1]), design, Domains.from_categories("sex", SEX))
    stored = found.psu_frame()
    men = stored[stored["category"] == "m"]
    read = UnitTotals.from_frame(men, lonely_psu="adjust")
    assert len(men) == design.n_psu
    assert total_variance(read) == pytest.approx(found.variance[[1]])
    assert read.df.tolist() == [found.df[1]]
