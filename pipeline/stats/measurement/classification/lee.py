"""Accuracy and consistency of totals at cuts under an item response model."""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.agreement import LevelChances, levels
from pipeline.stats.measurement.irt.observed_scores import ObservedScores


@dataclass(frozen=True, eq=False, kw_only=True)
class ByScore:
    """What a total says about the true score.

    Attributes:
        scores: (S,) totals.
        true_level: (C + 1, S) probability of each true level given the total; NaN where the
            population never reaches the total.
        accuracy: (S,) probability that the level of the total is the true one.
    """

    scores: FloatArray
    true_level: FloatArray
    accuracy: FloatArray


def level_chances(
    observed: ObservedScores,
    true_scores: FloatArray,
    cuts: FloatArray,
    *,
    inclusive: bool = True,
) -> LevelChances:
    """How likely totals fall between the cuts at each ability.

    The true level is that of the expected total, at or above the cut under both readings;
    `over(population)` gives accuracy, consistency, kappa and the two errors. A population on
    few nodes should have none that straddles a cut: see `irt.ability.nodes.split_nodes`.

    Args:
        observed: distribution of the total at Q abilities, of a grid or of persons.
        true_scores: (Q,) expected total at the same abilities.
        cuts: (C,) in points, rising.
        inclusive: whether a total on the cut passes.

    Raises:
        ContractError: no cut, or cuts that do not rise.

    Source: Lee (2010), Journal of Educational Measurement 47, 1-17. Oracle: R cacIRT 1.4 Lee.D
    with a / 1.7 and D = 1.7, as it leaves D out of its recursion.
    """
    reached = levels(observed.scores, cuts, inclusive=inclusive)
    member = np.arange(len(cuts) + 1)[:, None] == reached
    return LevelChances(
        true_level=levels(true_scores, cuts),
        chance=member.astype(np.float64) @ observed.probability,
    )


def accuracy_by_score(
    observed: ObservedScores,
    true_scores: FloatArray,
    population: FloatArray,
    cuts: FloatArray,
    *,
    inclusive: bool = True,
) -> ByScore:
    """Probability of each true level given the total, by Bayes over the population.

    Args:
        observed: distribution of the total at Q abilities.
        true_scores: (Q,) expected total at the same abilities.
        population: (Q,) share of the population at each.
        cuts: (C,) in points, rising.
        inclusive: whether a total on the cut passes.

    Raises:
        ContractError: no cut, or cuts that do not rise.

    Source: Lee (2010), Journal of Educational Measurement 47, 1-17, turned by Bayes' rule.
    """
    joint = observed.probability * (population / population.sum())
    truly = levels(true_scores, cuts)[:, None] == np.arange(len(cuts) + 1)
    with np.errstate(invalid="ignore"):
        share = (joint @ truly).T / joint.sum(axis=1)
    given = levels(observed.scores, cuts, inclusive=inclusive)
    return ByScore(
        scores=observed.scores,
        true_level=share,
        accuracy=share[given, np.arange(len(given))],
    )
