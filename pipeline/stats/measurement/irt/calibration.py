"""Calibration of items by weighted marginal maximum likelihood.

Right-wrong and many-category items, one population or several, with or without a regression
of ability on what is known of people; or known items, and only the population to be found.
Errors are in `item_errors.py`.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.marginal_likelihood.climbing import maximised
from pipeline.stats.measurement.irt.marginal_likelihood.families import (
    GuessingPrior,
    ItemFamily,
    ThreeParameter,
    TwoParameter,
)
from pipeline.stats.measurement.irt.marginal_likelihood.form import FixedForm, FreeForm
from pipeline.stats.measurement.irt.marginal_likelihood.ordered import (
    GeneralisedPartialCredit,
    GradedResponse,
)
from pipeline.stats.measurement.irt.marginal_likelihood.people import People
from pipeline.stats.measurement.irt.population import PopulationForm
from pipeline.stats.measurement.irt.quadrature import GRID
from pipeline.stats.measurement.irt.refusals import (
    FEWEST_FOR_GUESSING,
    refuse_items,
    refuse_misfit,
    refuse_population,
    refuse_unlinked,
    shares_of,
)

__all__ = ["Calibrated", "FamilyName", "calibrate", "fit_population"]

FamilyName: TypeAlias = Literal["rasch", "2pl", "3pl", "grm", "gpcm"]


def calibrate(
    responses: CodeArray,
    family: FamilyName | Sequence[FamilyName] = "2pl",
    *,
    weights: FloatArray | None = None,
    groups: CodeArray | None = None,
    covariates: FloatArray | None = None,
    prior: GuessingPrior | None = None,
    fewest_for_guessing: int = FEWEST_FOR_GUESSING,
    items: Sequence[str] | None = None,
    nodes: FloatArray = GRID,
) -> Calibrated:
    """Estimate items and population together.

    Maximises sum_i w_i log integral prod_j P_j(y_ij | ability) N(ability | mean_i, sd_i),
    plus the log priors of guessing. Items that a person was not asked are skipped.

    Args:
        responses: (n, J) categories from 0; -1 not asked.
        family: of all items or of each. "rasch" has slope 1 (partial credit, when there are
            several categories) and leaves the spread of ability free.
        weights: (n,) survey weights as they are; None: one each.
        groups: (n,) numbers from 0, e.g. waves: each has a mean and sd, the first is the
            reference. A column is the same item in all groups.
        covariates: (n, m) predictors of ability, without a constant: latent regression.
        prior: of guessing; None: logit(c) ~ N(-1.39, 0.5^2).
        fewest_for_guessing: people that an item of "3pl" needs; with fewer its prior decides.
        items: J names for messages.
        nodes: (Q,) equally spaced abilities.

    Raises:
        ContractError: an item nobody, or everybody, answered in one way; groups that share no
            item; too few people for "3pl"; weights or covariates that cannot be used.
        NotConvergedError: parameters still move after many rounds.

    Source: Bock & Aitkin (1981), Psychometrika 46, 443-459; Bock & Zimowski (1997), in van der
    Linden & Hambleton, for groups; Mislevy (1984), Psychometrika 49, 359-381, for regression.
    Oracle: R mirt 1.45 mirt, multipleGroup; TAM 4.3 tam.mml.
    """
    people = People.of(responses, weights=weights, groups=groups, covariates=covariates)
    n_items = people.responses.shape[1]
    names = tuple(items) if items is not None else tuple(str(j + 1) for j in range(n_items))
    chosen = [family] * n_items if isinstance(family, str) else list(family)
    categories = refuse_items(people, chosen, names, fewest_for_guessing)
    guessing = prior or GuessingPrior()
    families = [_family(name, k, guessing) for name, k in zip(chosen, categories, strict=True)]
    form = FreeForm.of(families, categories)
    is_fixed = np.zeros(people.n_groups, dtype=np.bool_)
    is_fixed[0] = True
    population_form = PopulationForm(
        free_mean=~is_fixed,
        free_sd=~is_fixed | ("rasch" in chosen),
        n_covariates=people.covariates.shape[1],
    )
    refuse_population(people, population_form)
    refuse_unlinked(people)
    of_items = form.start(shares_of(people, categories))
    start = np.concatenate([of_items, np.zeros(population_form.size)])
    return maximised(people, form, population_form, categories, start, nodes, names)


def fit_population(
    responses: CodeArray,
    model: ItemModel,
    *,
    weights: FloatArray | None = None,
    groups: CodeArray | None = None,
    covariates: FloatArray | None = None,
    nodes: FloatArray = GRID,
) -> Calibrated:
    """Estimate the population alone, the items being known; every group's mean is free.

    Args:
        responses: (n, J) categories from 0; -1 not asked.
        model: J items.
        weights: (n,) survey weights as they are; None: one each.
        groups: (n,) numbers from 0; each has a mean and sd.
        covariates: (n, m) predictors of ability, without a constant.
        nodes: (Q,) equally spaced abilities.

    Raises:
        ContractError, NotConvergedError: as for `calibrate`.

    Source: Mislevy (1984), Psychometrika 49, 359-381.
    """
    people = People.of(responses, weights=weights, groups=groups, covariates=covariates)
    categories = model.categories
    refuse_misfit(people, categories)
    free = np.ones(people.n_groups, dtype=np.bool_)
    form = PopulationForm(free_mean=free, free_sd=free, n_covariates=people.covariates.shape[1])
    refuse_population(people, form)
    start = np.zeros(form.size)
    return maximised(people, FixedForm(model), form, categories, start, nodes, ())


def _family(name: FamilyName, n_categories: int, prior: GuessingPrior) -> ItemFamily:
    if name == "rasch":
        return TwoParameter(True) if n_categories == 2 else GeneralisedPartialCredit(True)
    families: dict[str, ItemFamily] = {
        "2pl": TwoParameter(),
        "3pl": ThreeParameter(prior),
        "grm": GradedResponse(),
        "gpcm": GeneralisedPartialCredit(),
    }
    return families[name]
