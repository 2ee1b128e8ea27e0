"""Posteriors: known answers without data, fine integrals, and laws."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.ability.nodes import split_nodes
from pipeline.stats.measurement.irt.ability.posterior import (
    expected_a_posteriori,
    log_marginal_likelihoods,
    posterior_blocks,
    probability_above,
)
from pipeline.stats.measurement.irt.curves import Graded, Logistic

SIX = Logistic.of_difficulty(np.array([0.6, 0.8, 1, 1.2, 1.5, 2]), np.linspace(-1.5, 1.5, 6), 0.1)
MIXED = Graded(slope=np.array([1.2, 0.8]), intercepts=np.array([[1.0, -0.5], [0.3, np.nan]]))
ANSWERS = np.array([[1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1], [-1, 1, -1, 0, 1, -1]])


def integral(pattern, power=0, low=-9.0, mean=0.0, sd=1.0):
    def integrand(t):
        p = SIX.probabilities(np.array([t]))[:, 1, 0]
        chosen = [p[j] if y else 1 - p[j] for j, y in enumerate(pattern) if y >= 0]
        return np.prod(chosen) * t**power * norm.pdf(t, mean, sd)

    return quad(integrand, low, 9, epsabs=1e-13, epsrel=1e-11, limit=200)[0]


def test_posterior_means_and_deviations_equal_integrals():
    found = expected_a_posteriori(SIX, ANSWERS)
    for person, pattern in enumerate(ANSWERS):
        total = integral(pattern)
        mean = integral(pattern, 1) / total
        assert found.estimate[person] == pytest.approx(mean, abs=1e-6)
        sd = np.sqrt(integral(pattern, 2) / total - mean**2)
        assert found.se[person] == pytest.approx(sd, abs=1e-6)


@pytest.mark.parametrize("cut", [-1.03, 0.0, 0.77])
def test_probability_above_a_cut_equals_the_integral_wherever_the_cut_is(cut):
    found = probability_above(SIX, ANSWERS, np.array([cut]))[:, 0]
    exact = [integral(pattern, low=cut) / integral(pattern) for pattern in ANSWERS]
    np.testing.assert_allclose(found, exact, atol=1e-7)


def test_log_marginal_likelihood_equals_the_integral_under_each_persons_prior():
    found = log_marginal_likelihoods(
        SIX, ANSWERS, mean=np.array([0, 1, -1.0]), sd=np.array([1, 0.7, 0.9])
    )
    priors = [(0, 1), (1, 0.7), (-1, 0.9)]
    exact = [
        np.log(integral(pattern, mean=mean, sd=sd))
        for pattern, (mean, sd) in zip(ANSWERS, priors, strict=True)
    ]
    np.testing.assert_allclose(found, exact, atol=1e-6)


def test_somebody_without_answers_keeps_the_prior():
    nothing = np.full((1, 6), -1)
    found = expected_a_posteriori(SIX, nothing, mean=0.5, sd=0.8)
    assert found.estimate[0] == pytest.approx(0.5, abs=1e-6)
    assert found.se[0] == pytest.approx(0.8, abs=1e-6)
    assert probability_above(SIX, nothing, np.array([0.5]), mean=0.5)[0, 0] == pytest.approx(
        0.5, abs=1e-6
    )


def test_a_missing_answer_is_as_if_the_item_were_not_there():
    pattern = np.array([[1, -1, 0, 1, -1, 0]])
    asked = np.array([0, 2, 3, 5])
    np.testing.assert_allclose(
        expected_a_posteriori(SIX, pattern).estimate,
        expected_a_posteriori(SIX.take(asked), pattern[:, asked]).estimate,
    )


def test_more_right_answers_never_lower_the_estimate():
    rising = np.tril(np.ones((7, 6), dtype=np.int64), -1)
    assert (np.diff(expected_a_posteriori(SIX, rising).estimate) > 0).all()


def test_mean_posterior_over_all_patterns_is_the_prior():
    # Marginal probabilities of all patterns sum to one and average the posteriors to the prior.
    patterns = np.array([[first, second] for first in range(3) for second in range(2)])
    chance = np.exp(log_marginal_likelihoods(MIXED, patterns))
    assert chance.sum() == pytest.approx(1)
    assert chance @ expected_a_posteriori(MIXED, patterns).estimate == pytest.approx(0, abs=1e-9)
    above = probability_above(MIXED, patterns, np.array([1.0]))[:, 0]
    assert chance @ above == pytest.approx(norm.sf(1), abs=1e-6)


def test_blocks_cover_everybody_once_and_agree_with_one_at_a_time():
    people = np.tile(ANSWERS, (3000, 1))
    blocks = list(posterior_blocks(SIX, people))
    assert len(blocks) > 1
    assert sum(len(block.share) for block in blocks) == len(people)
    last = blocks[-1]
    single = next(posterior_blocks(SIX, people[-1:]))
    np.testing.assert_allclose(last.share[-1], single.share[0])


def test_the_order_of_people_and_items_does_not_matter():
    order, items = np.array([2, 0, 1]), np.array([5, 3, 1, 0, 2, 4])
    found = expected_a_posteriori(SIX.take(items), ANSWERS[order][:, items])
    np.testing.assert_allclose(found.estimate, expected_a_posteriori(SIX, ANSWERS).estimate[order])


@pytest.mark.parametrize(
    ("responses", "fault"),
    [
        (np.array([[2, 0, 0, 0, 0, 0]]), "item 1: expected -1"),
        (np.array([[0, -3, 0, 0, 0, 0]]), "item 2: expected -1"),
        (np.zeros((1, 5), dtype=int), "people x 6 items"),
        (np.zeros((1, 6)), "whole categories"),
    ],
)
def test_responses_that_the_items_cannot_have_are_refused(responses, fault):
    with pytest.raises(ContractError, match=fault):
        expected_a_posteriori(SIX, responses)


def test_a_category_that_only_other_items_have_is_refused():
    with pytest.raises(ContractError, match=r"item 2: expected -1 .missing. or 0 to 1, got 1"):
        expected_a_posteriori(MIXED, np.array([[2, 2]]))


@pytest.mark.parametrize(
    ("prior", "fault"),
    [
        ({"sd": 0.0}, "above zero"),
        ({"mean": np.nan}, "finite means"),
        ({"mean": np.zeros(2)}, "expected one or 3"),
        ({"mean": 7.0}, "between the nodes"),
    ],
)
def test_priors_that_are_none_are_refused(prior, fault):
    with pytest.raises(ContractError, match=fault):
        expected_a_posteriori(SIX, ANSWERS, **prior)


def test_split_nodes_integrate_a_normal_share_exactly():
    cuts = np.array([-0.4, 1.126])
    nodes = split_nodes(cuts)
    for cut in cuts:
        share = nodes.population()[nodes.ability >= cut].sum()
        assert share == pytest.approx(norm.sf(cut), abs=1e-8)


def test_cuts_outside_the_nodes_are_refused():
    with pytest.raises(ContractError, match="expected between -6 and 6"):
        split_nodes(np.array([6.5]))
