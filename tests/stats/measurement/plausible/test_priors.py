"""Priors drawn with the error of the conditioning model."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.calibration import fit_population
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.irt.item_errors import likelihood_errors
from pipeline.stats.measurement.plausible.priors import drawn_priors
from pipeline.stats.streams import stream

ITEMS = Logistic.of_difficulty(np.full(15, 1.2), np.linspace(-2, 2, 15))


def fitted(n=600, seed=3):
    random = np.random.default_rng(seed)
    covariate = np.arange(n) % 2
    ability = 0.3 + 0.6 * covariate + 0.9 * random.normal(size=n)
    right = random.random((n, 15)) < expit(np.outer(ability, ITEMS.slope) + ITEMS.intercept)
    return fit_population(
        right.astype(np.int64), ITEMS, covariates=covariate[:, None].astype(float)
    )


CALIBRATED = fitted()
ERRORS = likelihood_errors(CALIBRATED)


def test_priors_vary_as_their_covariance_says():
    means, sds = drawn_priors(CALIBRATED, ERRORS, random=stream("priors"), draws=20_000)
    assert means.shape == sds.shape == (20_000, 600)
    mean, coefficient = CALIBRATED.population.means[0], CALIBRATED.population.coefficient[0]
    assert means[:, :2].mean(axis=0) == pytest.approx([mean, mean + coefficient], abs=0.005)
    gradient = np.array([[1.0, 0, 0], [1, 1, 0]])
    assert np.cov(means[:, :2].T) == pytest.approx(ERRORS.of_functions(gradient), rel=0.1, abs=2e-4)
    assert np.log(sds[:, 0]).std() == pytest.approx(ERRORS.se[-1], rel=0.05)


def test_people_alike_share_their_prior():
    means, sds = drawn_priors(CALIBRATED, ERRORS, random=stream("priors"), draws=4)
    np.testing.assert_array_equal(means[:, 0], means[:, 2])
    np.testing.assert_array_equal(sds[:, 0], sds[:, 1])


def test_a_model_known_exactly_gives_one_prior():
    known = replace(ERRORS, covariance=np.zeros((3, 3)))
    means, sds = drawn_priors(CALIBRATED, known, random=stream("priors"), draws=3)
    assert np.ptp(means, axis=0).max() == 0
    assert sds == pytest.approx(CALIBRATED.population.sds[0])


@pytest.mark.parametrize(
    ("errors", "fault"),
    [
        (replace(ERRORS, covariance=-np.eye(3)), "negative variances"),
        (replace(ERRORS, parameters=ERRORS.parameters[:2]), "those of another"),
    ],
)
def test_errors_that_do_not_belong_are_refused(errors, fault):
    with pytest.raises(ContractError, match=fault):
        drawn_priors(CALIBRATED, errors, random=stream("priors"))
