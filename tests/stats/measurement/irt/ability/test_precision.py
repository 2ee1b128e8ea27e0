"""Reliabilities: closed forms and agreement with simulated people."""

import numpy as np
import pytest

from pipeline.stats.measurement.irt.ability.point_estimates import weighted_likelihood
from pipeline.stats.measurement.irt.ability.posterior import Abilities, expected_a_posteriori
from pipeline.stats.measurement.irt.ability.precision import (
    estimate_reliability,
    marginal_reliability,
    posterior_reliability,
)
from pipeline.stats.measurement.irt.curves import Logistic

RNG = np.random.default_rng(11)
FORM = Logistic.of_difficulty(RNG.uniform(0.8, 1.6, 40), RNG.normal(size=40))
ABILITY = RNG.normal(size=4000)
ANSWERS = (RNG.random((4000, 40)) < FORM.probabilities(ABILITY)[:, 1].T).astype(np.int64)
GIVEN = Abilities(np.array([-1.0, 0.0, 1.0, np.nan]), np.array([0.5, 0.5, 0.5, np.nan]))


def test_by_hand():
    # Three people, variance 1 and error .25; the fourth answered nothing.
    assert posterior_reliability(GIVEN) == pytest.approx(1 / 1.25)
    assert estimate_reliability(GIVEN) == pytest.approx(0.75)


def test_weights_of_zero_change_nothing_and_repeated_people_equal_weights():
    few = Abilities(np.array([-1.0, 0.0, 1.0, 9.0]), np.array([0.5, 0.4, 0.5, 3.0]))
    counted = Abilities(few.estimate[:3], few.se[:3])
    weights = np.array([2.0, 2.0, 2.0, 0.0])
    assert posterior_reliability(few, weights=weights) == pytest.approx(
        posterior_reliability(counted)
    )


def test_the_three_coefficients_agree_on_a_long_test_with_the_squared_correlation():
    squared = np.corrcoef(expected_a_posteriori(FORM, ANSWERS).estimate, ABILITY)[0, 1] ** 2
    found = [
        marginal_reliability(FORM),
        posterior_reliability(expected_a_posteriori(FORM, ANSWERS)),
        estimate_reliability(weighted_likelihood(FORM, ANSWERS)),
    ]
    np.testing.assert_allclose(found, squared, atol=0.02)


def test_a_more_varied_population_is_measured_more_reliably():
    assert marginal_reliability(FORM, sd=1.5) > marginal_reliability(FORM)
    assert marginal_reliability(FORM.rescaled(0.5, 0.5), mean=0.5, sd=0.5) == pytest.approx(
        marginal_reliability(FORM), abs=1e-3
    )
