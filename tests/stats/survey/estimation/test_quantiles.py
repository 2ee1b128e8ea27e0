import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.errors import ConfigError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share
from pipeline.stats.survey.estimation.quantiles import quantiles, replicate_quantiles
from pipeline.stats.survey.replication.factors import jk1
from pipeline.stats.survey.replication.given import given_replicates
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys

METHODS = ("wald", "logit", "wilson", "korn_graubard", "beta", "arcsine", "likelihood", "score")
MEDIAN = np.array([0.5])
THIRDS = np.array([1 / 3, 2 / 3])


def hundred():
    """The numbers from 1 to 100, each with weight 1, drawn simply."""
    return np.arange(1.0, 101), Sample.clustered(np.ones(100)), Domains.whole(100)


def cells(found):
    return np.column_stack([found.estimate.ravel(), found.low.ravel(), found.high.ravel()])


def test_the_bounds_are_the_quantiles_of_the_bounds_of_the_share():
    """The share at the median is 0.5 -+ 1.984 * sqrt(0.25 / 99): from 0.4003 to 0.5997."""
    found = quantiles(*hundred(), MEDIAN)
    assert cells(found).tolist() == [[50, 41, 60]]
    assert found.se[0, 0] == pytest.approx(19 / (2 * stats.t.ppf(0.975, 99)))
    assert (found.df[0, 0], found.n[0]) == (99, 100)


def test_several_quantiles_of_several_domains_come_in_their_places():
    y, sample, _ = hundred()
    halves = Domains.from_categories("half", pd.Series(np.where(y <= 50, "low", "top")))
    found = quantiles(y, sample, halves, np.array([0.1, 0.5, 0.9]))
    assert found.estimate.tolist() == [[5, 25, 45], [55, 75, 95]]
    assert found.labels == (("half", "low"), ("half", "top"))
    alone = quantiles(y, sample, Domains.from_mask("half", "top", y > 50), np.array([0.9]))
    assert cells(alone)[0] == pytest.approx(cells(found)[5])


def test_a_bound_that_the_sample_does_not_reach_is_missing():
    found = quantiles(*hundred(), np.array([0.01]))
    assert found.estimate[0, 0] == 1
    assert np.isnan(found.low[0, 0])
    assert np.isnan(found.se[0, 0])
    within = quantiles(*hundred(), np.array([0.01]), interval="wilson")
    assert within.low[0, 0] == 1


def test_quantiles_that_fall_on_values_do_so_in_every_unit():
    """The hf5 quantiles of (i - 1/2) / 40 are the values; in tenths they missed them by a hair,
    and the bounds slipped by one value."""
    y, q = np.arange(1.0, 41), (np.arange(5, 36) - 0.5) / 40
    whole, equal = Domains.whole(40), Sample.clustered(np.full(40, 0.7))
    ones = quantiles(y, equal, whole, q, rule="hf5")
    tenths = quantiles(0.1 * y, equal, whole, q, rule="hf5")
    assert cells(tenths) == pytest.approx(0.1 * cells(ones))


def test_the_score_interval_holds_the_values_that_a_test_does_not_reject():
    """Bounds are the first values whose T falls to t and below -t."""
    y, sample, everybody = hundred()
    t = stats.t.ppf(0.975, 99)
    below = [share(y <= value, sample, everybody) for value in y[:-1]]
    test = np.array([(0.3 - each.estimate[0]) / each.se[0] for each in below])
    found = quantiles(y, sample, everybody, np.array([0.3]), interval="score")
    assert found.low[0, 0] == y[:-1][test <= t][0]
    assert found.high[0, 0] == y[:-1][test <= -t][0]


@settings(**LAWS)
@given(surveys(), st.sampled_from(METHODS))
def test_quantiles_follow_a_change_of_unit(frame, interval):
    sample, domains = design_of(frame), Domains.from_categories("sex", frame["sex"])
    y = frame["y"].to_numpy()
    found = quantiles(y, sample, domains, THIRDS, interval=interval)
    moved = quantiles(2 * y - 7, sample, domains, THIRDS, interval=interval)
    assert cells(moved) == pytest.approx(2 * cells(found) - 7, nan_ok=True)
    assert moved.se == pytest.approx(2 * found.se, nan_ok=True)


@settings(**LAWS)
@given(surveys(), st.sampled_from(METHODS))
def test_bounds_enclose_the_quantile(frame, interval):
    found = quantiles(
        frame["y"].to_numpy(), design_of(frame), Domains.whole(len(frame)), THIRDS,
        interval=interval,
    )  # fmt: skip
    assert (np.isnan(found.low) | (found.low <= found.estimate)).all()
    assert (np.isnan(found.high) | (found.estimate <= found.high)).all()


@settings(**LAWS)
@given(surveys())
def test_a_missing_value_puts_a_row_outside_its_domain(frame):
    sample, y = design_of(frame), frame["y"].to_numpy()
    missing = quantiles(
        np.where(frame["hit"], np.nan, y), sample, Domains.whole(len(frame)), MEDIAN
    )
    masked = quantiles(y, sample, Domains.from_mask("hit", "no", ~frame["hit"]), MEDIAN)
    assert cells(missing) == pytest.approx(cells(masked), nan_ok=True)
    assert missing.df.tolist() == masked.df.tolist()


def test_an_empty_domain_has_no_quantile():
    y, sample, _ = hundred()
    found = quantiles(y, sample, Domains.from_mask("none", "none", y > 100), MEDIAN)
    assert np.isnan(cells(found)).all()
    assert found.n[0] == 0


def test_stated_degrees_of_freedom_replace_those_of_the_domain():
    narrow, wide = quantiles(*hundred(), MEDIAN), quantiles(*hundred(), MEDIAN, df=3)
    assert wide.df[0, 0] == 3
    assert wide.high[0, 0] - wide.low[0, 0] > narrow.high[0, 0] - narrow.low[0, 0]


@pytest.mark.parametrize("interval", METHODS)
def test_the_jackknife_of_a_simple_sample_finds_the_linearised_interval(interval):
    y, sample, everybody = hundred()
    replicates = Replicates.of(sample, jk1(sample.units))
    found = replicate_quantiles(y, replicates, everybody, THIRDS, interval=interval)
    expected = quantiles(y, sample, everybody, THIRDS, interval=interval)
    assert cells(found) == pytest.approx(cells(expected))
    assert found.df.tolist() == expected.df.tolist()
    assert found.n.tolist() == [100]


def test_replicates_give_the_variance_of_their_own_quantiles():
    """Medians 2 and 4 about their mean 3: variance 2, one degree of freedom."""
    y, full = np.array([1.0, 2, 3, 4, 5]), np.ones(5)
    columns = np.array([[1, 3, 1, 0, 0], [0, 0, 1, 3, 1]]).T
    replicates = given_replicates(full, columns, method="other", scale=1)
    found = replicate_quantiles(y, replicates, Domains.whole(5), MEDIAN, interval="quantile")
    reach = stats.t.ppf(0.975, 1) * np.sqrt(2)
    assert found.se[0, 0] == pytest.approx(np.sqrt(2))
    assert cells(found)[0] == pytest.approx([3, 3 - reach, 3 + reach])


def test_replicates_know_domains():
    y, sample, _ = hundred()
    replicates = Replicates.of(sample, jk1(sample.units))
    halves = Domains.from_categories("half", pd.Series(np.where(y <= 50, "low", "top")))
    found = replicate_quantiles(y, replicates, halves, MEDIAN)
    linearised = quantiles(y, sample, halves, MEDIAN)
    assert found.estimate.tolist() == [[25], [75]]
    assert cells(found) == pytest.approx(cells(linearised))


@pytest.mark.parametrize(
    ("options", "fault"),
    [({"rule": "median"}, "rule"), ({"interval": "quantile"}, "method"), ({"level": 2}, "level")],
)
def test_unknown_rules_and_methods_are_refused(options, fault):
    with pytest.raises(ConfigError, match=fault):
        quantiles(*hundred(), MEDIAN, **options)
