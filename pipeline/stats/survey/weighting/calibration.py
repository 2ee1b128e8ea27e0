"""Calibration: the smallest change of weights that brings totals of auxiliaries to the population.

Owns what the caller asks for and gets. The equations are solved in `calibration_equations`,
distances are defined in `distances`, refusals worded in `calibration_refusals`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries
from pipeline.stats.survey.weighting.calibration_equations import CalibrationEquations
from pipeline.stats.survey.weighting.calibration_refusals import (
    reconciled_totals,
    refuse_bad_request,
    refuse_unmet_totals,
)
from pipeline.stats.survey.weighting.cells import Labels, coded
from pipeline.stats.survey.weighting.distances import Interval, Method, distance_of
from pipeline.stats.survey.weighting.feasibility import BoundedTotals
from pipeline.stats.survey.weighting.sharing_units import SharingUnits, sharing_units

Fallback: TypeAlias = Literal["refuse", "nearest"]

_UNBOUNDED: Interval = (-np.inf, np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibrated:
    """Calibrated weights and the record of how they came about.

    Attributes:
        weight: (n,) calibrated weights.
        base_weight: (n,) weights before.
        ratio: (n,) weight over base weight; 1 where that is 0.
        auxiliaries: (n, q) calibrated on; with a group, its means.
        variance: (n,) of the model.
        names: of the auxiliaries.
        totals: (q,) population totals.
        attained: (q,) totals of the calibrated weights.
        history: largest relative distance to a total after each round.
        missed: names of totals that the bounds forbade, or that trimming moved.
        is_held: (n,) weights that stand at one of the bounds on weights.
    """

    weight: FloatArray
    base_weight: FloatArray
    ratio: FloatArray
    auxiliaries: FloatArray | SparseArray
    variance: FloatArray
    names: tuple[str, ...]
    totals: FloatArray
    attained: FloatArray
    history: tuple[float, ...]
    missed: tuple[str, ...]
    is_held: BoolArray

    @property
    def rounds(self) -> int:
        """Newton steps taken."""
        return len(self.history)

    @property
    def n_negative(self) -> int:
        """Weights below 0, which unbounded linear calibration may give."""
        return int((self.weight < 0).sum())

    @property
    def gap(self) -> float:
        """Largest distance to a total relative to 1 + the total."""
        return float((np.abs(self.attained - self.totals) / (1 + np.abs(self.totals))).max())

    @property
    def adjustment(self) -> Adjustment:
        """What the variance of a design with these weights needs.

        A weight held at a bound on weights is a constant; the others restore the totals.
        """
        moves = self.base_weight / self.variance
        return Adjustment(
            ratio=self.ratio,
            slope=np.where(self.is_held, 0.0, self.ratio) if self.is_held.any() else None,
            auxiliaries=self.auxiliaries,
            regression_weight=np.where(self.is_held, 0.0, moves),
        )


def calibrate(
    base_weight: FloatArray,
    auxiliaries: Auxiliaries,
    *,
    method: Method = "linear",
    bounds: Interval = _UNBOUNDED,
    weight_bounds: Interval = _UNBOUNDED,
    variance: FloatArray | None = None,
    group: "Labels | None" = None,
    trim: Interval | None = None,
    if_infeasible: Fallback = "refuse",
    tolerance: float = 1e-10,
    max_rounds: int = 100,
) -> Calibrated:
    """Weights w = d F(x'b / q) whose totals of x are the population's.

    d are the weights before, q the variance of the model, and F is 1 + u ("linear", the
    regression estimator), exp(u) ("raking") or a logistic curve between the bounds
    ("logit"). Linear and raking ratios are cut at the bounds if there are any. Rows of
    weight 0 keep it and change nothing, so replicates that leave PSUs out go through the
    same function.

    Args:
        base_weight: (n,) weights before, finite and not negative.
        auxiliaries: x and its totals, from `auxiliaries_of`.
        method: the distance that is kept small.
        bounds: smallest and largest ratio of a weight to the one before.
        weight_bounds: smallest and largest calibrated weight.
        variance: (n,) of the variables of interest given x, up to a factor: weights of rows
            that vary more change more. Default: equal. With x the only auxiliary and
            variance x, the ratio estimator.
        group: (n,) rows of one group share one ratio: an integrated household weight.
        trim: ratios beyond are afterwards cut, what they lose shared by the others in
            proportion to weight, once; totals then move.
        if_infeasible: "nearest" keeps the bounds and lists the totals missed; meant for
            replicates, a few of which may leave too few rows.
        tolerance: largest distance to a total relative to 1 + the total.
        max_rounds: Newton steps after which it has failed.

    Raises:
        CalibrationError: the request is not usable, or the bounds cannot be kept; names the
            totals out of reach and bounds that would do.
        MarginMismatchError: totals contradict each other.
        NotConvergedError: the bounds can be kept, but max_rounds did not suffice.

    Source: Deville & Särndal (1992), JASA 87, 376-382; Lemaître & Dufour (1987), Survey
    Methodology 13, 199-207, for groups. Oracle: R survey 4.5 calibrate.
    """
    weight = np.asarray(base_weight, dtype=np.float64)
    spread = np.ones_like(weight) if variance is None else np.asarray(variance, dtype=np.float64)
    groups = None if group is None else coded(group)
    refuse_bad_request(weight, auxiliaries, method, bounds, weight_bounds, spread, groups)
    lower, upper = _ratio_bounds(weight, bounds, weight_bounds)
    lower = np.maximum(lower, 0) if method == "raking" else lower
    units = sharing_units(weight, auxiliaries.matrix, spread, lower, upper, groups)
    unit_ratio, history = _solved(
        units, auxiliaries, method, if_infeasible, tolerance=tolerance, max_rounds=max_rounds
    )
    if trim is not None:
        unit_ratio = _trimmed(unit_ratio, units.weight, trim)
    attained = np.asarray(units.auxiliaries.T @ (units.weight * unit_ratio))
    ratio = units.spread(unit_ratio)
    is_missed = _bounded(units, auxiliaries.totals).missed(attained)
    return Calibrated(
        weight=weight * ratio,
        base_weight=weight,
        ratio=ratio,
        auxiliaries=units.spread_auxiliaries(auxiliaries.matrix),
        variance=spread,
        names=auxiliaries.names,
        totals=auxiliaries.totals,
        attained=attained,
        history=history,
        missed=tuple(np.array(auxiliaries.names, dtype=object)[is_missed]),
        is_held=_held(weight * ratio, weight_bounds),
    )


def _ratio_bounds(
    weight: FloatArray, bounds: Interval, weight_bounds: Interval
) -> tuple[FloatArray, FloatArray]:
    """(n,) smallest and largest ratio that both kinds of bounds allow."""
    counted = np.where(weight > 0, weight, 1.0)
    lower = np.maximum(bounds[0], weight_bounds[0] / counted)
    upper = np.minimum(bounds[1], weight_bounds[1] / counted)
    return lower, upper


def _held(weight: FloatArray, weight_bounds: Interval) -> BoolArray:
    at_bound = [np.isclose(weight, bound, rtol=1e-12, atol=0) for bound in weight_bounds]
    held: BoolArray = np.logical_or(*at_bound) & (weight > 0)
    return held


def _solved(
    units: SharingUnits,
    auxiliaries: Auxiliaries,
    method: Method,
    if_infeasible: Fallback,
    *,
    tolerance: float,
    max_rounds: int,
) -> tuple[FloatArray, tuple[float, ...]]:
    """Ratio of each unit, and the gap after each round."""
    equations = CalibrationEquations(
        units.weight,
        units.auxiliaries,
        units.variance,
        distance_of(method, units.lower, units.upper),
    )
    totals = reconciled_totals(equations, auxiliaries)
    found = equations.solve(totals, tolerance=tolerance, max_rounds=max_rounds)
    if not found.is_met and if_infeasible == "refuse":
        refuse_unmet_totals(_bounded(units, totals), auxiliaries.names, found)
    return found.ratio, found.history


def _bounded(units: SharingUnits, totals: FloatArray) -> BoundedTotals:
    return BoundedTotals(
        weight=units.weight,
        auxiliaries=units.auxiliaries,
        totals=totals,
        lower=units.lower,
        upper=units.upper,
    )


def _trimmed(ratio: FloatArray, weight: FloatArray, trim: Interval) -> FloatArray:
    """Ratios cut, the excess shared by the others; as R survey 4.5 calibrate(trim=)."""
    cut = np.clip(ratio, *trim)
    inside: BoolArray = cut == ratio
    excess = float(((ratio - cut) * weight).sum())
    if inside.any():
        cut[inside] += excess / weight[inside].sum()
    return cut
