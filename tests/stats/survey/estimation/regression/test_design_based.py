import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from pipeline.errors import ContractError, LonelyPsuError
from pipeline.stats.survey.design.adjustment import Adjustment, indicators_of
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.contrasts import odds_ratio
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, share
from pipeline.stats.survey.estimation.regression.design_based import regress
from pipeline.stats.survey.estimation.regression.families import LOGIT
from pipeline.stats.survey.estimation.regression.replicated import replicated_regression
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.replicates import Replicates
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

Y = np.array([1.0, 2, 4, 8, 5, 7])


def test_an_intercept_alone_is_the_mean_with_its_error():
    found = regress(Y, np.ones((6, 1)), six_people(), names=["(Intercept)"])
    plain = mean(Y, six_people(), Domains.whole(6))
    assert found.coefficient == pytest.approx(plain.estimate)
    assert found.se == pytest.approx(plain.se)
    assert found.df == 2


def test_t_p_and_interval_worked_by_hand():
    """Rows are PSUs of equal weight: slope 2, residuals 1 -2 1 at x = -1 0 1.

    u = x r / 2 = -1/2 0 1/2, v = 3/2 * (1/4 + 1/4) = 3/4; one degree of freedom is left.
    """
    x = np.column_stack([np.ones(3), [-1.0, 0, 1]])
    found = regress(np.array([0.0, -1, 4]), x, Sample.clustered(np.ones(3)))
    assert found.coefficient[1] == pytest.approx(2)
    assert found.se[1] == pytest.approx(np.sqrt(0.75))
    assert found.df == 1
    t = 2 / np.sqrt(0.75)
    assert found.t[1] == pytest.approx(t)
    assert found.p_value[1] == pytest.approx(2 * stats.t.sf(t, 1))
    low, high = found.interval(level=0.9)
    assert high[1] - low[1] == pytest.approx(2 * stats.t.ppf(0.95, 1) * np.sqrt(0.75))


def test_without_degrees_of_freedom_there_is_an_estimate_and_no_p_value():
    x = np.column_stack([np.ones(6), Y, Y**2])
    found = regress(np.array([1.0, 0, 2, 1, 0, 3]), x, six_people())
    assert found.df == 0
    assert np.isfinite(found.se).all()
    assert np.isnan(found.p_value).all()
    assert np.isnan(found.interval(level=0.95).low).all()


@settings(**LAWS)
@given(surveys())
def test_a_logit_of_two_groups_is_their_odds_ratio(frame):
    sample, hit = design_of(frame), frame["hit"].to_numpy()
    is_male = (frame["sex"] == "m").to_numpy()
    if len(set(zip(hit, is_male, strict=True))) < 4:
        return
    x = np.column_stack([np.ones(len(frame)), is_male])
    found = regress(hit.astype(float), x, sample, names=["(Intercept)", "sexm"], family=LOGIT)
    shares = share(hit, sample, Domains.from_categories("sex", frame["sex"]))
    odds = odds_ratio(shares.at("sex", "m"), shares.at("sex", "f"), level=0.95)
    assert np.exp(found.coefficient[1]) == pytest.approx(odds.estimate)
    assert found.se[1] * odds.estimate == pytest.approx(odds.se)
    assert found.at("sexm").variance == pytest.approx(found.se[1] ** 2)


@settings(**LAWS)
@given(surveys())
def test_calibrated_weights_keep_the_variance_of_calibrated_means(frame):
    sample = design_of(frame)
    step = Adjustment(
        ratio=np.ones(len(frame)),
        auxiliaries=indicators_of([frame["age"]]),
        regression_weight=sample.weight,
    )
    y, x = frame["y"].to_numpy(), np.ones((len(frame), 1))
    found = regress(y, x, sample.adjusted(step))
    plain = mean(y, sample.adjusted(step), Domains.whole(len(frame)))
    assert found.se == pytest.approx(plain.se)


def test_a_line_over_replicates_has_the_coefficients_and_nearly_the_errors():
    random = np.random.default_rng(3)
    x = np.column_stack([np.ones(300), random.normal(size=300)])
    y = x[:, 1] + random.normal(size=300)
    sample = Sample.clustered(random.uniform(1, 3, 300), psu=np.arange(300) % 50)
    line = regress(y, x, sample)
    again = replicated_regression(y, x, Replicates.of(sample, jkn(sample.units)))
    assert again.coefficient == pytest.approx(line.coefficient)
    assert again.se == pytest.approx(line.se, rel=0.05)
    assert again.df == line.df


def test_a_replicate_without_a_solution_is_refused_as_such():
    """Only PSU 2 of stratum a holds the level."""
    x = np.column_stack([np.ones(6), np.arange(6) == 2]).astype(float)
    replicates = Replicates.of(six_people(), jkn(six_people().units))
    with pytest.raises(ContractError, match='in a replicate: column "west": 0 in every row'):
        replicated_regression(Y, x, replicates, names=["(Intercept)", "west"])


def test_missing_rows_leave_the_design_whole_and_lose_degrees_of_freedom():
    """Without row 2 the second PSU of stratum a has nobody: one PSU fewer, its total is 0."""
    y = np.where(np.arange(6) == 2, np.nan, Y)
    found = regress(y, np.ones((6, 1)), six_people())
    plain = mean(y, six_people(), Domains.whole(6))
    assert found.se == pytest.approx(plain.se)
    assert found.df == plain.df[0]


def test_lonely_psus_follow_the_rule_of_the_design():
    alone = {"stratum": np.array(list("aaabbc"), dtype=object)}
    with pytest.raises(LonelyPsuError, match="got one in"):
        regress(Y, np.ones((6, 1)), six_people(**alone)).se  # noqa: B018
    assert regress(Y, np.ones((6, 1)), six_people(lonely_psu="adjust", **alone)).se > 0


def test_coefficients_are_asked_for_by_name():
    found = regress(Y, np.ones((6, 1)), six_people(), names=["(Intercept)"])
    assert found.places(["(Intercept)"]) == [0]
    with pytest.raises(ContractError, match='no coefficient "age"'):
        found.at("age")


def test_frames_columns_serve_as_well():
    frame = pd.DataFrame({"y": Y, "x": [1.0, 0, 1, 0, 1, 0]})
    x = frame.assign(one=1.0)[["one", "x"]].to_numpy()
    assert regress(frame["y"].to_numpy(), x, six_people()).coefficient.shape == (2,)
