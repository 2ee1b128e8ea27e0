"""Abilities and widths over which posteriors and populations are integrated."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.quadrature import GRID

WHERE = "nodes"
# Between two cuts a posterior is smooth: five points on half a unit leave errors below 1e-6.
_PANEL = 0.5
_POINTS = 5


@dataclass(frozen=True, eq=False)
class Nodes:
    """A rule of integration: sum of width * f(ability).

    Attributes:
        ability: (Q,) rising.
        width: (Q,) above zero.
    """

    ability: FloatArray
    width: FloatArray

    def population(self, mean: float = 0.0, sd: float = 1.0) -> FloatArray:
        """(Q,) shares of a normal population, summing to one."""
        z = (self.ability - mean) / sd
        density = self.width * np.exp(-0.5 * z * z)
        return np.asarray(density / density.sum())


EVEN_NODES = Nodes(GRID, np.gradient(GRID))


def split_nodes(cuts: FloatArray, *, low: float = -6.0, high: float = 6.0) -> Nodes:
    """Nodes of which none stands for abilities on both sides of a cut.

    Gauss-Legendre points on panels that end at the cuts. On evenly spaced nodes a share above
    a cut is wrong by up to half the share of one node; here it is exact to rounding.

    Args:
        cuts: (C,) on the ability scale, between `low` and `high`.
        low: lowest ability.
        high: highest ability.

    Raises:
        ContractError: a cut outside.
    """
    inner = np.unique(np.asarray(cuts, dtype=np.float64))
    if not ((inner > low) & (inner < high)).all():
        raise ContractError(
            WHERE,
            f"cuts: expected between {low:g} and {high:g}, got {inner.min():g} to {inner.max():g}",
            hint="hardly anybody lies beyond; check the cut's place on the ability scale",
        )
    ends = np.concatenate([[low], inner, [high]])
    edges = [
        np.linspace(left, right, 1 + int(np.ceil((right - left) / _PANEL)))[:-1]
        for left, right in pairwise(ends)
    ]
    borders = np.append(np.concatenate(edges), high)
    at, weight = np.polynomial.legendre.leggauss(_POINTS)
    half = np.diff(borders)[:, None] / 2
    ability = borders[:-1, None] + half * (1 + at)
    return Nodes(ability.ravel(), (half * weight).ravel())
