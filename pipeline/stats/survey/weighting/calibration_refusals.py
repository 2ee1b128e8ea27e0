"""What calibration refuses, in words that say which totals or bounds to change."""

from typing import NoReturn

import numpy as np

from pipeline.errors import CalibrationError, MarginMismatchError, NotConvergedError
from pipeline.stats.arrays import FloatArray, dense
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries
from pipeline.stats.survey.weighting.calibration_equations import CalibrationEquations, Solution
from pipeline.stats.survey.weighting.cells import Coded
from pipeline.stats.survey.weighting.distances import Interval, Method
from pipeline.stats.survey.weighting.feasibility import BoundedTotals, off_target

_WHERE = "calibration"
_ROUNDING = 1e-6  # totals of one population may differ by the rounding of their source


def refuse_bad_request(
    weight: FloatArray,
    auxiliaries: Auxiliaries,
    method: Method,
    bounds: Interval,
    weight_bounds: Interval,
    variance: FloatArray,
    group: Coded | None,
) -> None:
    """Collect every fault of the arguments of `calibrate` and raise once."""
    rows = len(weight)
    faults = [
        f"{name}: expected {rows} rows, got {size}"
        for name, size in (
            ("auxiliaries", auxiliaries.matrix.shape[0]),
            ("variance", len(variance)),
            ("group", rows if group is None else len(group.codes)),
        )
        if size != rows
    ]
    faults += _weight_faults(weight)
    faults += _auxiliary_faults(auxiliaries)
    faults += _bound_faults(method, bounds, weight_bounds)
    if not faults:
        counted = weight > 0
        if bad := int((~(np.isfinite(variance) & (variance > 0)))[counted].sum()):
            faults.append(f"variance: missing, infinite or not above 0 in {bad} rows")
        if group is not None and (missing := int((group.codes[counted] < 0).sum())):
            faults.append(f"group: missing in {missing} rows")
    if faults:
        raise CalibrationError(_WHERE, faults)


def reconciled_totals(equations: CalibrationEquations, auxiliaries: Auxiliaries) -> FloatArray:
    """Totals without their contradictions, when these are no more than rounding.

    Raises:
        MarginMismatchError: they are more.
    """
    totals = auxiliaries.totals
    excess = equations.contradiction(totals)
    in_conflict = np.flatnonzero(np.abs(excess) > _ROUNDING * (1 + np.abs(totals)))
    if len(in_conflict):
        raise MarginMismatchError(
            _WHERE,
            [
                f"total {auxiliaries.names[j]} is {totals[j]:.8g}, and "
                f"{totals[j] - excess[j]:.8g} in the nearest totals that agree with each other"
                for j in in_conflict
            ],
            hint="build all totals from one population table, or drop one of those that overlap",
        )
    return np.asarray(totals - excess)


def refuse_unmet_totals(wanted: BoundedTotals, names: tuple[str, ...], found: Solution) -> NoReturn:
    """Explain why the totals were not met.

    Raises:
        CalibrationError: the bounds cannot be kept.
        NotConvergedError: they can.
    """
    nearest = wanted.nearest_totals()
    if nearest is not None and not off_target(nearest, wanted.totals).any():
        raise NotConvergedError(
            _WHERE,
            f"expected every total met, got {found.history[-1]:.3g} (relative) after "
            f"{len(found.history)} rounds, although the bounds allow it",
            hint='allow more rounds, or method "linear" with the same bounds',
        )
    raise CalibrationError(
        _WHERE,
        ["bounds: some rows have a lower one above their upper one"]
        if nearest is None
        else [
            f"total {names[j]}: expected {wanted.totals[j]:.8g}, the bounds allow no "
            f"{'more' if nearest[j] < wanted.totals[j] else 'less'} than {nearest[j]:.8g}"
            for j in np.flatnonzero(off_target(nearest, wanted.totals))
        ],
        hint=_wider_bounds(wanted) + "merge sparse categories, or drop a total",
    )


def _wider_bounds(wanted: BoundedTotals) -> str:
    """The narrowest bounds that would do: one end moved, or both."""
    lower, upper = wanted.lower, wanted.upper
    if not (np.isfinite(lower).all() and np.isfinite(upper).all() and (lower <= upper).all()):
        return ""
    width = upper - lower
    for down, up in ((0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
        moved = wanted.narrowest(down=down, up=up)
        if moved is not None:
            low, high = lower - down * moved * width, upper + up * moved * width
            return f"widen the bounds to {_interval(low, high, wanted.weight)} or more; "
    return ""


def _interval(low: FloatArray, high: FloatArray, weight: FloatArray) -> str:
    """Bounds on the ratio if they are the same for all rows, else on the weight."""
    is_ratio = np.allclose(low, low[0]) and np.allclose(high, high[0])
    unit = np.ones_like(weight) if is_ratio else weight
    kind = "times the weight before" if is_ratio else "as weights"
    return f"[{(low * unit).min():.4g}, {(high * unit).max():.4g}] {kind}"


def _weight_faults(weight: FloatArray) -> list[str]:
    if bad := int((~np.isfinite(weight) | (weight < 0)).sum()):
        return [f"base weight: missing, infinite or negative in {bad} rows"]
    return [] if (weight > 0).any() else ["base weight: expected one above 0, got none"]


def _auxiliary_faults(auxiliaries: Auxiliaries) -> list[str]:
    columns, count = auxiliaries.matrix.shape[1], len(auxiliaries.names)
    if not columns == count == len(auxiliaries.totals):
        return [f"auxiliaries: {columns} columns, {count} names, {len(auxiliaries.totals)} totals"]
    filled = dense(auxiliaries.matrix.sum(axis=0)).ravel()
    return [
        f"auxiliary {name}: missing or infinite in some rows, or its total is"
        for name, total, people in zip(auxiliaries.names, auxiliaries.totals, filled, strict=True)
        if not (np.isfinite(people) and np.isfinite(total))
    ]


def _bound_faults(method: Method, bounds: Interval, weight_bounds: Interval) -> list[str]:
    named = {"bounds": bounds, "weight_bounds": weight_bounds}
    faults = [
        f"{name}: expected a lower below an upper, got [{low:g}, {high:g}]"
        for name, (low, high) in named.items()
        if not low < high
    ]
    low, high = bounds
    if method == "logit" and not (np.isfinite([low, high]).all() and low < 1 < high):
        faults.append(f"bounds: logit needs finite ones around 1, got [{low:g}, {high:g}]")
    if method == "logit" and np.isfinite(weight_bounds).any():
        faults.append('weight_bounds: use method "raking" or "linear", which can be cut anywhere')
    return faults
