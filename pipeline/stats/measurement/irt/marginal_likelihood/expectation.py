"""The E-step: what people's answers say of their ability, summed to expected counts."""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.marginal_likelihood.answers import Answers
from pipeline.stats.measurement.irt.population import Population


@dataclass(frozen=True, eq=False, kw_only=True)
class Expected:
    """Sums over people under the posterior of their ability.

    Attributes:
        counts: (J, K, Q) weighted people at each node expected in each category.
        mean: (N,) posterior means.
        square: (N,) posterior means of squared ability.
        log_likelihood: sum of weight * log marginal likelihood.
    """

    counts: FloatArray
    mean: FloatArray
    square: FloatArray
    log_likelihood: float


def expect(
    answers: Answers, log_probability: FloatArray, population: Population, nodes: FloatArray
) -> Expected:
    """Expected counts and moments, in blocks of people.

    Sums of log-probabilities over items, and counts over people, are products of matrices.

    Args:
        answers: of N people.
        log_probability: (J, K, Q) at the nodes.
        population: prior abilities.
        nodes: (Q,).

    Source: Bock & Aitkin (1981), Psychometrika 46, 443-459.
    """
    values, constants = answers.contrasts(log_probability)
    constant = constants.sum(axis=0)
    sums, total = np.zeros(values.shape), np.zeros(len(nodes))
    moments = np.empty((answers.size, 2))
    powers = np.column_stack([nodes, nodes**2])
    log_likelihood = 0.0
    for people in answers.blocks():
        ones, weight = answers.ones(people), answers.weight[people]
        posterior, log_marginal = posterior_of(
            answers, people, ones.T @ values + constant, population, nodes
        )
        moments[people] = posterior @ powers
        posterior *= weight[:, None]
        sums += ones @ posterior
        total += posterior.sum(axis=0)
        log_likelihood += float(weight @ log_marginal)
    return Expected(
        counts=answers.by_category(sums, total),
        mean=moments[:, 0],
        square=moments[:, 1],
        log_likelihood=log_likelihood,
    )


def posterior_of(
    answers: Answers,
    people: slice,
    log_likelihood: FloatArray,
    population: Population,
    nodes: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """(b, Q) posterior of each person at the nodes and (b,) log marginal likelihood.

    Args:
        answers: of all people.
        people: the b people.
        log_likelihood: (b, Q) log-likelihood of their answers; overwritten.
        population: prior abilities.
        nodes: (Q,).
    """
    group, covariates = answers.group[people], answers.covariates[people]
    if len(population.sds) == 1 and not covariates.size:
        group, covariates = group[:1], covariates[:1]
    joint = log_likelihood
    joint += population.log_weights(nodes, group, covariates)
    top = joint.max(axis=1)
    joint -= top[:, None]
    np.exp(joint, out=joint)
    marginal = joint.sum(axis=1)
    joint /= marginal[:, None]
    return joint, top + np.log(marginal)
