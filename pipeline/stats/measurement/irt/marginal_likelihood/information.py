"""Scores of persons and the observed information of a marginal likelihood.

With S the score of a person if ability were known, the person's score is its posterior mean,
and the information is the expected information of known abilities less what not knowing them
costs: sum of w * (E[-dS] - E[S S'] + E[S] E[S]').
"""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.marginal_likelihood.maximisation import item_gradient
from pipeline.stats.measurement.irt.marginal_likelihood.population_scores import (
    complete_information,
    population_columns,
    population_maps,
    population_scores,
)

DIFFERENCE = 1e-5


def person_scores(fitted: Calibrated) -> Iterator[tuple[slice, FloatArray]]:
    """Blocks of the N distinct people with their (b, P) scores.

    Score: slope of the person's log marginal likelihood in the P parameters.

    Source: Louis (1982), Journal of the Royal Statistical Society B 44, 226-233.
    """
    values, constants, places = _item_scores(fitted)
    starts = np.flatnonzero(np.diff(fitted.answers.columns[0], prepend=-1))
    n_items = fitted.n_item_parameters
    for people, ones, posterior in _posteriors(fitted):
        scores = np.empty((len(posterior), len(fitted.vector)))
        if n_items:
            of_columns = (posterior @ _by_node(values)).reshape(len(posterior), *values.shape[:2])
            of_columns *= ones.T[:, :, None]
            of_items = np.add.reduceat(of_columns, starts, axis=1)
            of_items += (posterior @ _by_node(constants)).reshape(of_items.shape)
            scores[:, places[places >= 0]] = of_items[:, places >= 0]
        scores[:, n_items:] = population_scores(fitted, people, posterior)
        yield people, scores


def observed_information(fitted: Calibrated) -> FloatArray:
    """(P, P) minus the second derivatives of the log marginal likelihood with its priors.

    Source: Louis (1982), Journal of the Royal Statistical Society B 44, 226-233.
    Oracle: R mirt 1.45, SE.type = "Oakes".
    """
    answers, size = fitted.answers, len(fitted.vector)
    maps = _score_maps(fitted)
    products = np.zeros((len(maps), maps.shape[1], maps.shape[1]))
    for people, ones, posterior in _posteriors(fitted):
        columns = np.concatenate(
            [ones, np.ones((1, ones.shape[1])), population_columns(fitted, people)]
        )
        root = np.sqrt(posterior * answers.weight[people, None])
        for q in range(len(maps)):
            scaled = columns * root[:, q]
            products[q] += scaled @ scaled.T
    cost = np.einsum("qcp,qcr->pr", maps, products @ maps, optimize=True)
    for people, scores in person_scores(fitted):
        cost -= scores.T @ (scores * answers.weight[people, None])
    known = np.zeros((size, size))
    _add_item_information(fitted, known)
    n_items = fitted.n_item_parameters
    known[n_items:, n_items:] = complete_information(fitted)
    return np.asarray(known - (cost + cost.T) / 2)


def _posteriors(fitted: Calibrated) -> Iterator[tuple[slice, FloatArray, FloatArray]]:
    """Blocks of people, their (C, b) columns of ones and (b, Q) posteriors."""
    values, constants = fitted.answers.contrasts(fitted.log_probabilities)
    for people in fitted.answers.blocks():
        ones = fitted.answers.ones(people)
        posterior, _ = fitted.posterior(people, ones.T @ values + constants.sum(axis=0))
        yield people, ones, posterior


def _item_scores(fitted: Calibrated) -> tuple[FloatArray, FloatArray, CodeArray]:
    """(C, p, Q) scores of the columns, (J, p, Q) constants, (J, p) places in the vector."""
    answers, blocks = fitted.answers, fitted.blocks
    n_items, size = len(answers.categories), int(answers.categories.max())
    most = max((len(block.names) for block in blocks), default=0)
    slopes = np.zeros((n_items, size, most, len(fitted.nodes)))
    places = np.full((n_items, most), -1)
    for block in blocks:
        _, found = block.family.log_curves(fitted.vector[block.places], fitted.nodes)
        k, p = block.n_categories, len(block.names)
        slopes[block.items, :k, :p] = found.transpose(0, 2, 1, 3)
        places[block.items, :p] = block.places
    return *answers.contrasts(slopes), places


def _score_maps(fitted: Calibrated) -> FloatArray:
    """(Q, C + 1 + R, P) what each column adds to each score at each node."""
    values, constants, places = _item_scores(fitted)
    item = fitted.answers.columns[0]
    n_columns, n_items = len(item), fitted.n_item_parameters
    of_population = population_columns(fitted, slice(0, 1)).shape[0]
    maps = np.zeros((len(fitted.nodes), n_columns + 1 + of_population, len(fitted.vector)))
    for p in range(places.shape[1]):
        held = np.flatnonzero(places[item, p] >= 0)
        maps[:, held, places[item[held], p]] = values[held, p].T
        items = np.flatnonzero(places[:, p] >= 0)
        maps[:, n_columns, places[items, p]] = constants[items, p].T
    maps[:, n_columns + 1 :, n_items:] = population_maps(fitted)
    return maps


def _add_item_information(fitted: Calibrated, information: FloatArray) -> None:
    """Expected information of known abilities, by differences of its gradient."""
    for block in fitted.blocks:
        parameters = fitted.vector[block.places]
        counts = fitted.expected.counts[block.items, : block.n_categories]
        for p in range(parameters.shape[1]):
            shift = np.zeros(parameters.shape)
            shift[:, p] = DIFFERENCE
            above = item_gradient(block.family, parameters + shift, counts, fitted.nodes)
            below = item_gradient(block.family, parameters - shift, counts, fitted.nodes)
            information[block.places[:, [p]], block.places] = (below - above) / (2 * DIFFERENCE)


def _by_node(values: FloatArray) -> FloatArray:
    """(Q, M) from (..., Q)."""
    return values.reshape(-1, values.shape[-1]).T
