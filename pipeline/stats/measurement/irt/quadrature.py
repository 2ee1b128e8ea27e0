"""Integrals over ability: the nodes, and what a normal population weighs at them."""

import numpy as np

from pipeline.stats.arrays import FloatArray

GRID: FloatArray = np.linspace(-6, 6, 61)
GRID.setflags(write=False)


def log_normal_weights(
    nodes: FloatArray, mean: FloatArray | float = 0.0, sd: FloatArray | float = 1.0
) -> FloatArray:
    """Log of normal density times node spacing: weights of the trapezoid rule.

    They sum to one up to what lies beyond the nodes, so sums over nodes are integrals and
    log-likelihoods on different grids compare.

    Args:
        nodes: (Q,) rising.
        mean: (...) of the populations.
        sd: (...) of the populations, above zero.

    Returns:
        (..., Q).
    """
    centre, scale = np.asarray(mean)[..., None], np.asarray(sd)[..., None]
    z = (nodes - centre) / scale
    constant = np.log(np.gradient(nodes)) - 0.5 * np.log(2 * np.pi)
    return np.asarray(constant - np.log(scale) - 0.5 * z * z)
