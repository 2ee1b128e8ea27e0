import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from scipy import special

from pipeline.errors import ContractError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share
from pipeline.stats.survey.estimation.regression.design_based import linearised, regress
from pipeline.stats.survey.estimation.regression.families import GAUSSIAN, LOGIT
from pipeline.stats.survey.estimation.regression.fitting import fit
from pipeline.stats.survey.estimation.regression.prediction import (
    predict,
    predictive_margins,
    pseudo_r2,
)
from pipeline.stats.survey.estimation.regression.replicated import replicated_regression
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

Y = np.array([1.0, 0, 1, 1, 0, 1])
X = np.column_stack([np.ones(6), [0.0, 1, 2, 3, 4, 5]])


def test_a_prediction_is_a_combination_of_coefficients():
    found = regress(Y, X, six_people())
    predicted = predict(found, np.array([[1.0, 0.0], [1.0, 10.0]]))
    assert predicted.estimate[0] == pytest.approx(found.coefficient[0])
    assert predicted.se[0] == pytest.approx(found.se[0])
    v = found.covariance
    assert predicted.se[1] ** 2 == pytest.approx(v[0, 0] + 20 * v[0, 1] + 100 * v[1, 1])


def test_on_the_response_scale_the_error_follows_the_slope():
    found = regress(Y, X, six_people(), family=LOGIT)
    rows = np.array([[1.0, 2.0], [1.0, 4.0]])
    link, response = predict(found, rows), predict(found, rows, scale="response")
    p = special.expit(link.estimate)
    assert response.estimate == pytest.approx(p)
    assert response.se == pytest.approx(p * (1 - p) * link.se)


def test_columns_that_do_not_fit_the_model_are_refused_with_its_names():
    found = regress(Y, X, six_people(), names=["(Intercept)", "age"])
    with pytest.raises(ContractError, match=r"\(m, 2\): \(Intercept\), age, got \(1, 3\)"):
        predict(found, np.ones((1, 3)))


@settings(**LAWS)
@given(surveys())
def test_margins_of_a_model_of_groups_alone_are_their_shares(frame):
    sample, hit = design_of(frame), frame["hit"].to_numpy()
    is_male = (frame["sex"] == "m").to_numpy()
    if len(set(zip(hit, is_male, strict=True))) < 4:
        return
    ones = np.ones(len(frame))
    found = fit(hit.astype(float), np.column_stack([ones, is_male]), sample.weight, family=LOGIT)
    scenarios = [np.column_stack([ones, 0 * ones]), np.column_stack([ones, ones])]
    margins = predictive_margins(found, linearised(found, sample), scenarios, sample)
    plain = share(hit, sample, Domains.from_categories("sex", frame["sex"]))
    assert margins.estimate == pytest.approx(plain.estimate)
    assert margins.covariance == pytest.approx(plain.covariance(), abs=1e-12)


def test_margins_of_a_line_differ_by_its_coefficient_with_its_error():
    group = np.array([0.0, 1, 0, 1, 1, 0])
    x = np.column_stack([X, group])
    found, sample = fit(Y, x, six_people().weight), six_people()
    line = linearised(found, sample)
    scenarios = [np.column_stack([X, np.full(6, level)]) for level in (0.0, 1.0)]
    margins = predictive_margins(found, line, scenarios, sample)
    assert margins.estimate[1] - margins.estimate[0] == pytest.approx(line.coefficient[2])
    v = margins.covariance
    assert v[0, 0] + v[1, 1] - 2 * v[0, 1] == pytest.approx(line.se[2] ** 2)


def test_margins_over_replicates_are_nearly_the_same():
    random = np.random.default_rng(6)
    x = np.column_stack([np.ones(400), random.normal(size=400), random.integers(0, 2, 400)])
    y = (random.random(400) < special.expit(x @ [-1, 0.5, 1])).astype(float)
    sample = Sample.clustered(random.uniform(1, 3, 400), psu=np.arange(400) % 50)
    replicates = Replicates.of(sample, jkn(sample.units))
    found = fit(y, x, sample.weight, family=LOGIT)
    scenarios = [np.column_stack([x[:, :2], np.full(400, level)]) for level in (0.0, 1.0)]
    linear = predictive_margins(found, linearised(found, sample), scenarios, sample)
    again = replicated_regression(y, x, replicates, family=LOGIT)
    over_replicates = predictive_margins(found, again, scenarios, replicates)
    assert over_replicates.estimate == pytest.approx(linear.estimate)
    assert over_replicates.se == pytest.approx(linear.se, rel=0.05)


def test_pseudo_r2_is_that_of_likelihoods_when_weights_are_equal():
    plain = sm.GLM(Y, X, family=sm.families.Binomial()).fit()
    found = pseudo_r2(fit(Y, X, np.full(6, 3.0), family=LOGIT))
    assert found.cox_snell == pytest.approx(plain.pseudo_rsquared(kind="cs"))
    greatest = 1 - np.exp(2 * plain.llnull / 6)
    assert found.nagelkerke == pytest.approx(found.cox_snell / greatest)


def test_pseudo_r2_of_a_line_is_refused():
    with pytest.raises(ContractError, match="counts or shares"):
        pseudo_r2(fit(Y, X, np.ones(6), family=GAUSSIAN))
