"""The error of a link: another draw of anchors would have carried the scale a little elsewhere.

It belongs to the link and not to either sample, so it does not shrink with more respondents.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.characteristic_curves import stocking_lord
from pipeline.stats.measurement.linking.link import WHERE, Link, Linker, check_anchors


@dataclass(frozen=True, eq=False, kw_only=True)
class LinkError:
    """A link with the links that each lack one anchor.

    Attributes:
        link: of all anchors.
        left_out: one link per anchor, made without it.
    """

    link: Link
    left_out: tuple[Link, ...]

    @property
    def covariance(self) -> FloatArray:
        """(2, 2) of slope and shift."""
        return jackknife_covariance([[link.slope, link.shift] for link in self.left_out])

    @property
    def slope_se(self) -> float:
        """Standard error of A."""
        return float(np.sqrt(self.covariance[0, 0]))

    @property
    def shift_se(self) -> float:
        """Standard error of B."""
        return float(np.sqrt(self.covariance[1, 1]))

    def se(self, number: Callable[[Link], float]) -> float:
        """Linking error of any number that depends on the link."""
        values = [[number(link)] for link in self.left_out]
        return float(np.sqrt(jackknife_covariance(values)[0, 0]))

    def mean_se(self, mean: float) -> float:
        """Linking error of the new wave's mean on the old scale.

        Args:
            mean: of the new wave, on its own scale.
        """
        return self.se(lambda link: link.slope * mean + link.shift)

    def share_se(
        self, cut: float, ability: FloatArray, *, weights: FloatArray | None = None
    ) -> float:
        """Linking error of the new wave's share at or above a cut.

        Args:
            cut: on the old scale.
            ability: (n,) plausible values or nodes of the new wave, on its own scale.
            weights: (n,) of the people or masses at the nodes; None: one each.
        """
        distribution = _Smooth.of(ability, weights)
        return self.se(lambda link: distribution.share_above((cut - link.shift) / link.slope))


def linking_error(old: ItemModel, new: ItemModel, *, method: Linker = stocking_lord) -> LinkError:
    """Jackknife of a link over its anchors.

    Each anchor is left out in turn and the link made again. The anchors are taken as a sample
    of all that might have been chosen.

    Args:
        old: (J) anchors on the old scale.
        new: the same anchors on the new scale.
        method: the way of linking.

    Raises:
        ContractError: fewer than three anchors, or as the method.

    Source: Haberman, Lee & Qian (2009), ETS RR-09-39; Monseur & Berezner (2007), J. Appl.
    Meas. 8, 323-335.
    """
    check_anchors(old, new, at_least=3)
    every = np.arange(len(old.categories))
    left_out = []
    for anchor in every:
        others = np.delete(every, anchor)
        left_out.append(method(old.take(others), new.take(others)))
    return LinkError(link=method(old, new), left_out=tuple(left_out))


def jackknife_covariance(left_out: object) -> FloatArray:
    """Covariance of numbers made J times, each time without one anchor.

    (J - 1) / J * sum_j (x_j - mean)(x_j - mean)'. For numbers of a concurrent calibration, give
    those of the calibrations in which one anchor at a time has its own parameters in each wave.

    Args:
        left_out: (J, k).

    Raises:
        ContractError: fewer than two rows, or numbers that are not finite.
    """
    values = np.asarray(left_out, dtype=np.float64)
    if values.ndim != 2 or len(values) < 2 or not np.isfinite(values).all():
        raise ContractError(
            WHERE, f"jackknife: expected finite (J, k) numbers with J above 1, got {values.shape}"
        )
    off_mean = values - values.mean(axis=0)
    return np.asarray((len(values) - 1) / len(values) * off_mean.T @ off_mean)


def change_se(later: float, earlier: float, link: float) -> float:
    """Standard error of a change between linked waves.

    SE^2 = SE_later^2 + SE_earlier^2 + SE_link^2; samples drawn apart. Where first-stage units
    are shared, give the sampling error of the change for one of the two and zero for the other.

    Args:
        later: sampling standard error of the later wave's number.
        earlier: of the earlier wave's.
        link: linking error of the number on the common scale.

    Source: Monseur & Berezner (2007), J. Appl. Meas. 8, 323-335.
    """
    return float(np.sqrt(later**2 + earlier**2 + link**2))


@dataclass(frozen=True, eq=False)
class _Smooth:
    """A distribution with the mass of each value spread over the way to its neighbours."""

    edge: FloatArray
    below: FloatArray

    @classmethod
    def of(cls, ability: FloatArray, weights: FloatArray | None) -> "_Smooth":
        """Nodes would make the share jump, and a jackknife of jumps is no standard error."""
        values = np.asarray(ability, dtype=np.float64)
        mass = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
        if values.shape != mass.shape or not (np.isfinite(values) & (mass >= 0)).all():
            raise ContractError(WHERE, "share: expected finite abilities and a weight for each")
        places, which = np.unique(values[mass > 0], return_inverse=True)
        if len(places) < 2:
            raise ContractError(WHERE, "share: expected two different abilities or more")
        masses = np.bincount(which, weights=mass[mass > 0])
        inner = (places[1:] + places[:-1]) / 2
        ends = 2 * places[[0, -1]] - inner[[0, -1]]
        below = np.concatenate([[0.0], np.cumsum(masses)]) / masses.sum()
        return cls(np.concatenate([ends[:1], inner, ends[1:]]), below)

    def share_above(self, cut: float) -> float:
        return float(1 - np.interp(cut, self.edge, self.below))
