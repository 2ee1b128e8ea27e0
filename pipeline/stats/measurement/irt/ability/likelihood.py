"""Likelihood of ability given answers: its logarithm on nodes, its slopes at a person's own."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel

WHERE = "ability"
# People per block: what is held for them stays within a processor's cache and the memory bounded.
BLOCK = 4096
# A right answer that rounding calls impossible is only very unlikely.
_LEAST = 1e-300


@dataclass(frozen=True, eq=False, kw_only=True)
class LikelihoodSlopes:
    """Of n people's log-likelihoods, each at an ability of its own.

    Attributes:
        first: (n,) first derivative.
        second: (n,) second derivative.
        information: (n,) expected information of the items answered.
        skew: (n,) J, the sum of slope * curvature / probability over items and categories.
    """

    first: FloatArray
    second: FloatArray
    information: FloatArray
    skew: FloatArray


def check_responses(model: ItemModel, responses: CodeArray) -> None:
    """Refuse responses that the items cannot have.

    Raises:
        ContractError: shape or categories that disagree with the model.
    """
    categories = model.categories
    if responses.ndim != 2 or responses.shape[1] != len(categories):
        raise ContractError(
            WHERE, f"responses: expected people x {len(categories)} items, got {responses.shape}"
        )
    if not np.issubdtype(responses.dtype, np.integer):
        raise ContractError(
            WHERE,
            f"responses: expected whole categories, got {responses.dtype}",
            hint="code missing answers as -1",
        )
    counts = ((responses < -1) | (responses >= categories)).sum(axis=0)
    if counts.any():
        raise ContractError(
            WHERE,
            [
                f"responses: item {item + 1}: expected -1 (missing) or 0 to "
                f"{categories[item] - 1}, got {counts[item]} other"
                for item in np.flatnonzero(counts)
            ],
        )


def log_probabilities(model: ItemModel, ability: FloatArray) -> FloatArray:
    """(J, K, Q) log of each category's probability; categories that an item lacks are zero."""
    exists = np.arange(int(model.categories.max())) < model.categories[:, None]
    probability = model.probabilities(ability)
    return np.where(exists[:, :, None], np.log(np.maximum(probability, _LEAST)), 0.0)


def log_likelihoods(responses: CodeArray, log_probability: FloatArray) -> FloatArray:
    """(n, Q) log-likelihood of each person's answers at the nodes; missing ones are skipped.

    Args:
        responses: (n, J) categories, -1 missing.
        log_probability: (J, K, Q) of each category.
    """
    found = np.zeros((len(responses), log_probability.shape[2]))
    for category in range(log_probability.shape[1]):
        chosen = (responses == category).astype(np.float64)
        found += chosen @ log_probability[:, category]
    return found


def likelihood_slopes(
    model: ItemModel, responses: CodeArray, ability: FloatArray
) -> LikelihoodSlopes:
    """Derivatives, information and J of n people at (n,) abilities.

    Args:
        model: J items.
        responses: (n, J) categories, -1 missing.
        ability: (n,) one each.

    Source: Warm (1989), Psychometrika 54, 427-450; Penfield & Bergeron (2005), Applied
    Psychological Measurement 29, 218-233, for J with more than two categories.
    """
    curves = model.curves(ability)
    asked = responses.T >= 0
    place = (np.arange(len(asked))[:, None], np.maximum(responses.T, 0), np.arange(len(ability)))
    given = np.maximum(curves.probability[place], _LEAST)
    relative = np.where(asked, curves.slope[place] / given, 0.0)
    bend = np.where(asked, curves.curvature[place] / given, 0.0)
    scaled = curves.slope / np.maximum(curves.probability, _LEAST)
    return LikelihoodSlopes(
        first=relative.sum(axis=0),
        second=(bend - relative**2).sum(axis=0),
        information=((scaled * curves.slope).sum(axis=1) * asked).sum(axis=0),
        skew=((scaled * curves.curvature).sum(axis=1) * asked).sum(axis=0),
    )


def blocks(people: int) -> Iterator[slice]:
    """Consecutive people, few enough at a time."""
    for start in range(0, people, BLOCK):
        yield slice(start, min(start + BLOCK, people))
