"""Accuracy and consistency at cuts on the ability scale, with normal errors."""

import numpy as np
from scipy.special import ndtr

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.classification.agreement import LevelChances, levels


def level_chances(ability: FloatArray, se: FloatArray, cuts: FloatArray) -> LevelChances:
    """How likely estimates of ability fall between the cuts: N(ability, se^2).

    Args:
        ability: (Q,) of a grid or of persons.
        se: (Q,) standard error of the estimate there, such as 1 / sqrt(test information).
        cuts: (C,) on the ability scale, rising.

    Raises:
        ContractError: no cut, or cuts that do not rise.

    Source: Rudner (2005), Practical Assessment, Research & Evaluation 10(13). Oracle: R cacIRT
    1.4 Rud.D.
    """
    below = ndtr((np.asarray(cuts)[:, None] - ability) / se)
    edges = np.vstack([np.zeros_like(ability), below, np.ones_like(ability)])
    return LevelChances(true_level=levels(ability, cuts), chance=np.diff(edges, axis=0))
