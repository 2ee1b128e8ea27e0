"""Plausible values: abilities drawn from each person's posterior.

The prior is normal around what the conditioning model expects of people like this one, so that
differences between groups in the model are not shrunk (Mislevy 1991). Whatever is reported by
county must have the county in the model.

Item parameters are taken as known, as in NAEP and PISA: within a wave their errors are small
beside those of the sample (benchmarks/threshold.py covers with items from the same answers),
and between waves the linking error carries them. The error of the conditioning model is drawn
(`priors.drawn_priors`).
"""

from collections.abc import Sequence

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.ability.likelihood import (
    blocks,
    check_responses,
    log_likelihoods,
    log_probabilities,
)
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.quadrature import GRID
from pipeline.stats.measurement.plausible.posterior import inverse_distribution
from pipeline.stats.measurement.plausible.uniforms import WHERE, keyed_uniforms


def draw(
    responses: CodeArray,
    model: ItemModel,
    *,
    mean: FloatArray | float,
    sd: FloatArray | float,
    keys: Sequence[str],
    random: np.random.Generator,
    draws: int = 10,
    nodes: FloatArray = GRID,
) -> FloatArray:
    """Draw plausible values of ability.

    The density at a node is the normal prior times the probability of the answers; between the
    nodes it is interpolated, so values are continuous.

    Args:
        responses: (n, J) scores, -1 = not asked. Who answered nothing draws from the prior.
        model: the J items.
        mean: of the prior: a number, (n,), or (draws, n) where every draw has its own.
        sd: of the prior: a number, (n,), or (draws, 1) or (draws, n).
        keys: n names, all different: a person's values depend on the name and not on the row.
        random: source of the draws.
        draws: M, values for each person.
        nodes: (Q,) abilities at which answers are weighed.

    Returns:
        (n, M).

    Raises:
        ContractError: shapes that differ, scores an item lacks, an sd that is not positive, a
            prior mean outside the nodes, or repeated keys.

    Source: Mislevy (1991), Psychometrika 56, 177-196; Wu (2005), Studies in Educational
    Evaluation 31, 114-128. Oracle: none for draws; their distribution against exact posteriors.
    """
    given = np.asarray(responses)
    check_responses(model, given)
    centre, spread = _priors(mean, sd, len(given), draws)
    _check(centre, spread, nodes)
    if len(keys) != len(given):
        raise ContractError(WHERE, f"expected {len(given)} keys, got {len(keys)}")
    uniform = keyed_uniforms(keys, draws, random)
    log_probability = log_probabilities(model, nodes)
    # people of one prior share their distribution function between the draws
    sets = [slice(None)] if len(centre) == 1 else [slice(m, m + 1) for m in range(draws)]
    values = np.empty((len(given), draws))
    for people in blocks(len(given)):
        answers = log_likelihoods(given[people], log_probability)
        for columns, mu, sigma in zip(sets, centre[:, people], spread[:, people], strict=True):
            density = answers - 0.5 * ((nodes - mu[:, None]) / sigma[:, None]) ** 2
            values[people, columns] = inverse_distribution(density, nodes, uniform[people, columns])
    return values


def _priors(
    mean: FloatArray | float, sd: FloatArray | float, n: int, draws: int
) -> tuple[FloatArray, FloatArray]:
    """Means and sds, each (1, n) or (draws, n)."""
    parts = [np.atleast_2d(np.asarray(part, dtype=np.float64)) for part in (mean, sd)]
    sets = max(len(part) for part in parts)
    if sets not in (1, draws):
        raise ContractError(WHERE, f"expected one prior or {draws}, got {sets}")
    try:
        centre, spread = (np.broadcast_to(part, (sets, n)) for part in parts)
    except ValueError:
        shapes = " and ".join(str(part.shape) for part in parts)
        raise ContractError(WHERE, f"expected means and sds of {n} people, got {shapes}") from None
    return centre, spread


def _check(mean: FloatArray, sd: FloatArray, nodes: FloatArray) -> None:
    faults = []
    if wrong := int((~(np.isfinite(sd) & (sd > 0))).sum()):
        faults.append(f"expected prior sds above 0, got others in {wrong} places")
    if beyond := int((~((mean >= nodes[0]) & (mean <= nodes[-1]))).sum()):
        faults.append(f"expected prior means within the nodes, got {beyond} outside")
    if faults:
        raise ContractError(
            WHERE, faults, hint="give items and conditioning model of the same calibration"
        )
