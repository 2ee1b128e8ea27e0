import numpy as np
import pandas as pd
import pytest

from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share
from pipeline.stats.survey.estimation.pooling import kish_in_domains, pooled


@pytest.fixture
def counties():
    """Three counties of two units of 50 people; the units of the first agree by chance."""
    hits = [10, 10, 5, 20, 8, 14]
    y = np.concatenate([np.arange(50) < k for k in hits]).astype(float)
    county = pd.Series(np.repeat(["a", "b", "c"], 100))
    sample = Sample.clustered(np.ones(300), county, np.repeat(np.arange(6), 50))
    domains = Domains.join([Domains.whole(300), Domains.from_categories("county", county)])
    return share(y, sample, domains)


def test_counties_of_two_units_share_one_clustering_effect(counties):
    """v = 0, 0.0225 and 0.0036 against p q / 99: effects 0, 11.9 and 2.1."""
    found = pooled(counties, kish=np.ones(4), below_df=8)
    assert counties.variance[1:] == pytest.approx([0, 0.0225, 0.0036])
    assert len(set(np.round(found.deff[2:], 9))) == 1
    effect = (0.0225 + 0.0036) / counties.simple_variance[1:].sum()
    assert found.deff[2:] == pytest.approx([effect, effect])
    assert found.df.tolist() == [3, 1, 3, 3]


def test_the_whole_population_keeps_its_own_variance(counties):
    found = pooled(counties, kish=np.ones(4), below_df=8)
    assert found.variance[0] == counties.variance[0]
    assert found.df[0] == counties.df[0]


def test_enough_degrees_of_freedom_leave_every_category_alone(counties):
    found = pooled(counties, kish=np.ones(4), below_df=1)
    assert found.variance == pytest.approx(counties.variance)
    assert found.df.tolist() == counties.df.tolist()


def test_spread_weights_of_a_category_stay_its_own(counties):
    plain = pooled(counties, kish=np.ones(4), below_df=8)
    unequal = pooled(counties, kish=np.array([1.0, 1, 2, 1]), below_df=8)
    assert unequal.variance[2] / unequal.variance[3] == pytest.approx(
        2 * plain.variance[2] / plain.variance[3]
    )


def test_unit_totals_carry_the_pooled_error(counties):
    found = pooled(counties, kish=np.ones(4), below_df=8)
    assert found.at("county", "b").variance == pytest.approx(found.variance[2])


def test_kish_of_a_domain_sees_its_rows_with_a_value_only():
    domains = Domains.from_categories("d", pd.Series(["x", "x", "x", "y", "y"]))
    weight = np.array([1.0, 1, 2, 3, 0])
    present = np.array([True, True, True, True, True])
    assert kish_in_domains(weight, domains, present) == pytest.approx([3 * 6 / 16, 1])
    present[2] = False
    assert kish_in_domains(weight, domains, present)[0] == pytest.approx(1)
