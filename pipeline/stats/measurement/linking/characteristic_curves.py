"""Links that bring the anchors' curves together: Haebara item by item, Stocking-Lord in sum.

Both use guessing and slopes where the moment methods use only means, and are the ones to report.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import least_squares

from pipeline.errors import ContractError, NotConvergedError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.linking.link import WHERE, Link, check_anchors
from pipeline.stats.measurement.linking.moments import mean_mean

TOLERANCE = 1e-12

Curve: TypeAlias = Callable[[ItemModel, FloatArray], tuple[FloatArray, FloatArray]]
"""What is brought together: (M, Q) curves at (Q,) abilities, and their slopes."""


@dataclass(frozen=True, eq=False)
class Criterion:
    """Where on the ability scale the curves are compared, and how much each place counts.

    Attributes:
        ability: (Q,) places.
        weights: (Q,) not negative; only their ratios matter.
    """

    ability: FloatArray
    weights: FloatArray

    def __post_init__(self) -> None:
        weights = np.asarray(self.weights)
        if np.shape(self.ability) != weights.shape or weights.ndim != 1:
            raise ContractError(WHERE, "criterion: expected one weight for each ability")
        if not np.isfinite(self.ability).all():
            raise ContractError(WHERE, "criterion: expected finite abilities")
        if not (np.isfinite(weights).all() and (weights >= 0).all() and (weights > 0).sum() > 1):
            raise ContractError(
                WHERE, "criterion: expected weights not below zero, two or more of them above"
            )

    @classmethod
    def normal(cls, ability: FloatArray, *, mean: float = 0.0, sd: float = 1.0) -> "Criterion":
        """Places count as often as people of a normal population stand there."""
        return cls(ability, np.exp(-(((np.asarray(ability) - mean) / sd) ** 2) / 2))

    @classmethod
    def uniform(cls, ability: FloatArray) -> "Criterion":
        """Every place counts the same."""
        return cls(ability, np.ones(len(ability)))


STANDARD = Criterion.normal(np.linspace(-6.0, 6.0, 61))


def haebara(
    old: ItemModel,
    new: ItemModel,
    *,
    criterion: Criterion = STANDARD,
    symmetric: bool = False,
) -> Link:
    """Link with the smallest squared distance between the anchors' category curves.

    Minimises sum_q w_q sum_jk [P_jk,old(t_q) - P_jk,new((t_q - B) / A)]^2.

    Args:
        old: anchors on the old scale.
        new: the same anchors on the new scale.
        criterion: places t on the old scale and their weights w.
        symmetric: add the same distance with the old curves carried to the new scale, at the
            same places and weights there.

    Raises:
        ContractError: anchors that differ or whose parameters are not usable.
        NotConvergedError: no minimum with a slope above zero was found.

    Source: Haebara (1980), Jap. Psych. Research 22, 144-149; both directions: Kim & Kolen
    (2007), Appl. Meas. Educ. 20, 371-397. Oracle: R plink 1.5-1, HB.
    """
    return _closest(old, new, _category_curves, criterion, symmetric)


def stocking_lord(
    old: ItemModel,
    new: ItemModel,
    *,
    criterion: Criterion = STANDARD,
    symmetric: bool = False,
) -> Link:
    """Link with the smallest squared distance between the anchors' expected scores.

    Minimises sum_q w_q [T_old(t_q) - T_new((t_q - B) / A)]^2 with T = sum_j expected points.

    Args:
        old: anchors on the old scale.
        new: the same anchors on the new scale.
        criterion: places t on the old scale and their weights w.
        symmetric: as in `haebara`.

    Raises:
        ContractError: anchors that differ or whose parameters are not usable.
        NotConvergedError: no minimum with a slope above zero was found.

    Source: Stocking & Lord (1983), Appl. Psych. Meas. 7, 201-210. Oracle: R plink 1.5-1, SL.
    """
    return _closest(old, new, _test_curve, criterion, symmetric)


def _closest(
    old: ItemModel, new: ItemModel, curve: Curve, criterion: Criterion, symmetric: bool
) -> Link:
    check_anchors(old, new)
    start = mean_mean(old, new)
    place, root_weight = criterion.ability, np.sqrt(criterion.weights / criterion.weights.sum())
    target, opposite = curve(old, place)[0], curve(new, place)[0]

    def gaps(at: FloatArray) -> FloatArray:
        """(n, 3) weighed distances, with their derivatives by slope and shift."""
        parts = [_forth(new, target, curve, place, at)]
        parts += [_back(old, opposite, curve, place, at)] if symmetric else []
        return np.concatenate([(root_weight * part).reshape(3, -1).T for part in parts])

    def distance(at: FloatArray) -> FloatArray:
        return gaps(at)[:, 0]

    def gradient(at: FloatArray) -> FloatArray:
        return gaps(at)[:, 1:]

    found = least_squares(
        distance,
        np.array([start.slope, start.shift]),
        jac=gradient,
        method="lm",
        xtol=TOLERANCE,
        ftol=TOLERANCE,
        gtol=TOLERANCE,
    )
    slope, shift = (float(each) for each in found.x)
    if not found.success or slope <= 0:
        raise NotConvergedError(
            WHERE,
            f"expected a minimum within {found.nfev} evaluations, got slope {slope:.3g}",
            hint="look for an anchor that drifted far, or link by mean-mean",
        )
    return Link(slope=slope, shift=shift)


def _forth(
    new: ItemModel, target: FloatArray, curve: Curve, place: FloatArray, at: FloatArray
) -> FloatArray:
    """(3, M, Q) distances on the old scale, with derivatives by slope and shift."""
    slope, shift = at
    standing = (place - shift) / slope
    height, rise = curve(new, standing)
    return np.stack([height - target, -rise * standing / slope, -rise / slope])


def _back(
    old: ItemModel, target: FloatArray, curve: Curve, place: FloatArray, at: FloatArray
) -> FloatArray:
    """(3, M, Q) distances on the new scale, with derivatives by slope and shift."""
    slope, shift = at
    height, rise = curve(old, slope * place + shift)
    return np.stack([height - target, rise * place, rise])


def _category_curves(model: ItemModel, ability: FloatArray) -> tuple[FloatArray, FloatArray]:
    curves = model.curves(ability)
    flat = (-1, len(ability))
    return curves.probability.reshape(flat), curves.slope.reshape(flat)


def _test_curve(model: ItemModel, ability: FloatArray) -> tuple[FloatArray, FloatArray]:
    curves = model.curves(ability)
    points = np.arange(curves.probability.shape[1])
    height = np.einsum("jkq,k->q", curves.probability, points)
    rise = np.einsum("jkq,k->q", curves.slope, points)
    return height[None, :], rise[None, :]
