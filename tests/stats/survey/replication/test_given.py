import numpy as np
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.factors import jk1, jkn
from pipeline.stats.survey.replication.given import given_replicates
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import six_people

FULL, COLUMNS = [1.0, 1], [[2.0, 0], [0, 1]]


def variance_of_total(made, y=(1.0, 3)):
    y = np.asarray(y)
    return replicated_estimates("total", y, None, made, Domains.whole(len(y))).variance[0]


def test_a_variance_worked_by_hand_both_ways():
    """Totals 4, then 2 and 3: about 4 (4 + 1) / 2, about their mean (0.25 + 0.25) / 2."""
    assert variance_of_total(given_replicates(FULL, COLUMNS, method="BRR", mse=True)) == 2.5
    assert variance_of_total(given_replicates(FULL, COLUMNS, method="BRR")) == 0.25


def test_factors_of_the_weight_are_multiplied_by_it():
    made = given_replicates([10.0, 20], COLUMNS, method="BRR", combined=False)
    assert made.weight.tolist() == [10, 20]
    assert made.weights.column(1).tolist() == [20, 0]


@pytest.mark.parametrize(
    ("options", "scale"),
    [
        ({"method": "BRR"}, 1 / 2),
        ({"method": "Fay", "rho": 0.5}, 1 / (2 * 0.25)),
        ({"method": "JK1"}, 1 / 2),
        ({"method": "JK2"}, 1),
        ({"method": "bootstrap"}, 1),
        ({"method": "successive-difference"}, 2),
        ({"method": "other", "scale": 0.07}, 0.07),
        ({"method": "JK1", "scale": 0.4}, 0.4),
        ({"method": "JKn", "rscales": [0.5, 0.5]}, 1),
    ],
)
def test_each_method_has_its_scale(options, scale):
    assert given_replicates(FULL, COLUMNS, **options).scaling.scale == pytest.approx(scale)


@pytest.mark.parametrize(("make", "method"), [(jk1, "JK1"), (jkn, "JKn")])
def test_factors_of_a_jackknife_tell_their_own_scale(make, method):
    strata = None if method == "JK1" else np.array(list("aaabbb"), dtype=object)
    design, y = six_people(stratum=strata, psu=np.arange(6)), np.array([3.0, 1, 2, 6, 1, 2])
    factors = make(design.units)
    own = variance_of_total(Replicates.of(design, factors), y)
    told = given_replicates(design.weight, factors.factor, method=method, combined=False)
    assert variance_of_total(told, y) == pytest.approx(own)


def test_degrees_of_freedom_are_read_off_the_weights():
    """Three replicates over two kinds of people."""
    columns = [[2.0, 0, 2], [2, 0, 2], [0, 2, 0]]
    assert given_replicates(np.ones(3), columns, method="BRR").df == 1


@pytest.mark.parametrize(
    ("weight", "replicates", "options", "message"),
    [
        (FULL, [1.0, 2], {}, "two columns or more"),
        (FULL, [[1.0], [2]], {}, "two columns or more"),
        ([1.0], COLUMNS, {}, "expected 1 rows of replicate weights, got 2"),
        ([1.0, np.nan], COLUMNS, {}, "weight missing or infinite in 1 rows"),
        ([1.0, -1], COLUMNS, {}, "weight negative in 1 rows"),
        (FULL, [[1.0, np.nan], [1, 1]], {}, "a replicate weight missing or infinite in 1 rows"),
        (FULL, COLUMNS, {"method": "Fay"}, "expected rho with Fay alone, got None"),
        (FULL, COLUMNS, {"rho": 0.5}, "BRR: expected rho with Fay alone, got 0.5"),
        (FULL, COLUMNS, {"method": "Fay", "rho": 1.0}, r"expected rho in \[0, 1\), got 1.0"),
        (FULL, COLUMNS, {"scale": 1.0}, "BRR: the scale is fixed"),
        (FULL, COLUMNS, {"method": "JKn"}, "expected rscales, which cannot be read off"),
        (FULL, COLUMNS, {"method": "other"}, "expected a scale"),
        (FULL, COLUMNS, {"method": "JKn", "rscales": [1.0]}, r"one of rscales per replicate"),
    ],
)
def test_weights_that_cannot_be_used_are_refused(weight, replicates, options, message):
    with pytest.raises(DesignError, match=message):
        given_replicates(weight, replicates, **({"method": "BRR"} | options))


def test_all_faults_are_told_at_once():
    with pytest.raises(DesignError) as error:
        given_replicates([1.0, -1], COLUMNS, method="Fay", scale=2.0)
    assert len(error.value.faults) == 3
