import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.replication.bootstrap import bootstrap
from pipeline.stats.survey.replication.factor_ranks import rank_df
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.product_weights import ProductWeights
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys


def test_replicate_weights_are_base_weights_times_factors():
    design = six_people().adjusted(Adjustment(ratio=np.full(6, 5.0)))
    made = Replicates.of(design, jkn(design.units))
    assert made.weight.tolist() == [1, 1, 2, 1, 1, 2]
    assert made.weights.column(3).tolist() == [1, 1, 2, 0, 2, 4]
    assert (made.n_rows, made.n_replicates) == (6, 4)


@settings(**LAWS)
@given(surveys())
def test_the_jackknife_has_units_less_strata_degrees_of_freedom(frame):
    design = design_of(frame)
    made = Replicates.of(design, jkn(design.units))
    assert made.df == design.df
    domain = (frame["stratum"] == "s0").to_numpy()
    held = frame.loc[domain, "psu"].nunique()
    assert made.domain_df(domain) == held - 1


def test_more_replicates_add_no_degrees_of_freedom():
    sizes = np.repeat(np.arange(3), 5)
    design = six_people(weight=np.ones(15), stratum=sizes, psu=np.arange(15))
    made = Replicates.of(design, bootstrap(design.units, replicates=300, seed=1))
    assert made.df == 12


def test_adjusting_draws_nobody():
    design = six_people()
    made = Replicates.of(design, jkn(design.units))
    random = np.random.default_rng(1)
    other = made.readjusted(ProductWeights.of_rows(random.random((6, 5))))
    assert other.df == made.df == 2
    assert other.weight.tolist() != made.weight.tolist()


@pytest.mark.parametrize(
    ("replicates", "df"),
    [([[0.0, 0], [0, 0]], 0), ([[1, 1], [1, 1]], 0), ([[2, 0], [0, 2]], 1), ([[1, 1 + 1e-9]], 0)],
)
def test_degrees_of_freedom_are_the_rank_less_one(replicates, df):
    factor = np.hstack([np.ones((len(replicates), 1)), replicates])
    assert rank_df(factor) == df


@settings(**LAWS)
@given(surveys())
def test_the_rank_is_that_of_the_singular_values(frame):
    units = design_of(frame).units
    factor = np.hstack([np.ones((len(units.unit), 1)), jkn(units).factor])
    assert rank_df(factor) == np.linalg.matrix_rank(factor[:, 1:], tol=1e-5) - 1
