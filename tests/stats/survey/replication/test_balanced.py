import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import total
from pipeline.stats.survey.replication.balanced import brr, fay
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, six_people

Y = np.array([3.0, 1, 2, 6, 1, 2])


def pairs(strata: int, seed: int = 1):
    """Strata of two PSUs of three people each."""
    random = np.random.default_rng(seed)
    stratum, psu = np.repeat(np.arange(strata), 6), np.tile(np.repeat([0, 1], 3), strata)
    design = Sample.clustered(random.lognormal(size=6 * strata), stratum, psu)
    return design, random.normal(50, 10, 6 * strata)


def test_brr_doubles_one_unit_of_each_pair():
    factors = brr(six_people().units)
    assert sorted(factors.factor.T.tolist()) == [
        [0, 2, 0, 2],
        [0, 2, 2, 0],
        [2, 0, 0, 2],
        [2, 0, 2, 0],
    ]
    assert factors.scale == 1 / 4


def test_a_brr_variance_worked_by_hand():
    """Unit totals 4, 4 and 6, 5: every replicate is 19 + 1 or 19 - 1."""
    design = six_people()
    made = Replicates.of(design, brr(design.units), mse=True)
    found = replicated_estimates("total", Y, None, made, Domains.whole(6))
    assert found.totals.estimates[1:, 0].tolist().count(20) == 2
    assert found.se == pytest.approx(1)


@pytest.mark.parametrize("strata", [1, 2, 3, 7, 11, 30])
def test_each_unit_is_active_in_half_of_the_replicates_and_strata_are_balanced(strata):
    design, _ = pairs(strata)
    factor = brr(design.units).factor
    assert ((factor == 2).mean(axis=1) == 0.5).all()
    agreement = (factor[::2] - 1) @ (factor[::2] - 1).T
    assert np.array_equal(agreement, factor.shape[1] * np.eye(strata))


@settings(**LAWS)
@given(st.integers(1, 12), st.integers(0, 99), st.sampled_from([0.0, 0.3, 0.5, 0.9]), st.booleans())
def test_totals_have_their_linearised_variance_whatever_rho(strata, seed, rho, mse):
    design, y = pairs(strata, seed)
    everybody = Domains.whole(len(y))
    made = Replicates.of(design, fay(design.units, rho=rho), mse=mse)
    found = replicated_estimates("total", y, None, made, everybody)
    assert found.se == pytest.approx(total(y, design, everybody).se)


def test_fay_keeps_every_unit():
    factors = fay(six_people().units, rho=0.3)
    assert factors.method == "Fay"
    assert np.sort(factors.factor[0]) == pytest.approx([0.3, 0.3, 1.7, 1.7])
    assert factors.scale == pytest.approx(1 / (4 * 0.49))


def test_strata_that_are_no_pairs_are_named():
    design = six_people(stratum=np.array(list("aaabbc"), dtype=object))
    with pytest.raises(DesignError, match="stratum c: expected two PSUs, got 1") as error:
        brr(design.units)
    assert "JKn" in str(error.value)


def test_a_fraction_drawn_is_refused():
    with pytest.raises(DesignError, match="finite population corrections"):
        brr(six_people(fpc=np.full(6, 10.0)).units)


@pytest.mark.parametrize("rho", [-0.1, 1.0])
def test_rho_outside_its_range_is_refused(rho):
    with pytest.raises(DesignError, match=r"rho in \[0, 1\)"):
        fay(six_people().units, rho=rho)
