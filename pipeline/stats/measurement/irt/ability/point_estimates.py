"""One best ability per person: the mode of the posterior and Warm's weighted likelihood."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import elementwise

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.ability.likelihood import (
    LikelihoodSlopes,
    blocks,
    likelihood_slopes,
)
from pipeline.stats.measurement.irt.ability.posterior import (
    Abilities,
    expected_a_posteriori,
    prior_of,
)
from pipeline.stats.measurement.irt.curves import ItemModel

# Roots are looked for around the posterior mean, which the items always place.
_FIRST_REACH = 0.5
_TOLERANCE = 1e-9
# Of numerical derivatives.
_STEP = 1e-4

# Of (slopes, abilities, people): what is zero at the estimate.
_Equation = Callable[[LikelihoodSlopes, FloatArray, CodeArray], FloatArray]


def maximum_a_posteriori(
    model: ItemModel,
    responses: CodeArray,
    *,
    mean: FloatArray | float = 0.0,
    sd: FloatArray | float = 1.0,
) -> Abilities:
    """Modes of the posteriors (MAP), with errors from the curvature there.

    l'(t) - (t - mean) / sd^2 = 0; se = 1 / sqrt(1 / sd^2 - l''(t)).

    Args:
        model: J items.
        responses: (n, J) categories, -1 missing; somebody without answers has the prior mean.
        mean: (n,) prior means, or one for all.
        sd: (n,) prior standard deviations, or one for all.

    Raises:
        ContractError: responses that the items cannot have, or a prior that is none.

    Source: Samejima (1969), Psychometric Monograph 17. Oracle: R mirt 1.45.1
    fscores(method = "MAP").
    """
    means, sds = prior_of(len(responses), mean, sd)

    def equation(slopes: LikelihoodSlopes, ability: FloatArray, people: CodeArray) -> FloatArray:
        return np.asarray(slopes.first - (ability - means[people]) / sds[people] ** 2)

    start = expected_a_posteriori(model, responses, mean=mean, sd=sd).estimate
    estimate = _solve(model, responses, start, equation)
    second = _each(model, responses, estimate, lambda slopes: slopes.second)
    return Abilities(estimate, 1 / np.sqrt(1 / sds**2 - second))


def weighted_likelihood(
    model: ItemModel, responses: CodeArray, *, r_curvature: bool = False
) -> Abilities:
    """Warm's estimates (WLE): finite for all right and all wrong, nearly without bias.

    l'(t) + J(t) / (2 I(t)) = 0; se = 1 / sqrt(I(t)).

    Args:
        model: J items of slopes above zero.
        responses: (n, J) categories, -1 missing.
        r_curvature: errors from the curvature of the weighted likelihood, as mirt has them;
            Warm's and TAM's are from I alone.

    Returns:
        NaN for people without answers.

    Raises:
        ContractError: responses that the items cannot have.

    Source: Warm (1989), Psychometrika 54, 427-450. Oracle: R mirt 1.45.1
    fscores(method = "WLE"), with `r_curvature` for its errors.
    """

    def equation(slopes: LikelihoodSlopes, ability: FloatArray, people: CodeArray) -> FloatArray:
        return _weighted_slope(slopes)

    start = expected_a_posteriori(model, responses).estimate
    answered = (responses >= 0).any(axis=1)
    asked = responses[answered]
    estimate, se = np.full((2, len(responses)), np.nan)
    root = _solve(model, asked, start[answered], equation)
    information = _each(model, asked, root, lambda slopes: slopes.information)
    if r_curvature:
        above, below = (_each(model, asked, root + h, _weighted_slope) for h in (_STEP, -_STEP))
        information = (below - above) / (2 * _STEP)
    estimate[answered], se[answered] = root, 1 / np.sqrt(information)
    return Abilities(estimate, se)


def _weighted_slope(slopes: LikelihoodSlopes) -> FloatArray:
    return np.asarray(slopes.first + slopes.skew / (2 * slopes.information))


def _solve(
    model: ItemModel, responses: CodeArray, start: FloatArray, equation: _Equation
) -> FloatArray:
    """(n,) roots of falling functions near (n,) abilities."""

    def value(ability: FloatArray, people: FloatArray) -> FloatArray:
        rows = people.astype(np.int64)
        return equation(likelihood_slopes(model, responses[rows], ability), ability, rows)

    found = np.empty(len(responses))
    for people in blocks(len(responses)):
        rows = np.arange(people.start, people.stop)
        left, right = start[people] - _FIRST_REACH, start[people] + _FIRST_REACH
        bracket = elementwise.bracket_root(value, left, right, args=(rows,)).bracket
        found[people] = elementwise.find_root(
            value,
            bracket,
            args=(rows,),
            tolerances={"xatol": _TOLERANCE, "fatol": 0.0, "frtol": 0.0},
        ).x
    return found


def _each(
    model: ItemModel,
    responses: CodeArray,
    ability: FloatArray,
    read: Callable[[LikelihoodSlopes], FloatArray],
) -> FloatArray:
    """(n,) what is read from the slopes at (n,) abilities."""
    parts = [
        read(likelihood_slopes(model, responses[people], ability[people]))
        for people in blocks(len(responses))
    ]
    return np.concatenate(parts) if parts else np.empty(0)
