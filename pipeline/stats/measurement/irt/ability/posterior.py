"""The posterior distribution of ability: its mean, its spread, its share above a cut.

The prior is normal with a mean and standard deviation that may differ between people, such as
those of a group or the prediction of a latent regression.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.ability.likelihood import (
    blocks,
    check_responses,
    log_likelihoods,
    log_probabilities,
)
from pipeline.stats.measurement.irt.ability.nodes import EVEN_NODES, Nodes, split_nodes
from pipeline.stats.measurement.irt.curves import ItemModel

WHERE = "posterior"


@dataclass(frozen=True, eq=False)
class Abilities:
    """Estimates of n people's abilities.

    Attributes:
        estimate: (n,).
        se: (n,) standard errors; of a posterior, its standard deviations.
    """

    estimate: FloatArray
    se: FloatArray


@dataclass(frozen=True, eq=False)
class PosteriorBlock:
    """Posteriors of some consecutive people.

    Attributes:
        people: which.
        share: (b, Q) posterior probability of each node.
        log_marginal: (b,) log-likelihood of their answers, integrated over the prior.
    """

    people: slice
    share: FloatArray
    log_marginal: FloatArray


def posterior_blocks(
    model: ItemModel,
    responses: CodeArray,
    *,
    mean: FloatArray | float = 0.0,
    sd: FloatArray | float = 1.0,
    nodes: Nodes = EVEN_NODES,
) -> Iterator[PosteriorBlock]:
    """Posteriors block by block, so that a million people fit into memory.

    Args:
        model: J items.
        responses: (n, J) categories, -1 missing; somebody without answers keeps the prior.
        mean: (n,) prior means, or one for all.
        sd: (n,) prior standard deviations, or one for all.
        nodes: abilities to integrate over.

    Raises:
        ContractError: responses that the items cannot have, a prior standard deviation not
            above zero, or a prior mean outside the nodes.
    """
    check_responses(model, responses)
    n = len(responses)
    means, sds = prior_of(n, mean, sd)
    if n and not (nodes.ability[0] <= means.min() and means.max() <= nodes.ability[-1]):
        raise ContractError(
            WHERE,
            f"prior means: expected between the nodes, {nodes.ability[0]:.3g} and "
            f"{nodes.ability[-1]:.3g}, got {means.min():.3g} to {means.max():.3g}",
            hint="bring the population and the items to one scale",
        )
    log_probability = log_probabilities(model, nodes.ability)
    constant = np.log(nodes.width) - 0.5 * np.log(2 * np.pi)
    for people in blocks(n):
        z = (nodes.ability - means[people, None]) / sds[people, None]
        joint = log_likelihoods(responses[people], log_probability)
        joint += constant - np.log(sds[people, None]) - 0.5 * z * z
        highest = joint.max(axis=1, keepdims=True)
        share = np.exp(joint - highest)
        total = share.sum(axis=1, keepdims=True)
        yield PosteriorBlock(people, share / total, (highest + np.log(total))[:, 0])


def expected_a_posteriori(
    model: ItemModel,
    responses: CodeArray,
    *,
    mean: FloatArray | float = 0.0,
    sd: FloatArray | float = 1.0,
    nodes: Nodes = EVEN_NODES,
) -> Abilities:
    """Posterior means and standard deviations (EAP).

    Arguments and errors as in `posterior_blocks`.

    Source: Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444. Oracle: R mirt
    1.45.1 fscores(method = "EAP").
    """
    estimate, se = np.empty((2, len(responses)))
    for block in posterior_blocks(model, responses, mean=mean, sd=sd, nodes=nodes):
        centre = block.share @ nodes.ability
        off = nodes.ability - centre[:, None]
        estimate[block.people] = centre
        se[block.people] = np.sqrt((block.share * off**2).sum(axis=1))
    return Abilities(estimate, se)


def probability_above(
    model: ItemModel,
    responses: CodeArray,
    cuts: FloatArray,
    *,
    mean: FloatArray | float = 0.0,
    sd: FloatArray | float = 1.0,
) -> FloatArray:
    """(n, C) posterior probability that each person's ability is at or above each cut.

    Integrates over nodes that the cuts separate. Other arguments and errors as in
    `posterior_blocks`.

    Args:
        model: J items.
        responses: (n, J) categories, -1 missing.
        cuts: (C,) on the ability scale.
        mean: (n,) prior means, or one for all.
        sd: (n,) prior standard deviations, or one for all.

    Oracle: R integrate on the unnormalised posterior.
    """
    at = np.atleast_1d(np.asarray(cuts, dtype=np.float64))
    nodes = split_nodes(at)
    above = (nodes.ability[:, None] >= at).astype(np.float64)
    found = np.empty((len(responses), len(at)))
    for block in posterior_blocks(model, responses, mean=mean, sd=sd, nodes=nodes):
        found[block.people] = block.share @ above
    return found


def log_marginal_likelihoods(
    model: ItemModel,
    responses: CodeArray,
    *,
    mean: FloatArray | float = 0.0,
    sd: FloatArray | float = 1.0,
    nodes: Nodes = EVEN_NODES,
) -> FloatArray:
    """(n,) log of each person's likelihood integrated over the prior.

    Arguments and errors as in `posterior_blocks`.
    """
    found = np.empty(len(responses))
    for block in posterior_blocks(model, responses, mean=mean, sd=sd, nodes=nodes):
        found[block.people] = block.log_marginal
    return found


def prior_of(
    people: int, mean: FloatArray | float, sd: FloatArray | float
) -> tuple[FloatArray, FloatArray]:
    """(n,) prior means and standard deviations.

    Raises:
        ContractError: another number of them, or a standard deviation not above zero.
    """
    found = []
    for name, values in (("means", mean), ("standard deviations", sd)):
        given = np.asarray(values, dtype=np.float64)
        if given.shape not in {(), (people,)}:
            raise ContractError(WHERE, f"prior {name}: expected one or {people}, got {given.shape}")
        found.append(np.broadcast_to(given, (people,)))
    if not (np.isfinite(found[0]).all() and (found[1] > 0).all()):
        raise ContractError(
            WHERE, "prior: expected finite means and standard deviations above zero, got others"
        )
    return found[0], found[1]
