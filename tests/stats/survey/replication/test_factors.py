import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.errors import DesignError, LonelyPsuError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import total
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.factors import jk1, jkn
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

Y = np.array([3.0, 1, 2, 6, 1, 2])
LONELY = {"stratum": np.array(list("aaabbc"), dtype=object)}  # c holds one PSU


def se_of_totals(design, factors, y, domains, **options):
    made = Replicates.of(design, factors, **options)
    return replicated_estimates("total", y, None, made, domains).se


def test_jk1_leaves_out_each_unit_in_turn():
    factors = jk1(Sample.clustered([1.0, 1, 1]).units)
    assert factors.factor.tolist() == [[0, 1.5, 1.5], [1.5, 0, 1.5], [1.5, 1.5, 0]]
    assert factors.scale == pytest.approx(2 / 3)


def test_jkn_fills_the_gap_within_the_stratum():
    factors = jkn(six_people().units)
    assert factors.factor.tolist() == [[0, 2, 1, 1], [2, 0, 1, 1], [1, 1, 0, 2], [1, 1, 2, 0]]
    assert factors.rscales.tolist() == [0.5] * 4
    assert factors.scale == 1


def test_a_jkn_variance_worked_by_hand():
    """Unit totals 4, 4 and 6, 5; replicates 19, 19, 18, 20 about 19: (1 + 1) / 2."""
    design = six_people()
    assert se_of_totals(design, jkn(design.units), Y, Domains.whole(6)) == pytest.approx(1)


@settings(**LAWS)
@given(surveys())
@pytest.mark.parametrize("mse", [False, True])
def test_jkn_gives_totals_their_linearised_variance(mse, frame):
    design, y = design_of(frame), frame["y"].to_numpy()
    domains = Domains.from_categories("sex", frame["sex"])
    found = se_of_totals(design, jkn(design.units), y, domains, mse=mse)
    assert found == pytest.approx(total(y, design, domains).se)


@settings(**LAWS)
@given(surveys())
def test_jkn_takes_the_fraction_drawn_into_account(frame):
    population = frame["stratum"].map({f"s{h}": 5.0 + h for h in range(4)}).to_numpy()
    design, y = design_of(frame, fpc=population), frame["y"].to_numpy()
    domains = Domains.from_categories("sex", frame["sex"])
    found = se_of_totals(design, jkn(design.units), y, domains)
    assert found == pytest.approx(total(y, design, domains).se)


@settings(**LAWS)
@given(surveys())
def test_jk1_gives_totals_their_linearised_variance_with_and_without_fraction(frame):
    unit, y = frame["stratum"] + frame["psu"], frame["y"].to_numpy()
    everybody = Domains.whole(len(y))
    for fpc in (None, np.full(len(y), 40.0)):
        design = Sample.clustered(frame["weight"], psu=unit, fpc=fpc)
        found = se_of_totals(design, jk1(design.units), y, everybody)
        assert found == pytest.approx(total(y, design, everybody).se)


def test_a_stratum_taken_whole_has_no_replicates():
    design = six_people(fpc=np.array([2.0, 2, 2, 9, 9, 9]))
    assert jkn(design.units).factor.tolist() == [[1, 1], [1, 1], [0, 2], [2, 0]]


def test_a_lone_unit_is_named_and_refused():
    with pytest.raises(LonelyPsuError, match="got one in: c"):
        jkn(six_people(**LONELY, psu=np.array(list("112121"), dtype=object)).units)


@pytest.mark.parametrize("rule", ["certainty", "remove", "average"])
def test_a_lone_unit_without_replicate_of_its_own(rule):
    units = six_people(**LONELY, psu=np.array(list("112121"), dtype=object)).units
    factors = jkn(units, lonely_psu=rule)
    assert factors.factor.shape == (5, 4)
    assert (factors.factor[4] == 1).all()
    assert factors.scale == (5 / 4 if rule == "average" else 1)


def test_a_lone_unit_under_adjust_stands_against_the_other_strata():
    units = six_people(**LONELY, psu=np.array(list("112121"), dtype=object)).units
    factors = jkn(units, lonely_psu="adjust")
    assert factors.factor[:, 4].tolist() == [1.5, 1.5, 1.5, 1.5, 0]
    assert factors.rscales[4] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("make", "design", "message"),
    [
        (jk1, six_people(), "expected one stratum, got 2"),
        (jk1, Sample.clustered([1.0]), "a single PSU"),
        (jk1, Sample.clustered([1.0, 1], fpc=np.array([2.0, 2])), "all PSUs of the frame"),
        (jkn, Sample.clustered([1.0, 1], fpc=np.array([2.0, 2])), "no stratum that varies"),
    ],
)
def test_a_sample_that_does_not_vary_is_refused(make, design, message):
    with pytest.raises(DesignError, match=message):
        make(design.units)


def test_the_only_unit_of_the_only_stratum_has_no_others_to_stand_against():
    with pytest.raises(DesignError, match="no stratum that varies"):
        jkn(Sample.clustered([1.0, 1], psu=np.array(["p", "p"])).units, lonely_psu="adjust")


def test_units_with_probabilities_of_their_own_are_refused():
    design = Sample.clustered(
        [2.0, 4, 4], psu=np.array(list("abc")), fpc=np.array([0.5, 0.25, 0.25]), pps="brewer"
    )
    with pytest.raises(DesignError, match="one fraction drawn per stratum"):
        jkn(design.units)
