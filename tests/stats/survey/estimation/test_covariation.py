import numpy as np
import pytest
from hypothesis import given, settings

from pipeline.errors import ContractError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.covariation import covariance_of, population_covariance
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic
from tests.stats.survey.survey_strategies import LAWS, design_of, surveys

PAIRS = np.array([[1.0, 2], [2, 1], [4, 6], [5, 3]])


def test_of_equal_weights_it_is_the_covariance_of_the_textbook():
    found = population_covariance(PAIRS, Sample.clustered(np.full(4, 9.0)))
    assert found.estimate == pytest.approx(np.cov(PAIRS, rowvar=False))


def test_the_error_of_a_variance_worked_by_hand():
    """Deviations -2 -1 1 2, squares times 4/3: 16/3 4/3 4/3 16/3 about 10/3, so +-2 each.

    The mean of four such numbers has the variance 16 / 3 / 4.
    """
    found = population_covariance(PAIRS[:, 0], Sample.clustered(np.ones(4)))
    assert found.estimate == pytest.approx(np.array([[10 / 3]]))
    assert found.se**2 == pytest.approx(np.array([[4 / 3]]))


def test_weights_count_like_rows_but_for_the_factor_of_n():
    weight = np.array([1.0, 2, 1, 3])
    repeated = np.repeat(PAIRS, weight.astype(int), axis=0)
    found = population_covariance(PAIRS, Sample.clustered(weight))
    assert found.estimate * 3 / 4 == pytest.approx(np.cov(repeated, rowvar=False, ddof=0))


@settings(**LAWS)
@given(surveys())
def test_a_sum_has_the_variance_of_its_parts(frame):
    sample = design_of(frame)
    y, hit = frame["y"].to_numpy(), frame["hit"].to_numpy(float)
    parts = population_covariance(np.column_stack([y, hit]), sample)
    whole = population_covariance(y + hit, sample)
    assert whole.estimate[0, 0] == pytest.approx(parts.estimate.sum())
    assert whole.se[0, 0] ** 2 == pytest.approx(parts.totals.covariance().sum())


def test_replicates_agree_with_linearisation():
    random = np.random.default_rng(8)
    y = random.normal(size=(500, 2))
    sample = Sample.clustered(random.uniform(1, 3, 500), psu=np.arange(500) % 50)
    found = population_covariance(y, sample)
    jackknifed = replicate_statistic(
        lambda weight: covariance_of(y, weight, n=500), Replicates.of(sample, jkn(sample.units))
    )
    assert jackknifed.value == pytest.approx(found.estimate.ravel())
    assert jackknifed.variance() == pytest.approx(found.se.ravel() ** 2, rel=0.1)


def test_incomplete_and_masked_rows_are_outside():
    values = np.vstack([PAIRS, [np.nan, 1.0], [7.0, 7.0]])
    found = population_covariance(values, Sample.clustered(np.ones(6)), np.arange(6) < 5)
    assert found.estimate == pytest.approx(np.cov(PAIRS, rowvar=False))
    with pytest.raises(ContractError, match="two complete rows or more, got 1"):
        population_covariance(values, Sample.clustered(np.ones(6)), np.arange(6) == 0)
