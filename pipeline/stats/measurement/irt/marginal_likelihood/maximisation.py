"""The M-step: items and population that fit the expected counts better."""

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.measurement.irt.marginal_likelihood.answers import Answers
from pipeline.stats.measurement.irt.marginal_likelihood.expectation import Expected
from pipeline.stats.measurement.irt.marginal_likelihood.families import ItemFamily
from pipeline.stats.measurement.irt.population import PopulationForm

# Full maximisation within every M-step gains nothing: the counts change again.
STEPS = 2
HALVINGS = 30
LONGEST_STEP = 2.0
# Of the spacing of the nodes: a narrower population would slip between them.
NARROWEST = 0.4
# Keeps a flat item's equations solvable; far below what changes a step.
RIDGE = 1e-9


def improved_items(
    family: ItemFamily, parameters: FloatArray, counts: FloatArray, nodes: FloatArray
) -> FloatArray:
    """(B, p) parameters of higher expected log-likelihood, by Fisher scoring.

    A step that would lower an item's expected log-likelihood is halved until it does not.

    Args:
        family: of the B items.
        parameters: (B, p) present values.
        counts: (B, K, Q) expected counts.
        nodes: (Q,).

    Source: Bock & Aitkin (1981), Psychometrika 46, 443-459, for probit items; scoring as in
    Baker & Kim (2004), Item Response Theory, ch. 2.
    """
    for _ in range(STEPS):
        log_p, slopes = family.log_curves(parameters, nodes)
        step = _scoring_step(family, parameters, counts, log_p, slopes)
        now = (counts * log_p).sum(axis=(1, 2)) + family.log_prior(parameters)
        step *= _lasting(family, parameters, step, counts, nodes, now)[:, None]
        parameters = parameters + step
    return parameters


def item_gradient(
    family: ItemFamily, parameters: FloatArray, counts: FloatArray, nodes: FloatArray
) -> FloatArray:
    """(B, p) slopes of the expected log-likelihood with its prior."""
    _, slopes = family.log_curves(parameters, nodes)
    return _gradient(family, parameters, counts, slopes)


def improved_population(
    form: PopulationForm,
    vector: FloatArray,
    answers: Answers,
    expected: Expected,
    nodes: FloatArray,
) -> FloatArray:
    """Means and coefficients by weighted least squares on posterior means, then sds.

    sd_g^2 = mean over the group of the posterior expectation of (ability - mean_i)^2, but no
    narrower than the nodes can see.

    Source: Mislevy (1984), Psychometrika 49, 359-381.
    """
    if not form.size:
        return vector
    weight, group = answers.weight, answers.group
    x = form.predictors(group, answers.covariates)
    present = form.population(vector)
    weighted = x * (weight / present.sds[group] ** 2)[:, None]
    means = np.linalg.solve(x.T @ weighted, weighted.T @ expected.mean)
    centre = x @ means
    spread = expected.square - 2 * centre * expected.mean + centre**2
    n_groups = len(form.free_sd)
    variance = np.bincount(group, weight * spread, n_groups) / np.bincount(group, weight, n_groups)
    narrowest = NARROWEST * np.gradient(nodes).min()
    sds = np.sqrt(np.maximum(variance[form.free_sd], narrowest**2))
    return np.concatenate([means, np.log(sds)])


def _gradient(
    family: ItemFamily, parameters: FloatArray, counts: FloatArray, slopes: FloatArray
) -> FloatArray:
    shape = slopes.shape[:2]
    gradient = slopes.reshape(*shape, -1) @ counts.reshape(shape[0], -1, 1)
    return np.asarray(gradient[:, :, 0] + family.prior_slope(parameters))


def _scoring_step(
    family: ItemFamily,
    parameters: FloatArray,
    counts: FloatArray,
    log_p: FloatArray,
    slopes: FloatArray,
) -> FloatArray:
    gradient = _gradient(family, parameters, counts, slopes)
    expected = counts.sum(axis=1, keepdims=True) * np.exp(log_p)
    flat = slopes.reshape(*slopes.shape[:2], -1)
    scaled = flat * expected.reshape(len(flat), 1, -1)
    information = scaled @ flat.transpose(0, 2, 1)
    size = information.shape[1]
    diagonal = np.arange(size)
    information[:, diagonal, diagonal] *= 1 + RIDGE
    information[:, diagonal, diagonal] += family.prior_information(parameters) + RIDGE
    step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
    longest = np.abs(step).max(axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1, LONGEST_STEP / np.maximum(longest, LONGEST_STEP)))


def _lasting(
    family: ItemFamily,
    parameters: FloatArray,
    step: FloatArray,
    counts: FloatArray,
    nodes: FloatArray,
    now: FloatArray,
) -> FloatArray:
    """(B,) share of the step that keeps each item from falling; 0 where none does."""
    share = np.ones(len(step))
    for _ in range(HALVINGS):
        is_worse = _is_worse(family, parameters + share[:, None] * step, counts, nodes, now)
        if not is_worse.any():
            return share
        share[is_worse] /= 2
    return np.where(is_worse, 0.0, share)


def _is_worse(
    family: ItemFamily,
    parameters: FloatArray,
    counts: FloatArray,
    nodes: FloatArray,
    now: FloatArray,
) -> BoolArray:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        log_p, _ = family.log_curves(parameters, nodes)
        then = (counts * log_p).sum(axis=(1, 2)) + family.log_prior(parameters)
    # Near the optimum, differences are noise of the sum.
    return np.asarray(~(then >= now - 1e-12 * np.abs(now)))
