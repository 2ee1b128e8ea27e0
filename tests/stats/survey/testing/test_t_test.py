import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from pipeline.errors import DesignError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean
from pipeline.stats.survey.estimation.linearised import combine
from pipeline.stats.survey.estimation.regression.design_based import regress
from pipeline.stats.survey.testing.t_test import t_test
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys

Y = np.array([3.0, 5, 4, 8, 6, 7, 9, 2])


def one_sample(y, sample, *, value=0.0):
    number = mean(y, sample, Domains.whole(len(y))).at("all", "all")
    return t_test(number, design_df=sample.df, value=value)


def two_sample(y, group, sample):
    found = mean(y, sample, Domains.from_categories("group", pd.Series(group)))
    first, second = (found.at(*label) for label in found.labels)
    return t_test(combine([second, first], [1.0, -1.0]), design_df=sample.df)


def test_one_mean_in_a_simple_sample():
    """Student's statistic, with one degree of freedom fewer than a textbook would take."""
    found = one_sample(Y, Sample.clustered(np.ones(8)), value=4.0)
    assert found.statistic == pytest.approx(stats.ttest_1samp(Y, 4.0).statistic)
    assert found.df == 6
    assert found.p_value == pytest.approx(2 * stats.t.sf(found.statistic, 6))
    reach = stats.t.ppf(0.975, 6) * Y.std(ddof=1) / np.sqrt(8)
    assert (found.ci_low, found.ci_high) == pytest.approx((5.5 - reach, 5.5 + reach))


def test_two_means_worked_by_hand():
    """Means 5 and 6 of four rows each; u = (y - mean) / 4, v = 8 / 7 sum u^2 = 8/7 * 40/16."""
    group = np.array(list("aaaabbbb"))
    found = two_sample(Y, group, Sample.clustered(np.ones(8)))
    squares = np.square(Y[:4] - 5).sum() + np.square(Y[4:] - 6).sum()
    assert found.estimate == pytest.approx(1)
    assert found.se**2 == pytest.approx(8 / 7 * squares / 16)
    assert found.df == 6


@settings(**LAWS)
@given(surveys())
def test_two_means_differ_by_the_slope_of_a_regression(frame):
    sample = design_of(frame)
    if sample.df < 2:
        return
    found = two_sample(frame["y"].to_numpy(), frame["sex"], sample)
    x = np.column_stack([np.ones(len(frame)), frame["sex"] == "m"])
    line = regress(frame["y"].to_numpy(), x, sample)
    assert found.estimate == pytest.approx(line.coefficient[1])
    assert found.se == pytest.approx(line.se[1])
    assert found.df == line.df


def test_what_does_not_vary_and_what_cannot_be_known_is_refused():
    with pytest.raises(DesignError, match="does not vary"):
        one_sample(np.full(8, 3.0), Sample.clustered(np.ones(8)))
    with pytest.raises(DesignError, match="the design has 1"):
        one_sample(Y, Sample.clustered(np.ones(8), psu=np.arange(8) % 2))
