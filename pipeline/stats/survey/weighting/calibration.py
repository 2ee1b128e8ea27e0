"""Calibration: the smallest change of weights that brings totals of auxiliaries to the population.

Owns what the caller asks for and gets. The equations are solved in `calibration_equations`,
distances are defined in `distances`, refusals worded in `calibration_refusals`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries
from pipeline.stats.survey.weighting.calibration_equations import CalibrationEquations, Solution
from pipeline.stats.survey.weighting.calibration_refusals import (
    reconciled_totals,
    refuse_bad_request,
    refuse_unmet_totals,
)
from pipeline.stats.survey.weighting.cells import Labels, coded
from pipeline.stats.survey.weighting.distances import Interval, Method, distance_of
from pipeline.stats.survey.weighting.feasibility import BoundedTotals, off_target
from pipeline.stats.survey.weighting.sharing_units import SharingUnits, sharing_units

Fallback: TypeAlias = Literal["refuse", "nearest"]

_UNBOUNDED: Interval = (-np.inf, np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibrated:
    """Calibrated weights and the record of how they came about.

    Attributes:
        base_weight: (n,) weights before.
        ratio: (n,) weight over base weight; 1 where that is 0.
        auxiliaries: (n, q) calibrated on; with a group, its means.
        variance: (n,) of the model.
        names: of the auxiliaries.
        totals: (q,) population totals.
        attained: (q,) totals of the calibrated weights.
        history: largest relative distance to a total after each round.
        weight_bounds: smallest and largest weight allowed.
    """

    base_weight: FloatArray
    ratio: FloatArray
    auxiliaries: FloatArray | SparseArray
    variance: FloatArray
    names: tuple[str, ...]
    totals: FloatArray
    attained: FloatArray
    history: tuple[float, ...]
    weight_bounds: Interval

    @cached_property
    def weight(self) -> FloatArray:
        """(n,) calibrated weights."""
        return self.base_weight * self.ratio

    @property
    def is_held(self) -> BoolArray:
        """(n,) weights that stand at one of the bounds on weights."""
        at = [np.isclose(self.weight, bound, rtol=1e-12, atol=0) for bound in self.weight_bounds]
        held: BoolArray = np.logical_or(*at) & (self.weight > 0)
        return held

    @property
    def rounds(self) -> int:
        """Newton steps taken."""
        return len(self.history)

    @property
    def missed(self) -> tuple[str, ...]:
        """Names of totals that the bounds forbade, or that trimming moved."""
        is_missed = off_target(self.attained, self.totals)
        return tuple(np.array(self.names, dtype=object)[is_missed])

    @property
    def gap(self) -> float:
        """Largest distance to a total relative to 1 + the total."""
        return float((np.abs(self.attained - self.totals) / (1 + np.abs(self.totals))).max())

    @property
    def adjustment(self) -> Adjustment:
        """What the variance of a design with these weights needs.

        A weight held at a bound on weights is a constant; the others restore the totals.
        """
        moves, is_held = self.base_weight / self.variance, self.is_held
        return Adjustment(
            ratio=self.ratio,
            slope=np.where(is_held, 0.0, self.ratio) if is_held.any() else None,
            auxiliaries=self.auxiliaries,
            regression_weight=np.where(is_held, 0.0, moves),
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

    d are the weights before, q the variance of the model, F the ratio of the method (see
    `distances`). Rows of weight 0 keep it and change nothing.

    Args:
        base_weight: (n,) weights before, finite and not negative.
        auxiliaries: x and its totals, from `auxiliaries_of`.
        method: the distance that is kept small; "linear" is the regression estimator.
        bounds: smallest and largest ratio of a weight to the one before.
        weight_bounds: smallest and largest calibrated weight.
        variance: (n,) of the variables of interest given x, up to a factor, default equal:
            weights of rows that vary more change more. That of a sole x: the ratio estimator.
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
    units = _units(weight, auxiliaries, method, bounds, weight_bounds, spread, group)
    found = _solved(units, auxiliaries, method, if_infeasible, tolerance, max_rounds)
    unit_ratio = found.ratio if trim is None else trimmed(found.ratio, units.weight, trim)
    return Calibrated(
        base_weight=weight,
        ratio=units.spread(unit_ratio),
        auxiliaries=units.spread_auxiliaries(auxiliaries.matrix),
        variance=spread,
        names=auxiliaries.names,
        totals=auxiliaries.totals,
        attained=np.asarray(units.auxiliaries.T @ (units.weight * unit_ratio)),
        history=found.history,
        weight_bounds=weight_bounds,
    )


def _units(
    weight: FloatArray,
    auxiliaries: Auxiliaries,
    method: Method,
    bounds: Interval,
    weight_bounds: Interval,
    variance: FloatArray,
    group: "Labels | None",
) -> SharingUnits:
    """What shares a ratio, between the bounds that both kinds and the method allow."""
    groups = None if group is None else coded(group)
    refuse_bad_request(weight, auxiliaries, method, bounds, weight_bounds, variance, groups)
    counted = np.where(weight > 0, weight, 1.0)
    lower = np.maximum(bounds[0], weight_bounds[0] / counted)
    lower = np.maximum(lower, 0) if method == "raking" else lower
    upper = np.minimum(bounds[1], weight_bounds[1] / counted)
    return sharing_units(weight, auxiliaries.matrix, variance, lower, upper, groups)


def _solved(
    units: SharingUnits,
    auxiliaries: Auxiliaries,
    method: Method,
    if_infeasible: Fallback,
    tolerance: float,
    max_rounds: int,
) -> Solution:
    """Ratios of the units, before any trimming."""
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
    return found


def _bounded(units: SharingUnits, totals: FloatArray) -> BoundedTotals:
    return BoundedTotals(
        weight=units.weight,
        auxiliaries=units.auxiliaries,
        totals=totals,
        lower=units.lower,
        upper=units.upper,
    )


def trimmed(ratio: FloatArray, weight: FloatArray, trim: Interval) -> FloatArray:
    """(n,) ratios cut, the excess shared by the others once.

    Oracle: R survey 4.5 calibrate(trim = ...).
    """
    cut = np.clip(ratio, *trim)
    inside: BoolArray = cut == ratio
    excess = float(((ratio - cut) * weight).sum())
    if inside.any():
        cut[inside] += excess / weight[inside].sum()
    return cut
