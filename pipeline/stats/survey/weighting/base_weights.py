"""Base weights: one over the probability of being drawn.

Owns the step from recorded probabilities to weights and nothing after it.
"""

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray


def base_weights(
    psu_prob: FloatArray, household_prob: FloatArray, person_prob: FloatArray
) -> FloatArray:
    """Inverse of the probability of being drawn, over three stages.

    w = 1 / (psu_prob * household_prob * person_prob), each probability given the stage
    before: the unit, the household within it, the person within the household.

    Args:
        psu_prob: (n,) probabilities in (0, 1].
        household_prob: (n,) likewise.
        person_prob: (n,) likewise.

    Returns:
        (n,) weights; their sum estimates the population.

    Raises:
        DesignError: a probability is missing, not above 0, or above 1.

    Source: Särndal, Swensson & Wretman (1992), sections 2.8 and 4.3.
    """
    stages = {
        "psu_prob": np.asarray(psu_prob, dtype=np.float64),
        "household_prob": np.asarray(household_prob, dtype=np.float64),
        "person_prob": np.asarray(person_prob, dtype=np.float64),
    }
    if faults := [fault for name, prob in stages.items() for fault in _faults(name, prob)]:
        raise DesignError(
            "base weights",
            faults,
            hint="complete the sampling record; people without a known probability "
            "(online recruits) get no base weight and do not enter here",
        )
    product = stages["psu_prob"] * stages["household_prob"] * stages["person_prob"]
    return np.asarray(1 / product)


def _faults(name: str, prob: FloatArray) -> list[str]:
    checks = {
        "missing": int(np.isnan(prob).sum()),
        "not above 0": int((prob <= 0).sum()),
        "above 1": int((prob > 1).sum()),
    }
    return [
        f"{name}: expected a probability in (0, 1], got one {what} in {count} rows"
        for what, count in checks.items()
        if count
    ]
