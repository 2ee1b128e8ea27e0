"""Bring the figures of areas into line with a published total, and say what that moved."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray

WHERE = "benchmark"
_SHARES_ADD_UP = 1e-3  # population shares are often given with few digits

Method = Literal["raking", "ratio", "mse"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Benchmarked:
    """Figures of m areas that agree with the total.

    Attributes:
        estimate: (m,) after the adjustment.
        adjustment: (m,) what was added to each.
        is_alarming: (m,) whether an area moved by more than the root of its mean squared
            error: then the model, not the adjustment, needs a look. False without `mse`.
    """

    estimate: FloatArray
    adjustment: FloatArray
    is_alarming: BoolArray


def benchmark(
    estimate: FloatArray,
    total: float,
    *,
    population_share: FloatArray,
    method: Method = "mse",
    mse: FloatArray | None = None,
) -> Benchmarked:
    """Move the estimates so that their mean over the population is the total.

    With gap t - sum w x: raking adds the gap to every area, ratio multiplies all by
    t / sum w x, mse adds mse_k / sum (w mse) times the gap, so that areas known well move least.

    Args:
        estimate: (m,).
        total: figure of the whole population, t.
        population_share: (m,) w, share of each area in the population.
        method: how the gap is spread.
        mse: (m,) mean squared errors; needed by method "mse" and for the alarm.

    Raises:
        ContractError: lengths disagree, shares that do not add up to 1, mean squared errors
            wanting, below 0 or all 0, a ratio to 0, an unknown method.

    Source: Datta, Ghosh, Steorts & Maples (2011), TEST 20, 574-588. Oracle: R emdi 2.2
    benchmark.
    """
    _refuse(estimate, population_share, mse)
    model = float(population_share @ estimate)
    gap = total - model
    if method == "raking":
        adjustment = np.full(len(estimate), gap / float(population_share.sum()))
    elif method == "ratio":
        if model == 0:
            raise ContractError(WHERE, "expected a mean other than 0 for the ratio, got 0")
        adjustment = estimate * (gap / model)
    elif method == "mse":
        if mse is None:
            raise ContractError(WHERE, "expected mean squared errors for method mse, got none")
        adjustment = mse * (gap / float(population_share @ mse))
    else:
        raise ContractError(WHERE, f"expected method raking, ratio or mse, got {method!r}")
    limit = np.inf if mse is None else np.sqrt(mse)
    return Benchmarked(
        estimate=estimate + adjustment,
        adjustment=adjustment,
        is_alarming=np.asarray(np.abs(adjustment) > limit),
    )


def _refuse(estimate: FloatArray, population_share: FloatArray, mse: FloatArray | None) -> None:
    count = len(estimate)
    if population_share.shape != (count,) or (mse is not None and mse.shape != (count,)):
        raise ContractError(
            WHERE, f"expected one population share and mean squared error for {count} areas each"
        )
    faults = []
    if (population_share < 0).any() or abs(population_share.sum() - 1) > _SHARES_ADD_UP:
        faults.append(
            f"expected population shares that add up to 1, got {population_share.sum():.4f}"
        )
    if mse is not None and not ((mse >= 0).all() and mse.any()):
        faults.append(
            f"expected mean squared errors above 0, got {int((~(mse > 0)).sum())} that are not"
        )
    if faults:
        raise ContractError(WHERE, faults, hint="divide the areas' people by those of all areas")
