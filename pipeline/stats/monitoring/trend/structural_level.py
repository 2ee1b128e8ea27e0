"""Local level model with both variances estimated, for long series without sampling errors."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray

_STEPS = 200
_LEAST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelVariances:
    """Variances of a local level model.

    Attributes:
        level: of the level's step in a unit of time.
        noise: of an observation about the level.
    """

    level: float
    noise: float


def level_variances(times: FloatArray, values: FloatArray) -> LevelVariances:
    """Maximum likelihood of y = level + noise, the level a random walk from a flat start.

    The likelihood is that of all contrasts against the level. In the axes of the walk's
    covariance among them the contrasts are independent with variance s ((1 - f) + f d_i),
    d the eigenvalues; s has a closed form and f, the walk's part, is searched on [0, 1].
    Either end is a legitimate answer, and short series often give one: see `spreads`.

    Args:
        times: (n,) different; steps may be unequal.
        values: (n,).

    Raises:
        ContractError: lengths differ, fewer than three values, a time twice, no variation.

    Source: Durbin & Koopman (2012), Time Series Analysis by State Space Methods, ch. 2, 7.
    Oracle: R StructTS(type = "level").
    """
    _check(times, values)
    n = len(values)
    elapsed = times - times.min()
    walk = np.minimum.outer(elapsed, elapsed)
    frame = np.column_stack([np.ones(n), np.eye(n)[:, 1:]])
    contrasts = np.linalg.qr(frame).Q[:, 1:]
    eigenvalues, axes = np.linalg.eigh(contrasts.T @ walk @ contrasts)
    unit = float(eigenvalues.mean())
    relative = eigenvalues / unit
    squares = (axes.T @ (contrasts.T @ values)) ** 2

    def deviance(part: float) -> float:
        variance = (1 - part) + part * relative
        return float((n - 1) * np.log((squares / variance).sum()) + np.log(variance).sum())

    part = _lowest(deviance)
    size = float((squares / ((1 - part) + part * relative)).mean())
    return LevelVariances(level=size * part / unit, noise=size * (1 - part))


def _lowest(deviance: Callable[[float], float]) -> float:
    """Where on [0, 1] a function is lowest: on an even grid first, then between neighbours."""
    grid = np.linspace(0, 1, _STEPS + 1)
    heights = [deviance(float(part)) for part in grid]
    best = int(np.argmin(heights))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, _STEPS)])
    found = optimize.minimize_scalar(
        deviance, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
    )
    return float(found.x) if found.fun < heights[best] else float(grid[best])


def _check(times: FloatArray, values: FloatArray) -> None:
    """Refuse what has no level and noise to tell apart."""
    where = "level model"
    if np.ndim(values) != 1 or np.shape(times) != np.shape(values):
        raise ContractError(
            where,
            f"expected times and values alike, got {np.shape(times)} and {np.shape(values)}",
        )
    faults = []
    if len(values) < _LEAST:
        faults.append(f"expected {_LEAST} values or more, got {len(values)}")
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        faults.append("expected finite numbers, got others")
    if len(np.unique(times)) < len(times):
        faults.append("expected every time once, got some twice")
    if not faults and np.ptp(values) == 0:
        faults.append("expected values that differ, got equal ones")
    if faults:
        raise ContractError(where, faults)
