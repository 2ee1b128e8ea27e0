"""Scores and information of the population's parameters: means, coefficients, logs of sds.

With mu and s a person's mean and sd and x their predictors, the score of the means and
coefficients at a known ability is x (ability - mu) / s^2, that of log s is
(ability - mu)^2 / s^2 - 1.
"""

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated


def population_scores(fitted: Calibrated, people: slice, posterior: FloatArray) -> FloatArray:
    """(b, R) scores of persons, from their (b, Q) posteriors."""
    x, is_in, mean, variance = _of_people(fitted, people)
    first, second = posterior @ fitted.nodes, posterior @ fitted.nodes**2
    spread = second - 2 * mean * first + mean**2
    return np.concatenate(
        [x * ((first - mean) / variance)[:, None], is_in * (spread / variance - 1)[:, None]],
        axis=1,
    )


def population_columns(fitted: Calibrated, people: slice) -> FloatArray:
    """(2 M + 3 S, b) columns whose sums with `population_maps` are the scores."""
    x, is_in, mean, variance = _of_people(fitted, people)
    by = (1 / variance)[:, None]
    mu = mean[:, None]
    parts = [x * by, x * mu * by, is_in * by, is_in * mu * by, is_in * (mu**2 * by - 1)]
    return np.concatenate(parts, axis=1).T


def population_maps(fitted: Calibrated) -> FloatArray:
    """(Q, 2 M + 3 S, M + S) what each column adds to each score at each node."""
    form, nodes = fitted.population_form, fitted.nodes
    n_sds = int(form.free_sd.sum())
    n_means = form.size - n_sds
    maps = np.zeros((len(nodes), 2 * n_means + 3 * n_sds, form.size))
    m, s = np.arange(n_means), np.arange(n_sds)
    maps[:, m, m] = nodes[:, None]
    maps[:, n_means + m, m] = -1
    for power, factor in enumerate([nodes**2, -2 * nodes, np.ones(len(nodes))]):
        maps[:, 2 * n_means + power * n_sds + s, n_means + s] = factor[:, None]
    return maps


def complete_information(fitted: Calibrated) -> FloatArray:
    """(R, R) expected minus second derivatives, were abilities known."""
    x, is_in, mean, variance = _of_people(fitted, slice(None))
    weight, expected = fitted.answers.weight, fitted.expected
    by = (weight / variance)[:, None]
    off = (expected.mean - mean)[:, None]
    spread = (expected.square - 2 * mean * expected.mean + mean**2)[:, None]
    crossed = 2 * x.T @ (is_in * off * by)
    of_sds = np.diag(2 * (is_in * spread * by).sum(axis=0))
    return np.block([[x.T @ (x * by), crossed], [crossed.T, of_sds]])


def _of_people(
    fitted: Calibrated, people: slice
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Predictors (b, M), ones for groups with a free sd (b, S), means (b,), variances (b,)."""
    form, population = fitted.population_form, fitted.population
    group, covariates = fitted.answers.group[people], fitted.answers.covariates[people]
    is_in = (group[:, None] == np.flatnonzero(form.free_sd)).astype(np.float64)
    mean = population.mean_of(group, covariates)
    return form.predictors(group, covariates), is_in, mean, population.sds[group] ** 2
