"""MAP and WLE: closed forms, maxima on a fine grid, extreme patterns, little bias."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.ability.point_estimates import (
    maximum_a_posteriori,
    weighted_likelihood,
)
from pipeline.stats.measurement.irt.curves import Graded, Logistic, PartialCredit

SIX = Logistic.of_difficulty(np.array([0.6, 0.8, 1, 1.2, 1.5, 2]), np.linspace(-1.5, 1.5, 6))
STEPS = np.array([[1.0, -0.5], [0.3, np.nan], [0.5, -1.0]])
SLOPES = np.array([1.2, 0.8, 1.5])
ORDERED = [Graded(slope=SLOPES, intercepts=STEPS), PartialCredit(slope=SLOPES, intercepts=STEPS)]
PATTERNS = np.array([[1, 0, 1], [2, 1, 2], [0, 0, 0], [2, -1, 0]])
FINE = np.linspace(-8, 8, 160_001)


def log_likelihood(model, pattern):
    probability = model.probabilities(FINE)
    return sum(np.log(probability[item, k]) for item, k in enumerate(pattern) if k >= 0)


def test_equal_items_have_closed_forms():
    # Ten items of slope 1 and difficulty 0, seven right. WLE of Rasch items: logit of
    # (r + 1/2) / (n + 1), as J / 2I is (1 - 2P) / 2; information n P (1 - P).
    ten = Logistic.of_difficulty(np.ones(10), np.zeros(10))
    seven = np.array([[1] * 7 + [0] * 3])
    found = weighted_likelihood(ten, seven)
    p = 7.5 / 11
    assert found.estimate[0] == pytest.approx(np.log(p / (1 - p)), abs=1e-8)
    assert found.se[0] == pytest.approx(1 / np.sqrt(10 * p * (1 - p)))


@pytest.mark.parametrize("model", ORDERED, ids=["graded", "partial credit"])
def test_the_mode_is_the_highest_point_of_the_posterior(model):
    found = maximum_a_posteriori(model, PATTERNS, mean=0.3, sd=0.9)
    for person, pattern in enumerate(PATTERNS):
        height = log_likelihood(model, pattern) - 0.5 * ((FINE - 0.3) / 0.9) ** 2
        top = int(height.argmax())
        assert found.estimate[person] == pytest.approx(FINE[top], abs=1e-4)
        bend = np.diff(height[top - 500 : top + 501 : 500], 2)[0] / (500 * (FINE[1] - FINE[0])) ** 2
        assert found.se[person] == pytest.approx(1 / np.sqrt(-bend), rel=1e-3)


@pytest.mark.parametrize("model", [SIX, ORDERED[1]], ids=["2PL", "partial credit"])
def test_where_skewness_is_the_slope_of_information_it_weights_by_its_root(model):
    # Of exponential-family items J = I', so the WLE maximises log-likelihood + log(I) / 2.
    patterns = PATTERNS if len(model.slope) == 3 else np.tril(np.ones((7, 6), dtype=np.int64), -1)
    found = weighted_likelihood(model, patterns)
    for person, pattern in enumerate(patterns):
        asked = np.flatnonzero(pattern >= 0)
        information = model.take(asked).information(FINE).sum(axis=0)
        height = log_likelihood(model, pattern) + 0.5 * np.log(information)
        assert found.estimate[person] == pytest.approx(FINE[height.argmax()], abs=1e-4)


def test_all_right_and_all_wrong_have_finite_estimates():
    extreme = np.array([[1] * 6, [0] * 6])
    for found in (weighted_likelihood(SIX, extreme), maximum_a_posteriori(SIX, extreme)):
        assert np.isfinite(found.estimate).all()
        assert np.isfinite(found.se).all()
        assert found.estimate[0] > 1 > -1 > found.estimate[1]


def test_guessing_leaves_extreme_patterns_finite():
    guessed = Logistic.of_difficulty(np.full(30, 1.3), np.linspace(-2, 2, 30), 0.2)
    found = weighted_likelihood(guessed, np.array([[1] * 30, [0] * 30]))
    assert np.isfinite(found.estimate).all()


def test_somebody_without_answers_has_the_prior_mean_but_no_weighted_likelihood():
    nothing = np.array([[-1] * 6, [1, 0, 1, 0, 1, 0]])
    modes = maximum_a_posteriori(SIX, nothing, mean=np.array([0.4, 0]), sd=0.5)
    assert modes.estimate[0] == pytest.approx(0.4)
    assert modes.se[0] == pytest.approx(0.5)
    estimates = weighted_likelihood(SIX, nothing)
    assert np.isnan(estimates.estimate).tolist() == [True, False]


def test_weighted_likelihood_has_little_bias_where_maximum_likelihood_has():
    rng = np.random.default_rng(7)
    form = Logistic.of_difficulty(rng.uniform(0.8, 1.8, 20), np.linspace(-2, 2, 20))
    for ability in (-1.5, 1.5):
        right = form.probabilities(np.array([ability]))[:, 1, 0]
        answers = (rng.random((3000, 20)) < right).astype(np.int64)
        found = weighted_likelihood(form, answers)
        # Standard error of the mean about 0.009.
        assert found.estimate.mean() == pytest.approx(ability, abs=0.04)
        assert found.estimate.std() == pytest.approx(found.se.mean(), rel=0.1)


def test_another_scale_moves_the_estimates_with_it():
    found = weighted_likelihood(SIX.rescaled(0.5, 2.0), np.array([[1, 1, 0, 1, 0, 0]]))
    before = weighted_likelihood(SIX, np.array([[1, 1, 0, 1, 0, 0]]))
    assert found.estimate[0] == pytest.approx(0.5 * before.estimate[0] + 2)
    assert found.se[0] == pytest.approx(0.5 * before.se[0])


def test_nobody_gives_no_estimates():
    nobody = np.empty((0, 6), dtype=np.int64)
    assert len(weighted_likelihood(SIX, nobody).estimate) == 0
    assert len(maximum_a_posteriori(SIX, nobody).estimate) == 0


def test_categories_that_the_items_lack_are_refused():
    with pytest.raises(ContractError, match="item 6"):
        weighted_likelihood(SIX, np.array([[0, 0, 0, 0, 0, 5]]))
