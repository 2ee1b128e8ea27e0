"""Calibration exactly as R survey iterates it, for comparison digit by digit.

Not for publication: R takes plain Newton steps and, where bounds cannot be kept, goes on with
the weights of the last step, which meet neither all totals nor any rule. That happens in
replicates, of which a few may leave too few rows.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.stats.arrays import FloatArray, dense
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries, Totals
from pipeline.stats.survey.weighting.calibration import trimmed
from pipeline.stats.survey.weighting.distances import Interval, Method, distance_of

_CONVERGED = 1e-12
_RANK = 256 * np.finfo(np.float64).eps


def last_step(
    base_weight: FloatArray,
    auxiliaries: Auxiliaries,
    *,
    method: Method,
    bounds: Interval,
    variance: FloatArray | None = None,
    trim: Interval | None = None,
    max_rounds: int,
) -> FloatArray:
    """(n,) weights after Newton's method, met or not.

    Arguments as for `calibrate`.

    Oracle: R survey 4.5 calibrate on a replicate design.
    """
    rows = np.flatnonzero(base_weight > 0)
    weight = base_weight[rows]
    x = dense(auxiliaries.matrix)[rows]
    spread = np.ones(len(rows)) if variance is None else variance[rows]
    lower, upper = (np.full(len(rows), bound, dtype=np.float64) for bound in bounds)
    distance = distance_of(method, lower, upper)
    multipliers, size = np.zeros(x.shape[1]), 1 + np.abs(auxiliaries.totals)
    u = np.zeros(len(rows))
    misfit = auxiliaries.totals - x.T @ weight
    for _ in range(max_rounds):
        products = (x * (weight * distance.slope(u) / spread)[:, None]).T @ x
        step = np.linalg.pinv(products, rcond=_RANK, hermitian=True) @ misfit
        multipliers = multipliers + step
        u = x @ multipliers / spread
        misfit = auxiliaries.totals - x.T @ (weight * distance.ratio(u))
        if (np.abs(misfit) / size < _CONVERGED).all():
            break
    ratio = distance.ratio(u)
    after = np.zeros_like(base_weight)
    after[rows] = weight * (ratio if trim is None else trimmed(ratio, weight, trim))
    return after


def with_intercept(totals: Totals, name: str = "population") -> dict[str, Any]:
    """Totals as R codes them: a constant, and categories without the first of each column.

    Where curvature vanishes, the direction of a step depends on the coding.

    Args:
        totals: per column, one total or one per category.
        name: of the constant.
    """
    by_category = [total for total in totals.values() if isinstance(total, Mapping)]
    if not by_category:
        return dict(totals)
    people = totals.get(name)
    if people is None or isinstance(people, Mapping):
        people = sum(max(by_category, key=len).values())
    coded: dict[str, Any] = {name: people}
    for column, total in totals.items():
        if isinstance(total, Mapping):
            is_whole = math.isclose(sum(total.values()), people, rel_tol=1e-6)
            first = min(total) if is_whole else None
            coded[column] = {label: n for label, n in total.items() if label != first}
        else:
            coded[column] = total
    return coded
