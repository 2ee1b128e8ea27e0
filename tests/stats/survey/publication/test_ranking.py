import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.survey.publication.ranking import rank
from tests.stats.survey.survey_strategies import LAWS

FAR_APART = np.array([0.10, 0.30, 0.20])
COVARIANCE = np.diag([1e-4, 1e-4, 1e-4])


def ranked(estimate, covariance, df=60, seed=1, **options):
    random = np.random.default_rng(seed)
    return rank(np.asarray(estimate, float), np.asarray(covariance), df, random=random, **options)


@st.composite
def uncertain_domains(draw):
    k = draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 999)))
    root = random.normal(size=(k, draw(st.integers(1, 6)))) * draw(st.sampled_from([0.01, 0.2]))
    return random.uniform(0, 1, k), root @ root.T


def test_domains_that_all_differ_have_exact_ranks():
    """Gaps of 0.10 against standard errors of sqrt(2) 0.01: t = 7.07."""
    found = ranked(FAR_APART, COVARIANCE)
    assert found.order.tolist() == [1, 2, 0]
    assert found.rank_low.tolist() == found.rank_high.tolist() == [3, 1, 2]
    assert found.may_rank
    assert found.highest == pytest.approx([0, 1, 0], abs=1e-3)


def test_p_values_are_raised_step_by_step_as_holm_does():
    """Three pairs: the smallest p is tripled, the next doubled, the largest kept."""
    found = ranked([0.0, 1.0, 2.5], np.eye(3) / 2, df=10)
    p = 2 * stats.t.sf([2.5, 1.5, 1.0], 10)
    assert found.p_value[0, 2] == pytest.approx(3 * p[0])
    assert found.p_value[1, 2] == pytest.approx(2 * p[1])
    assert found.p_value[0, 1] == pytest.approx(max(2 * p[1], p[2]))
    assert np.diagonal(found.p_value).tolist() == [1, 1, 1]


def test_a_domain_that_differs_from_no_neighbour_keeps_all_the_ranks_between():
    found = ranked([0.10, 0.12, 0.30], np.diag([4e-4, 4e-4, 4e-4]))
    assert found.rank_low.tolist() == [2, 2, 1]
    assert found.rank_high.tolist() == [3, 3, 1]
    assert not found.may_rank


def test_common_error_does_not_blur_ranks():
    """Two domains that share all their error differ surely, though each is uncertain."""
    found = ranked([0.10, 0.12], np.full((2, 2), 0.01))
    assert found.may_rank
    assert found.highest.tolist() == [0, 1]


def test_probability_of_being_higher_is_that_of_the_t_distribution():
    found = ranked([0.10, 0.12], np.diag([2e-4, 2e-4]), df=5, draws=200_000)
    assert found.highest[1] == pytest.approx(stats.t.cdf(0.02 / 0.02, 5), abs=0.004)


def test_equal_domains_without_error_share_the_ranks():
    found = ranked([0.0, 0.0], np.zeros((2, 2)))
    assert found.highest == pytest.approx([0.5, 0.5], abs=0.03)
    assert not found.may_rank


def test_without_degrees_of_freedom_nothing_differs():
    found = ranked(FAR_APART, COVARIANCE, df=0)
    assert not found.differs.any()
    assert (found.rank_low.tolist(), found.rank_high.tolist()) == ([1] * 3, [3] * 3)
    assert np.isnan(found.probability).all()
    assert not found.may_rank


def test_the_seed_decides_the_draws():
    once, again = ranked([0.1, 0.11], COVARIANCE[:2, :2]), ranked([0.1, 0.11], COVARIANCE[:2, :2])
    other = ranked([0.1, 0.11], COVARIANCE[:2, :2], seed=2)
    assert once.probability.tolist() == again.probability.tolist()
    assert once.probability.tolist() != other.probability.tolist()


@settings(**LAWS)
@given(uncertain_domains())
def test_ranks_enclose_the_order_and_probabilities_add_up(domains):
    found = ranked(*domains, df=12, draws=200)
    place = np.argsort(found.order) + 1
    assert ((found.rank_low <= place) & (place <= found.rank_high)).all()
    assert found.probability.sum(axis=0) == pytest.approx(1)
    assert found.probability.sum(axis=1) == pytest.approx(1)


@settings(**LAWS)
@given(uncertain_domains(), st.floats(0.01, 1e6))
def test_the_unit_of_the_estimates_changes_no_rank(domains, unit):
    estimate, covariance = domains
    found = ranked(estimate, covariance, draws=200)
    scaled = ranked(estimate * unit, covariance * unit**2, draws=200)
    assert scaled.p_value == pytest.approx(found.p_value, rel=1e-6, abs=1e-12)
    assert scaled.order.tolist() == found.order.tolist()


def test_bounds_hold_the_true_ranks_as_often_as_promised():
    random = np.random.default_rng(7)
    truth = np.array([0.30, 0.29, 0.25, 0.20, 0.20])
    covariance = np.diag([4e-4] * 5)
    best, worst = np.array([1, 2, 3, 4, 4]), np.array([1, 2, 3, 5, 5])
    held = 0
    for _ in range(300):
        seen = random.multivariate_normal(truth, covariance)
        found = rank(seen, covariance, np.inf, random=random, draws=1)
        held += bool(((found.rank_low <= best) & (worst <= found.rank_high)).all())
    assert held / 300 >= 0.93


@pytest.mark.parametrize(
    ("estimate", "covariance", "fault"),
    [
        ([0.1, np.nan], np.eye(2), "got none for 1"),
        ([0.1, 0.2], np.eye(3), "covariance per pair of 2"),
        ([], np.zeros((0, 0)), "covariance per pair of 0"),
    ],
)
def test_what_cannot_be_ranked_is_refused(estimate, covariance, fault):
    with pytest.raises(ContractError, match=fault):
        ranked(estimate, covariance)
