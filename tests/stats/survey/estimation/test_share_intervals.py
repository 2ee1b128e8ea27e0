from typing import get_args

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.errors import ConfigError, ContractError
from pipeline.stats.survey.estimation.intervals_of_r import Fit
from pipeline.stats.survey.estimation.share_intervals import ShareMethod, share_interval
from tests.stats.survey.survey_strategies import LAWS

METHODS = get_args(ShareMethod)
BOUNDED = [method for method in METHODS if method != "wald"]
Z = stats.norm.ppf(0.975)


def interval(method, share, se, df=30, n=100, level=0.95, **options):
    arrays = [np.array([value], dtype=float) for value in (share, se, df)]
    low, high = share_interval(method, *arrays, n=np.array([n], float), level=level, **options)
    return float(low[0]), float(high[0])


def simple_se(share, n):
    return np.sqrt(share * (1 - share) / n)


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (1, 40), (13, 60), (60, 60)])
@pytest.mark.parametrize("method", ["korn_graubard", "beta"])
def test_in_a_simple_sample_the_interval_is_the_exact_binomial_one(method, hits, n):
    exact = stats.binomtest(hits, n).proportion_ci(method="exact")
    found = interval(method, hits / n, simple_se(hits / n, n), df=n - 1, n=n)
    assert found == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (13, 60), (60, 60)])
def test_with_many_degrees_of_freedom_wilson_is_the_score_interval(hits, n):
    score = stats.binomtest(hits, n).proportion_ci(method="wilson")
    found = interval("wilson", hits / n, simple_se(hits / n, n), df=1e9, n=n)
    assert found == pytest.approx((score.low, score.high))


def test_wald_adds_and_takes_t_standard_errors():
    assert interval("wald", 0.3, 0.02, df=30) == pytest.approx((0.259154, 0.340846), abs=1e-6)


def test_logit_is_symmetric_in_the_log_odds():
    """At p = 1 / 2 the log odds are 0 and their error is 4 se."""
    reach = stats.t.ppf(0.975, 30) * 4 * 0.03
    expected = 1 / (1 + np.exp(reach)), 1 / (1 + np.exp(-reach))
    assert interval("logit", 0.5, 0.03) == pytest.approx(expected)


def test_arcsine_is_symmetric_in_the_angle():
    """p = 1 / 2 lies at 45 degrees; the error of the angle is se there."""
    reach = stats.t.ppf(0.975, 30) * 0.03
    expected = np.sin(np.pi / 4 - reach) ** 2, np.sin(np.pi / 4 + reach) ** 2
    assert interval("arcsine", 0.5, 0.03) == pytest.approx(expected)
    assert interval("r_asin", 0.5, 0.03) == pytest.approx(expected)


@pytest.mark.parametrize(("share", "n_eff"), [(0.02, 80), (0.4, 30), (0.97, 500)])
def test_likelihood_bounds_are_where_the_deviance_reaches_t_squared(share, n_eff):
    found = interval("likelihood", share, simple_se(share, n_eff), df=12)
    hits = n_eff * np.array([share, 1 - share])
    for bound in found:
        deviance = 2 * hits @ np.log([share / bound, (1 - share) / (1 - bound)])
        assert deviance == pytest.approx(stats.t.ppf(0.975, 12) ** 2)


@pytest.mark.parametrize(
    ("method", "upper"),
    [
        ("korn_graubard", 1 - 0.025 ** (1 / 50)),
        ("beta", 1 - 0.025 ** (1 / 50)),
        ("wilson", Z**2 / (50 + Z**2)),
        ("logit", Z**2 / (50 + Z**2)),
        ("wald", Z**2 / (50 + Z**2)),
        ("arcsine", np.sin(Z / (2 * np.sqrt(50))) ** 2),
        ("likelihood", 1 - np.exp(-(Z**2) / 100)),
        ("r_likelihood", 1 - np.exp(-(Z**2) / 100)),
    ],
)
def test_a_share_of_nobody_is_bounded_by_the_people_asked(method, upper):
    assert interval(method, 0, 0, df=1e9, n=50) == pytest.approx((0, upper))
    assert interval(method, 1, 0, df=1e9, n=50) == pytest.approx((1 - upper, 1))


def test_only_the_published_form_claims_no_more_people_than_were_asked():
    """A design effect below 1: the effective size of 400 is cut at the 100 asked."""
    se = simple_se(0.3, 400)
    cut, uncut = interval("korn_graubard", 0.3, se, df=99), interval("beta", 0.3, se, df=99)
    assert cut == pytest.approx(interval("beta", 0.3, simple_se(0.3, 100), df=99))
    assert uncut[1] - uncut[0] < 0.6 * (cut[1] - cut[0])


def test_few_degrees_of_freedom_shrink_the_effective_size():
    """n_eff (t(99) / t(4))^2 of 100 people is 51.1."""
    n_star = 100 * (stats.t.ppf(0.975, 99) / stats.t.ppf(0.975, 4)) ** 2
    high = stats.beta.isf(0.025, 0.3 * n_star + 1, 0.7 * n_star)
    assert n_star == pytest.approx(51.1, abs=0.1)
    assert interval("korn_graubard", 0.3, simple_se(0.3, 100), df=4)[1] == pytest.approx(high)


def test_log_odds_without_a_finite_error_leave_everything_open():
    found = interval("logit", 0.02, 0.02, logit_se=np.array([np.inf]))
    assert found == (0, 1)


def test_log_odds_with_their_own_error_replace_the_delta_method():
    """An error of 0.1 / (p (1 - p)) is what the delta method finds."""
    own = interval("logit", 0.2, 0.5, logit_se=np.array([0.1 / 0.16]))
    assert own == pytest.approx(interval("logit", 0.2, 0.1))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.8])
def test_the_spline_of_r_stays_near_the_likelihood(share):
    se = simple_se(share, 60)
    exact, spline = interval("likelihood", share, se), interval("r_likelihood", share, se)
    assert spline == pytest.approx(exact, rel=0.05)
    assert spline != pytest.approx(exact, rel=1e-9)


def test_a_fit_of_equal_weights_is_the_plain_one():
    fit = Fit.of(np.arange(50) < 13, np.full(50, 7.0))
    plain = Fit.plain(0.26, 50)
    assert (fit.people, fit.rows) == (plain.people, plain.rows)
    assert fit.first_logit == pytest.approx(plain.first_logit)


def test_the_sine_of_r_turns_back_where_ours_stops():
    """Angle 0.1 less 0.3: ours ends at 0, R's at sin(0.2)^2, cut to the share."""
    share = np.sin(0.1) ** 2
    se = 0.3 / stats.t.ppf(0.975, 30) * 2 * np.sqrt(share * (1 - share))
    assert interval("arcsine", share, se)[0] == 0
    assert interval("r_asin", share, se)[0] == pytest.approx(share)


@pytest.mark.parametrize("method", METHODS)
def test_without_degrees_of_freedom_or_people_there_is_no_interval(method):
    assert np.isnan(interval(method, 0.3, 0.05, df=0)).all()
    assert np.isnan(interval(method, np.nan, 0.0, n=0)).all()


@pytest.mark.parametrize("method", METHODS)
def test_one_person_has_an_interval_too(method):
    low, high = interval(method, 0.5, 0.2, df=3, n=1)
    assert low < 0.5 < high


@settings(**LAWS)
@given(
    st.sampled_from(BOUNDED),
    st.floats(1e-9, 1 - 1e-9) | st.sampled_from([0.0, 1.0]),
    st.floats(0.001, 0.3),
    st.integers(1, 60),
)
@example("r_likelihood", 0.5, 0.25, 1)
def test_intervals_hold_the_share_between_zero_and_one(method, share, se, df):
    low, high = interval(method, share, se, df=df)
    assert 0 <= low <= share <= high <= 1


@settings(**LAWS)
@given(
    st.sampled_from([method for method in METHODS if method != "r_likelihood"]),
    st.floats(0.01, 0.99),
    st.floats(0.001, 0.2),
    st.integers(2, 60),
)
def test_the_interval_of_the_rest_is_the_mirror_image(method, share, se, df):
    low, high = interval(method, share, se, df=df)
    assert interval(method, 1 - share, se, df=df) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@settings(**LAWS)
@given(
    st.sampled_from([method for method in METHODS if method not in ("r_likelihood", "r_asin")]),
    st.floats(0.01, 0.99),
    st.floats(0.005, 0.1),
)
def test_more_confidence_takes_a_wider_interval(method, share, se):
    narrow, wide = (interval(method, share, se, level=level) for level in (0.9, 0.99))
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


@pytest.mark.parametrize(
    ("method", "options", "fault"),
    [
        ("agresti", {}, "expected one of wald, logit"),
        ("wald", {"level": 95}, "level: expected between 0 and 1, got 95"),
        ("wilson", {"logit_se": np.array([0.1])}, "'wilson' does not use it"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(method, options, fault):
    with pytest.raises(ConfigError, match=fault):
        interval(method, 0.3, 0.05, **options)


def test_all_faults_of_the_numbers_are_told_at_once():
    with pytest.raises(ContractError, match="share: expected 0 to 1") as refused:
        interval("wilson", 1.2, -0.1)
    assert len(refused.value.faults) == 2


def test_columns_of_different_length_are_refused():
    with pytest.raises(ContractError, match="expected one length"):
        share_interval("wald", np.ones(2), np.ones(2), np.ones(3), n=np.ones(2), level=0.95)
