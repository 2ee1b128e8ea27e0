"""The posterior of ability as a continuous distribution, and draws from it.

Between two nodes the density is taken to run exponentially, that is its logarithm linearly.
The logarithm of a posterior is nearly a parabola, so this holds where straight lines would
widen the distribution by a sixth of the squared spacing of the nodes.
"""

import numpy as np

from pipeline.stats.arrays import FloatArray

_FLAT = 1e-9  # slopes of the log density below this count as none
_MOST = 1 - 1e-16


def inverse_distribution(
    log_density: FloatArray, nodes: FloatArray, uniform: FloatArray
) -> FloatArray:
    """(n, m) abilities below which the distribution holds the shares given.

    Args:
        log_density: (n, Q) at the nodes, up to a constant for each person.
        nodes: (Q,) rising; the distribution ends at the first and last.
        uniform: (n, m) shares in (0, 1).
    """
    height = log_density - log_density.max(axis=1, keepdims=True)
    rise = np.diff(height, axis=1)
    width = np.diff(nodes)
    reached = np.cumsum(_masses(height, rise, width), axis=1)
    found = np.empty(uniform.shape)
    rows = np.arange(len(height))
    for column in range(uniform.shape[1]):
        target = uniform[:, column] * reached[:, -1]
        cell = np.minimum((reached < target[:, None]).sum(axis=1), len(width) - 1)
        before = np.where(cell > 0, reached[rows, cell - 1], 0.0)
        mass = reached[rows, cell] - before
        part = np.clip((target - before) / np.where(mass > 0, mass, 1.0), 0.0, _MOST)
        found[:, column] = nodes[cell] + width[cell] * _within(part, rise[rows, cell])
    return found


def _masses(height: FloatArray, rise: FloatArray, width: FloatArray) -> FloatArray:
    """(n, Q - 1) integrals of the exponentials between the nodes."""
    density = np.exp(height)
    is_flat = np.abs(rise) < _FLAT
    mean = np.diff(density, axis=1) / np.where(is_flat, 1.0, rise)
    return np.asarray(width * np.where(is_flat, density[:, :-1], mean))


def _within(part: FloatArray, rise: FloatArray) -> FloatArray:
    """Place in [0, 1] within a cell below which `part` of its mass lies."""
    is_flat = np.abs(rise) < _FLAT
    slope = np.where(is_flat, 1.0, rise)
    # the mass is counted from the higher end, where the exponential cannot overflow
    down = -np.abs(slope)
    from_high = np.where(slope > 0, 1 - part, part)
    place = np.log1p(from_high * np.expm1(down)) / down
    place = np.where(slope > 0, 1 - place, place)
    return np.asarray(np.clip(np.where(is_flat, part, place), 0.0, 1.0))
