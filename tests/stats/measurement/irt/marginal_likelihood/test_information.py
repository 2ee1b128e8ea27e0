import numpy as np
import pytest

from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from pipeline.stats.measurement.irt.marginal_likelihood.expectation import expect
from pipeline.stats.measurement.irt.marginal_likelihood.information import (
    observed_information,
    person_scores,
)
from tests.stats.measurement.irt.simulated import (
    answers_of,
    graded_items,
    logistic_items,
    partial_credit_items,
)

RANDOM = np.random.default_rng(31)
N = 1200
ABILITY = RANDOM.standard_normal(N)
GROUPS = np.arange(N) % 2
X = RANDOM.standard_normal((N, 2)) * 0.5
WEIGHTS = RANDOM.lognormal(0, 0.5, N)
RIGHT_WRONG = answers_of(logistic_items(4), ABILITY, RANDOM)
GRADED = answers_of(graded_items(4), ABILITY, RANDOM)
CREDIT = answers_of(partial_credit_items(4), ABILITY, RANDOM)
HOLED = np.where(RANDOM.random(GRADED.shape) < 0.2, -1, GRADED)
JOINED = np.column_stack([RIGHT_WRONG[:, :2], HOLED[:, :2], CREDIT[:, :1]])
FITS = {
    "2pl": lambda: calibrate(RIGHT_WRONG, weights=WEIGHTS),
    "3pl": lambda: calibrate(RIGHT_WRONG, "3pl"),
    "grm, answers missing": lambda: calibrate(HOLED, "grm", weights=WEIGHTS),
    "gpcm": lambda: calibrate(CREDIT, "gpcm"),
    "rasch in groups": lambda: calibrate(CREDIT, "rasch", groups=GROUPS),
    "mixed, groups and covariates": lambda: calibrate(
        JOINED, ["2pl", "rasch", "grm", "gpcm", "rasch"], groups=GROUPS, covariates=X
    ),
    "population alone": lambda: fit_population(
        RIGHT_WRONG, logistic_items(4), groups=GROUPS, covariates=X
    ),
}


def log_posterior(fit, vector: np.ndarray) -> float:
    items, others = np.split(vector, [fit.n_item_parameters])
    log_p = fit.form.log_probabilities(items, fit.nodes)
    found = expect(fit.answers, log_p, fit.population_form.population(others), fit.nodes)
    prior = sum(block.family.log_prior(items[block.places]).sum() for block in fit.blocks)
    return found.log_likelihood + prior


@pytest.mark.parametrize("name", FITS)
def test_information_is_the_curvature_of_the_likelihood(name):
    fit = FITS[name]()
    size = len(fit.vector)
    unit = 1e-3 * np.eye(size)
    wanted = np.empty((size, size))
    for p in range(size):
        for r in range(p + 1):
            corners = [
                sign * log_posterior(fit, fit.vector + unit[p] * one + unit[r] * other)
                for one, other, sign in [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
            ]
            wanted[p, r] = wanted[r, p] = -sum(corners) / 4e-6
    found = observed_information(fit)
    assert found == pytest.approx(wanted, abs=1e-5 * np.abs(wanted).max())


@pytest.mark.parametrize("name", FITS)
def test_scores_of_persons_are_slopes_of_their_likelihood(name):
    fit = FITS[name]()
    total = np.zeros(len(fit.vector))
    for people, scores in person_scores(fit):
        total += fit.answers.weight[people] @ scores
    for block in fit.blocks:
        total[block.places] += block.family.prior_slope(fit.vector[block.places])
    step = 1e-4 * np.eye(len(fit.vector))
    slope = [
        (log_posterior(fit, fit.vector + one) - log_posterior(fit, fit.vector - one)) / 2e-4
        for one in step
    ]
    assert total == pytest.approx(np.array(slope), abs=2e-3)
    assert total == pytest.approx(np.zeros(len(total)), abs=0.01)
