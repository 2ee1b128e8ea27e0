"""Livingston-Lewis and Hanson-Brennan: exact beta-binomials, laws, refusals."""

import numpy as np
import pytest
from scipy.stats import beta, betabinom, binom

from pipeline.errors import ContractError
from pipeline.stats.measurement.classification.hanson_brennan import hanson_brennan, lords_k
from pipeline.stats.measurement.classification.livingston_lewis import (
    effective_test_length,
    livingston_lewis,
)
from pipeline.stats.measurement.classification.livingston_lewis_of_r import livingston_lewis_of_r
from pipeline.stats.measurement.classification.true_scores import (
    BetaTrueScores,
    fit_beta,
    true_moments,
)

ITEMS = 40
# The distribution of numbers right where true proportions are Beta(6, 4) on [0, 1].
NUMBER = np.arange(ITEMS + 1.0)
SHARE = betabinom.pmf(NUMBER, ITEMS, 6, 4)
# Of a beta-binomial: n / (n + alpha + beta).
RELIABILITY = ITEMS / (ITEMS + 10)
CUT = np.array([28.0])


def lewis(scores=NUMBER, cuts=CUT, weights=SHARE, most=ITEMS, **options):
    settings = {"reliability": RELIABILITY, "least": 0} | options
    return livingston_lewis(scores, cuts, weights=weights, most=most, **settings)


def brennan(scores=NUMBER, cuts=CUT, weights=SHARE, **options):
    settings = {"reliability": RELIABILITY, "items": ITEMS} | options
    return hanson_brennan(scores, cuts, weights=weights, **settings)


def people() -> np.ndarray:
    """20,000 people of these shares, so that n - 1 hardly matters."""
    return np.repeat(NUMBER, np.rint(SHARE * 20_000).astype(int))


def test_moments_of_a_beta_binomial_are_those_of_its_beta():
    found = true_moments(NUMBER, SHARE, length=ITEMS)
    np.testing.assert_allclose(found, [beta.moment(order, 6, 4) for order in (1, 2, 3, 4)])


@pytest.mark.parametrize(
    "shape",
    [BetaTrueScores(alpha=6, beta=4, lower=0.2, upper=0.9), BetaTrueScores(alpha=2, beta=5)],
)
def test_a_beta_is_found_again_from_its_moments(shape):
    width = shape.upper - shape.lower
    moments = np.array(
        [beta.moment(o, shape.alpha, shape.beta, shape.lower, width) for o in (1, 2, 3, 4)]
    )
    found = fit_beta(moments)
    assert (found.alpha, found.beta) == pytest.approx((shape.alpha, shape.beta), rel=1e-5)
    assert (found.lower, found.upper) == pytest.approx((shape.lower, shape.upper), abs=1e-6)


def test_bounds_outside_zero_and_one_fall_back_to_two_parameters():
    wide = np.array([beta.moment(order, 3, 3, -0.1, 1.2) for order in (1, 2, 3, 4)])
    found = fit_beta(wide)
    assert (found.lower, found.upper) == (0, 1)
    assert found.alpha / (found.alpha + found.beta) == pytest.approx(wide[0])
    assert found == fit_beta(wide, parameters=2)


def test_moments_of_no_beta_fall_back_to_two_parameters():
    # More peaked than any beta of this skewness.
    peaked = np.array([0.5, 0.26, 0.145, 0.09])
    assert fit_beta(peaked) == fit_beta(peaked, parameters=2)


def test_the_accuracy_of_a_beta_binomial_is_exact():
    proportion, share = BetaTrueScores(alpha=6, beta=4).nodes(np.array([0.7]))
    passes = binom.sf(27, ITEMS, proportion)
    exact = share @ np.where(proportion >= 0.7, passes, 1 - passes)
    scores = people()
    for found in (
        lewis(scores, weights=None, parameters=2),
        brennan(scores, weights=None, parameters=2),
    ):
        assert found.classification.accuracy == pytest.approx(exact, abs=2e-4)
        assert found.classification.observed_share[0] == pytest.approx(
            betabinom.sf(27, ITEMS, 6, 4), abs=2e-4
        )
        assert found.classification.true_share[0] == pytest.approx(beta.sf(0.7, 6, 4), abs=2e-4)


def test_shares_over_the_nodes_are_those_of_the_beta():
    proportion, share = BetaTrueScores(alpha=0.7, beta=2, lower=0.1, upper=0.8).nodes(
        np.array([0.3, 0.9])
    )
    assert share.sum() == pytest.approx(1)
    assert share @ proportion == pytest.approx(0.1 + 0.7 * 0.7 / 2.7, abs=1e-6)
    assert share[proportion >= 0.3].sum() == pytest.approx(beta.sf(2 / 7, 0.7, 2))


def test_the_effective_length_of_binomial_errors_is_the_number_of_items():
    mean, variance = betabinom.stats(ITEMS, 6, 4)
    found = effective_test_length(mean, variance, reliability=RELIABILITY, least=0, most=ITEMS)
    assert found == pytest.approx(ITEMS)
    assert lords_k(mean, variance, reliability=RELIABILITY, items=ITEMS) == pytest.approx(0)


def test_lords_k_gives_the_errors_the_variance_that_reliability_leaves():
    mean, variance = betabinom.stats(ITEMS, 6, 4)
    k = lords_k(mean, variance, reliability=0.88, items=ITEMS)
    # E t(1 - t) (n - 2k), with var(true) = .88 variance.
    spread = mean / ITEMS * (1 - mean / ITEMS) - 0.88 * variance / ITEMS**2
    assert spread * (ITEMS - 2 * k) == pytest.approx(0.12 * variance)


def test_the_unit_of_the_points_does_not_matter():
    before = lewis().classification
    after = lewis(10 + 2.5 * NUMBER, 10 + 2.5 * CUT, least=10, most=10 + 2.5 * ITEMS)
    np.testing.assert_allclose(after.classification.true_observed, before.true_observed)
    np.testing.assert_allclose(after.classification.twice, before.twice)


@pytest.mark.parametrize("method", [lewis, brennan])
def test_weights_of_zero_change_nothing_and_the_order_neither(method):
    scores, weights = np.append(NUMBER, 40.0)[::-1], np.append(SHARE, 0.0)[::-1]
    np.testing.assert_allclose(
        method(scores, weights=weights).classification.twice, method().classification.twice
    )


@pytest.mark.parametrize("method", [lewis, brennan])
def test_a_more_reliable_test_decides_better(method):
    found = [method(reliability=r).classification for r in (0.7, 0.8, 0.9)]
    assert (np.diff([one.accuracy for one in found]) > 0).all()
    assert (np.diff([one.lost_on_retest[0] for one in found]) < 0).all()


@pytest.mark.parametrize("method", [lewis, brennan])
def test_fewer_pass_when_the_cut_itself_fails(method):
    scores = people()
    both = [
        method(scores, weights=None, inclusive=reading).classification for reading in (True, False)
    ]
    assert both[0].observed_share[0] > both[1].observed_share[0]
    np.testing.assert_allclose(both[0].true_share, both[1].true_share)


@pytest.mark.parametrize("method", [lewis, brennan])
def test_several_cuts_agree_with_each_alone(method):
    several = method(cuts=np.array([20.0, 28])).classification
    np.testing.assert_allclose(
        several.at(1).true_observed, method().classification.true_observed, atol=1e-7
    )


def of_r(reliability, cut, **options):
    return livingston_lewis_of_r(
        people().astype(float), cut, reliability=reliability, least=0, most=ITEMS, **options
    )


def test_rounding_the_cut_as_r_does_lets_more_pass():
    # 61 effective items: 67.5 % are 41.2, so 42 pass; betafunctions lets 41 pass.
    ours = lewis(people(), weights=None, reliability=0.87, cuts=np.array([27.0]))
    theirs = of_r(0.87, 27.0)
    assert round(ours.effective_length) == round(theirs.effective_length) == 61
    assert theirs.true_observed[:, 1].sum() > ours.classification.observed_share[0]


def test_r_lets_the_second_test_pass_one_point_earlier_where_it_rounds_up():
    # 61 effective items: 70 % are 42.7; the first test asks for 43, the second for 42.
    found = of_r(0.87, 28.0)
    first, second = found.twice.sum(axis=1)[1], found.twice.sum(axis=0)[1]
    assert first == pytest.approx(found.true_observed[:, 1].sum())
    assert second > first


def test_r_agrees_where_the_rescaled_cut_is_whole():
    ours, theirs = lewis(people(), weights=None).classification, of_r(RELIABILITY, CUT[0])
    assert theirs.accuracy == pytest.approx(ours.accuracy, abs=1e-4)
    assert theirs.consistency == pytest.approx(ours.consistency, abs=1e-4)
    assert theirs.kappa == pytest.approx(ours.kappa, abs=1e-3)


def test_r_without_its_failsafe_keeps_bounds_outside_and_leaves_out_what_is_beyond():
    # a mixture with longer tails than a beta has: four moments ask for bounds beyond 0 and 1
    share = 0.9 * betabinom.pmf(NUMBER, ITEMS, 6, 6) + 0.1 * betabinom.pmf(NUMBER, ITEMS, 3, 3)
    scores = np.repeat(NUMBER, np.rint(share * 20_000).astype(int))
    options = {"reliability": 0.75, "least": 0, "most": ITEMS}
    kept, safe = (
        livingston_lewis_of_r(scores, 25.0, failsafe=flag, **options) for flag in (False, True)
    )
    assert kept.true_scores.lower < 0
    assert kept.true_scores.upper > 1
    assert (safe.true_scores.lower, safe.true_scores.upper) == (0, 1)
    assert kept.true_observed.sum() == pytest.approx(1)
    assert kept.twice.sum() < 1


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"reliability": 1.0}, "reliability: expected between 0 and 1"),
        ({"reliability": 0.0}, "reliability: expected between 0 and 1"),
        ({"scores": NUMBER + 1}, "scores: expected 0 to 40, got 1 outside"),
        ({"cuts": np.array([0.0])}, "cuts: expected above 0"),
        ({"cuts": np.array([41.0])}, "cuts: expected above 0"),
        ({"scores": np.full(41, 20.0)}, "some variance"),
    ],
)
@pytest.mark.parametrize("method", [lewis, brennan])
def test_scores_cuts_and_reliabilities_that_cannot_be_are_refused(method, options, fault):
    with pytest.raises(ContractError, match=fault):
        method(**options)


def test_scores_as_spread_as_coin_tosses_leave_no_effective_test():
    with pytest.raises(ContractError, match="two items or more"):
        lewis(np.array([0.0, 40]), weights=np.array([1.0, 1]), reliability=0.3)


def test_scores_that_vary_less_than_their_errors_are_refused():
    with pytest.raises(ContractError, match="variance between 0"):
        brennan(np.array([19.0, 20, 21]), weights=None, reliability=0.01, items=40, parameters=2)
