import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.linearised import combine
from pipeline.stats.survey.replication.bootstrap import bootstrap
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.given import given_replicates
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic
from tests.stats.survey.survey_strategies import design_of, six_people

Y = np.array([3.0, 1, 2, 6, 1, 2])
STRATA = Domains.from_categories("stratum", pd.Series(list("aaabbb")))


def totals_by_stratum():
    design = six_people()
    made = Replicates.of(design, jkn(design.units))
    return replicated_estimates("total", Y, None, made, STRATA).totals


def wave(seed, units=12, shift=0.0):
    """Two strata of six PSUs of ten people, whose level depends on the PSU."""
    frame = pd.DataFrame(
        {
            "stratum": np.repeat(["a", "b"], units * 5),
            "psu": [f"p{i}" for i in np.repeat(np.arange(units), 10)],
            "weight": 1.0,
        }
    )
    random = np.random.default_rng(seed)
    y = random.normal(50 + shift, 3, len(frame)) + np.repeat(np.arange(units) * 7 % 5 * 4.0, 10)
    return design_of(frame), y


def bootstrapped(seed, name, **options):
    design, y = wave(seed, **options)
    made = Replicates.of(design, bootstrap(design.units, replicates=400, seed=name))
    return replicated_estimates("mean", y, None, made, Domains.whole(len(y)))


def test_estimates_know_their_value_units_and_strata():
    totals = totals_by_stratum()
    assert totals.value.tolist() == [8, 11]
    assert totals.n_psu.tolist() == [2, 2]
    assert totals.n_strata.tolist() == [1, 1]
    assert totals.df.tolist() == [1, 1]


def test_a_difference_of_strata_adds_their_variances():
    totals = totals_by_stratum()
    difference = totals.combined(np.array([[1.0], [-1]]))
    assert difference.value.tolist() == [-3]
    assert difference.variance() == pytest.approx(totals.variance().sum())
    assert (difference.df.tolist(), difference.n_psu.tolist()) == ([2], [4])


def test_a_column_stands_alone():
    totals = totals_by_stratum()
    second = totals.column(1)
    assert second.value.tolist() == [11]
    assert second.variance() == pytest.approx(totals.covariance()[1, 1])


def test_what_is_undefined_in_a_part_is_so_in_the_combination_only_where_it_counts():
    design = six_people()
    made = Replicates.of(design, jkn(design.units), mse=True)
    units = Domains.from_categories("psu", pd.Series(["a1", "a1", "a2", "b1", "b2", "b2"]))
    totals = replicated_estimates("mean", Y, None, made, units).totals
    coefficients = np.array([[1.0, 0], [-1, 0], [0, 1], [0, 0]])
    assert totals.combined(coefficients).n_undefined.tolist() == [2, 1]


def test_any_statistic_repeated_in_every_replicate():
    design = six_people()
    made = Replicates.of(design, jkn(design.units))
    mean = replicated_estimates("mean", Y, None, made, Domains.whole(6))
    found = replicate_statistic(lambda w: [w @ Y / w.sum(), w @ Y], made)
    assert found.value == pytest.approx([mean.estimate[0], 19])
    assert found.variance()[0] == pytest.approx(mean.variance[0])
    assert found.df.tolist() == [2, 2]


def test_estimates_of_one_design_are_joined_replicate_by_replicate():
    totals = totals_by_stratum()
    joined = totals.column(0).joined([totals.column(1)])
    assert joined.covariance() == pytest.approx(totals.covariance())
    assert joined.holds.tolist() == totals.holds.tolist()


def test_waves_that_share_units_vary_together():
    """The level of a unit stays: the change is far surer than two waves drawn apart."""
    first, second = bootstrapped(1, "city"), bootstrapped(2, "city", shift=3.0)
    change = combine([second.at("all", "all"), first.at("all", "all")], [1, -1])
    apart = np.sqrt(first.variance[0] + second.variance[0])
    assert change.value == pytest.approx(second.estimate[0] - first.estimate[0])
    assert np.sqrt(change.variance) < 0.6 * apart
    assert change.totals.n_psu.tolist() == [12]


@pytest.mark.parametrize("other", ["another seed", "fewer", "jackknife", "given"])
def test_replicates_that_say_nothing_of_each_other_are_not_joined(other):
    first = bootstrapped(1, "city").totals
    design, y = wave(2)
    made = {
        "another seed": lambda: Replicates.of(
            design, bootstrap(design.units, replicates=400, seed="town")
        ),
        "fewer": lambda: Replicates.of(
            design, bootstrap(design.units, replicates=300, seed="city")
        ),
        "jackknife": lambda: Replicates.of(design, jkn(design.units)),
        "given": lambda: given_replicates(np.ones(120), np.ones((120, 400)), method="BRR"),
    }[other]()
    second = replicated_estimates("mean", y, None, made, Domains.whole(120)).totals
    with pytest.raises(DesignError, match="replicates that vary together"):
        first.joined([second])


def test_unnamed_units_are_counted_as_far_as_they_can_be_told_apart():
    columns = [[2.0, 0, 2], [2, 0, 2], [0, 2, 0]]
    made = given_replicates(np.ones(3), columns, method="BRR")
    found = replicated_estimates("mean", np.arange(3.0), None, made, Domains.whole(3))
    assert (found.n_psu.tolist(), found.n_strata.tolist()) == ([2], [1])
