from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import ContractError
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, share
from pipeline.stats.survey.estimation.standardisation import standardised
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.weighting.post_stratification import post_stratify
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

AGES = {"mid": 40.0, "old": 25.0, "young": 35.0}
Y = np.array([2.0, 4, 6, 1, 3, 5])
CLASSES = np.array(list("xyxyxx"), dtype=object)


def standardised_mean(y, sample, domains, *, estimator=mean, **asked):
    present = sample.is_counted & ~np.isnan(np.asarray(y, dtype=float))
    return standardised(partial(estimator, y, sample), domains, present, **asked)


def ages(frame):
    return frame["age"].to_numpy(dtype=object)


def two_sexes(frame):
    return Domains.from_categories("sex", frame["sex"])


def test_class_means_are_mixed_by_the_standard():
    """Class x: (2 + 12 + 3 + 10) / 6, class y: (4 + 1) / 2; mixed one to three."""
    found = standardised_mean(
        Y, six_people(), Domains.whole(6), classes=CLASSES, population={"x": 10, "y": 30}
    )
    assert found.estimate == pytest.approx([4.5 / 4 + 3 * 2.5 / 4])
    assert (found.n[0], found.population[0]) == (6, 8)


def test_classes_outside_the_domain_are_left_out_by_the_domain():
    only_x = Domains.from_mask("class", "x", CLASSES == "x")
    found = standardised_mean(Y, six_people(), only_x, classes=CLASSES, population={"x": 1})
    plain = mean(Y, six_people(), only_x)
    assert found.estimate == pytest.approx(plain.estimate)
    assert found.se == pytest.approx(plain.se)
    assert found.labels == only_x.labels


@settings(**LAWS)
@given(surveys())
def test_standardising_everybody_is_post_stratification(frame):
    sample, everybody = design_of(frame), Domains.whole(len(frame))
    y = frame["y"].to_numpy()
    found = standardised_mean(y, sample, everybody, classes=ages(frame), population=AGES)
    step = post_stratify(sample.weight, frame["age"], AGES).adjustment
    expected = mean(y, sample.adjusted(step), everybody)
    assert found.estimate == pytest.approx(expected.estimate)
    assert found.se == pytest.approx(expected.se)
    assert found.df == pytest.approx(expected.df)


@settings(**LAWS)
@given(surveys())
def test_the_domains_own_mix_gives_its_plain_mean(frame):
    sample, everybody = design_of(frame), Domains.whole(len(frame))
    own = frame.groupby("age")["weight"].sum().to_dict()
    y = frame["y"].to_numpy()
    found = standardised_mean(y, sample, everybody, classes=ages(frame), population=own)
    assert found.estimate == pytest.approx(mean(y, sample, everybody).estimate)


@settings(**LAWS)
@given(surveys())
def test_domains_that_differ_in_their_mix_alone_do_not_differ(frame):
    y = frame["age"].map({"mid": 3.0, "old": 8.0, "young": -1.0}).to_numpy()
    found = standardised_mean(
        y, design_of(frame), two_sexes(frame), classes=ages(frame), population=AGES
    )
    assert found.estimate == pytest.approx([(3 * 40 + 8 * 25 - 35) / 100] * 2)
    assert found.se == pytest.approx([0, 0], abs=1e-9)


@settings(**LAWS)
@given(surveys())
def test_shares_are_means_of_hits_and_their_size_counts_people(frame):
    sample, domains = design_of(frame), two_sexes(frame)
    asked = {"classes": ages(frame), "population": AGES}
    shares = standardised_mean(frame["hit"].to_numpy(), sample, domains, estimator=share, **asked)
    means = standardised_mean(frame["hit"].to_numpy(dtype=float), sample, domains, **asked)
    assert shares.measure == "share"
    assert shares.estimate == pytest.approx(means.estimate)
    assert shares.se == pytest.approx(means.se)
    p, v = shares.estimate, shares.variance
    assert shares.n_eff[v > 0] == pytest.approx((p * (1 - p) / np.where(v > 0, v, 1))[v > 0])


def test_replicates_standardise_too():
    random = np.random.default_rng(8)
    n = 600
    frame = pd.DataFrame(
        {
            "weight": random.uniform(1, 3, n),
            "stratum": np.arange(n) % 3,
            "psu": np.arange(n) % 60,
            "y": random.normal(size=n),
            "age": random.choice(list(AGES), n),
        }
    )
    sample, everybody = design_of(frame), Domains.whole(n)
    y, asked = frame["y"].to_numpy(), {"classes": ages(frame), "population": AGES}
    linearised = standardised_mean(y, sample, everybody, **asked)
    replicates = Replicates.of(sample, jkn(sample.units))
    by_replicates = partial(replicated_estimates, "mean", y, None, replicates)
    found = standardised(by_replicates, everybody, np.ones(n, dtype=bool), **asked)
    assert found.estimate == pytest.approx(linearised.estimate)
    assert found.se == pytest.approx(linearised.se, rel=0.03)


def test_a_domain_without_a_class_has_no_standardised_mean():
    domains = Domains.from_categories("stratum", pd.Series(list("aaabbb")))
    classes = np.array(list("xyxxxx"), dtype=object)
    found = standardised_mean(
        Y, six_people(), domains, classes=classes, population={"x": 1, "y": 1}
    )
    assert found.estimate[0] == pytest.approx((14 / 3 + 4) / 2)
    assert np.isnan(found.estimate[1])
    assert np.isnan(found.se[1])


def test_rows_without_a_class_or_a_value_are_outside():
    missing = np.where(np.arange(6) == 3, np.nan, Y)
    unknown = CLASSES.copy()
    unknown[3] = None
    asked = {"population": {"x": 1, "y": 1}}
    whole = Domains.whole(6)
    by_value = standardised_mean(missing, six_people(), whole, classes=CLASSES, **asked)
    by_class = standardised_mean(Y, six_people(), whole, classes=unknown, **asked)
    assert by_value.n[0] == by_class.n[0] == 5
    assert by_value.estimate == pytest.approx(by_class.estimate)
    assert by_value.se == pytest.approx(by_class.se)


@pytest.mark.parametrize(
    ("population", "fault"),
    [
        ({"x": 1}, "2 rows of the domains are in a class that it lacks"),
        ({"x": 1, "y": 0}, "people in every class, got none in y"),
        ({"x": 1, "y": np.nan}, "got none in y"),
        ({}, "expected a class, got none"),
    ],
)
def test_a_standard_that_does_not_fit_is_refused(population, fault):
    with pytest.raises(ContractError, match=fault):
        standardised_mean(Y, six_people(), Domains.whole(6), classes=CLASSES, population=population)
