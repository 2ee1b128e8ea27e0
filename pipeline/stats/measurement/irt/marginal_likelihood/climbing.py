"""The EM loop: from first values to the maximum, or to the reason why there is none."""

from collections.abc import Sequence

import numpy as np

from pipeline.errors import NotConvergedError, UnscaledItemsError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.marginal_likelihood.acceleration import Climbed, climb
from pipeline.stats.measurement.irt.marginal_likelihood.answers import Answers
from pipeline.stats.measurement.irt.marginal_likelihood.expectation import Expected, expect
from pipeline.stats.measurement.irt.marginal_likelihood.form import Form, FreeForm, Parameter
from pipeline.stats.measurement.irt.marginal_likelihood.maximisation import (
    improved_items,
    improved_population,
)
from pipeline.stats.measurement.irt.marginal_likelihood.people import WHERE, People
from pipeline.stats.measurement.irt.population import Population, PopulationForm

TOLERANCE = 1e-6
MAX_ROUNDS = 500
# Share of a population that may lie beyond the nodes, or be lost between them.
LOST = 0.01
# A curve that rises from 2 % to 98 % within one spacing of the nodes is not seen by them.
STEEPEST = 8.0
_OF_PEOPLE = frozenset({"mean", "log sd", "coefficient"})
_HINT = (
    "leave out one of two items that repeat each other, items nearly all right or wrong or "
    "unrelated to the rest; join rare categories; or choose a family with fewer parameters"
)


def maximised(
    people: People,
    form: Form,
    population_form: PopulationForm,
    categories: CodeArray,
    start: FloatArray,
    nodes: FloatArray,
    names: Sequence[str],
) -> Calibrated:
    """Climb from the start to the maximum.

    Raises:
        UnscaledItemsError: items keep the search from its end, or have slopes that the nodes
            cannot see.
        NotConvergedError: no maximum within `MAX_ROUNDS` for another reason, or a population
            that the nodes do not hold.
    """
    answers = Answers.of(
        people.responses, people.weights, people.groups, people.covariates, categories
    )
    n_items = len(form.parameters)

    def step(vector: FloatArray) -> tuple[float, FloatArray]:
        of_items, of_population = vector[:n_items], vector[n_items:]
        population = population_form.population(of_population)
        log_p = form.log_probabilities(of_items, nodes)
        expected = expect(answers, log_p, population, nodes)
        better = improved_population(population_form, of_population, answers, expected, nodes)
        reached = np.concatenate([_improved(form, of_items, expected, nodes), better])
        return expected.log_likelihood + _log_prior(form, of_items), reached

    climbed = climb(step, start, tolerance=TOLERANCE, max_rounds=MAX_ROUNDS)
    of_items = climbed.vector[:n_items]
    population = population_form.population(climbed.vector[n_items:])
    _refuse_end(climbed, form.parameters + population_form.parameters, nodes, names)
    _refuse_lost(answers, population, nodes)
    return Calibrated(
        model=form.model(of_items),
        population=population,
        vector=climbed.vector,
        log_likelihood=climbed.objective - _log_prior(form, of_items),
        iterations=climbed.rounds,
        gap=climbed.gap,
        n_people=int(people.is_counted.sum()),
        form=form,
        population_form=population_form,
        answers=answers,
        nodes=nodes,
    )


def _improved(form: Form, vector: FloatArray, expected: Expected, nodes: FloatArray) -> FloatArray:
    improved = vector.copy()
    if isinstance(form, FreeForm):
        for block in form.blocks:
            counts = expected.counts[block.items, : block.n_categories]
            improved[block.places] = improved_items(
                block.family, vector[block.places], counts, nodes
            )
    return improved


def _log_prior(form: Form, vector: FloatArray) -> float:
    return form.log_prior(vector) if isinstance(form, FreeForm) else 0.0


def _refuse_end(
    climbed: Climbed, parameters: Sequence[Parameter], nodes: FloatArray, names: Sequence[str]
) -> None:
    steepest = STEEPEST / np.gradient(nodes).max()
    is_slope = np.array([parameter.name == "slope" for parameter in parameters], dtype=np.bool_)
    steepness = np.where(is_slope, np.abs(climbed.vector), 0.0)
    worst = [int(p) for p in np.argsort(-steepness, kind="stable") if steepness[p] > steepest]
    faults = [
        f"item {names[parameters[p].of]}: slope ran to {climbed.vector[p]:.3g}" for p in worst
    ]
    if not climbed.gap < TOLERANCE and not faults:
        worst = [int(p) for p in np.argsort(-np.abs(climbed.gaps), kind="stable")[:3]]
        moving = ", ".join(_told(parameters[p], names) for p in worst)
        faults = [
            f"expected changes below {TOLERANCE:g}, got {climbed.gap:.2g} after "
            f"{climbed.rounds} rounds; moving most: {moving}"
        ]
    if faults:
        items = [parameters[p].of for p in worst if parameters[p].name not in _OF_PEOPLE]
        if not items:
            raise NotConvergedError(WHERE, faults, hint=_HINT)
        raise UnscaledItemsError(WHERE, faults, items=list(dict.fromkeys(items)), hint=_HINT)


def _told(parameter: Parameter, names: Sequence[str]) -> str:
    if parameter.name in {"mean", "log sd"}:
        return f"{parameter.name} of group {parameter.of}"
    if parameter.name == "coefficient":
        return f"coefficient of covariate {parameter.of + 1}"
    return f"{parameter.name} of item {names[parameter.of]}"


def _refuse_lost(answers: Answers, population: Population, nodes: FloatArray) -> None:
    """Refuse a population that the nodes do not cover, or are too coarse for."""
    lost = 0.0
    for people in answers.blocks():
        group, covariates = answers.group[people], answers.covariates[people]
        held = np.exp(population.log_weights(nodes, group, covariates)).sum(axis=1)
        lost += float(answers.weight[people] @ np.abs(held - 1))
    if lost > LOST * answers.weight.sum():
        raise NotConvergedError(
            WHERE,
            f"expected the nodes to hold the population, got {lost / answers.weight.sum():.2g} "
            "of it beyond or between them",
            hint="where people hardly differ, the items are unrelated to each other: there is no "
            "ability to measure; where they differ much, give nodes that reach further and look "
            "for covariates with extreme values",
        )
