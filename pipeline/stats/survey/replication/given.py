"""Replicate weights that came with the data, and the scale of the method that made them.

Scale of the sum of squares over R replicates:

===================== =================================================================
BRR                   1 / R
Fay                   1 / (R (1 - rho)^2)
JK1                   (n - 1) / n; n = R, or from factors that are n / (n - 1)
JKn                   1, each square times `rscales`; from factors their 1 / largest
JK2                   1
bootstrap             1 / (R - 1)
successive-difference 4 / R
other                 as given
===================== =================================================================
"""

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.replication.product_weights import ProductWeights
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.scaling import Scaling

GivenMethod: TypeAlias = Literal[
    "BRR", "Fay", "JK1", "JKn", "JK2", "bootstrap", "successive-difference", "other"
]

_FIXED = ("BRR", "Fay", "JK2", "successive-difference")  # methods that leave no scale open


def given_replicates(
    weight: npt.ArrayLike,
    replicates: npt.ArrayLike,
    *,
    method: GivenMethod,
    combined: bool = True,
    rho: float | None = None,
    scale: float | None = None,
    rscales: npt.ArrayLike | None = None,
    mse: bool = False,
) -> Replicates:
    """Replicate weights made by somebody else, as in PISA, TIMSS or NHANES.

    Args:
        weight: (n,) weights of the full sample.
        replicates: (n, R) weights, or factors of `weight`.
        method: how they were made.
        combined: `replicates` are weights; False: factors.
        rho: Fay's factor (PISA: 0.5).
        scale: in place of the module's table, where that leaves a choice.
        rscales: (R,) factor of each replicate's square, likewise.
        mse: squares about the full-sample estimate, not the mean of the replicates.

    Raises:
        DesignError: lengths differ, values are missing, an option the method does not know is
            set or one it needs is not.

    Source: Wolter (2007), chapters 3-5; OECD, PISA Data Analysis Manual (2009), chapter 4 (Fay,
    mse). Oracle: R survey 4.5 svrepdesign.
    """
    full = np.asarray(weight, dtype=np.float64)
    columns = np.asarray(replicates, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[1] < 2:
        raise DesignError("replicate weights", "expected two columns or more, one per replicate")
    faults = _column_faults(full, columns) + _option_faults(
        method, combined=combined, rho=rho, scale=scale, rscales=rscales
    )
    if rscales is not None and np.shape(rscales) != (columns.shape[1],):
        faults.append(f"expected one of rscales per replicate, got shape {np.shape(rscales)}")
    if faults:
        raise DesignError(
            "replicate weights",
            faults,
            hint="the documentation of the data names the method, its factor and its scale",
        )
    scaling = Scaling(
        scale=_scale(method, columns, combined, rho) if scale is None else scale,
        rscales=_rscales(method, columns) if rscales is None else np.asarray(rscales, np.float64),
        mse=mse,
    )
    weights = ProductWeights.of_rows(
        np.column_stack([full, columns if combined else full[:, None] * columns])
    )
    return Replicates(drawn=weights, weights=weights, scaling=scaling)


def _scale(method: GivenMethod, columns: FloatArray, combined: bool, rho: float | None) -> float:
    n_replicates = int(columns.shape[1])
    if method == "JK1":
        return 1 - 1 / n_replicates if combined else 1 / float(columns[:, 0].max())
    scales = {
        "BRR": 1 / n_replicates,
        "Fay": 1 / (n_replicates * (1 - (rho or 0)) ** 2),
        "bootstrap": 1 / (n_replicates - 1),
        "successive-difference": 4 / n_replicates,
    }
    return scales.get(method, 1.0)


def _rscales(method: GivenMethod, columns: FloatArray) -> FloatArray:
    if method == "JKn":
        return np.asarray(1 / columns.max(axis=0))
    return np.ones(columns.shape[1])


def _column_faults(full: FloatArray, columns: FloatArray) -> list[str]:
    if full.ndim != 1 or len(full) != len(columns):
        return [f"expected {full.size} rows of replicate weights, got {len(columns)}"]
    checks = {
        "weight missing or infinite": int((~np.isfinite(full)).sum()),
        "weight negative": int((full < 0).sum()),
        "a replicate weight missing or infinite": int((~np.isfinite(columns)).any(axis=1).sum()),
    }
    return [f"{what} in {count} rows" for what, count in checks.items() if count]


def _option_faults(
    method: GivenMethod,
    *,
    combined: bool,
    rho: float | None,
    scale: float | None,
    rscales: npt.ArrayLike | None,
) -> list[str]:
    found = []
    if (method == "Fay") != (rho is not None):
        found.append(f"{method}: expected rho with Fay alone, got {rho}")
    elif rho is not None and not 0 <= rho < 1:
        found.append(f"Fay: expected rho in [0, 1), got {rho}")
    if method in _FIXED and (scale is not None or rscales is not None):
        found.append(f'{method}: the scale is fixed; use "other" to set scale or rscales')
    if method == "JKn" and combined and rscales is None:
        found.append("JKn: expected rscales, which cannot be read off combined weights")
    if method == "other" and scale is None:
        found.append("other: expected a scale")
    return found
