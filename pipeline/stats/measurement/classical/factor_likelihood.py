"""Maximum likelihood for the covariance structure of a factor model.

Owns the discrepancy, its minimisation and what tells how well the structure fits. The models say
how their parameters make a correlation matrix.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import linalg, optimize

from pipeline.errors import ContractError, NotConvergedError
from pipeline.stats.arrays import FloatArray

# A unique variance this small is a Heywood case; the likelihood has no minimum beyond it.
LEAST_UNIQUE = 0.005
_ROUNDS = 2000
_GRADIENT = 1e-5

Bounds: TypeAlias = Sequence[tuple[float | None, float | None]]
# From parameters to the implied matrix, and from the discrepancy's slope in that matrix to the
# slope in the parameters.
Structure: TypeAlias = Callable[[FloatArray], tuple[FloatArray, Callable[[FloatArray], FloatArray]]]


@dataclass(frozen=True, kw_only=True, eq=False)
class StructureFit:
    """How well a structure reproduces a correlation matrix.

    Attributes:
        discrepancy: log|S*| - log|S| + tr(S S*^-1) - J at its minimum; times people, chi-square
            of normal scores.
        df: free correlations.
        srmr: root mean square of the residual correlations.
        is_improper: a unique variance ended at its bound (Heywood case): too many factors, or
            too few people.
    """

    discrepancy: float
    df: int
    srmr: float
    is_improper: bool


def minimise(
    correlation: FloatArray,
    structure: Structure,
    start: FloatArray,
    bounds: Bounds,
    *,
    where: str,
) -> FloatArray:
    """Parameters of the least discrepancy.

    Raises:
        ContractError: the correlation matrix is not positive definite.
        NotConvergedError: the slope does not vanish.

    Source: Joreskog (1969), Psychometrika 34, 183-202.
    """
    constant = _log_determinant(correlation, where) + len(correlation)

    def value(parameters: FloatArray) -> tuple[float, FloatArray]:
        implied, slope_in_parameters = structure(parameters)
        root = linalg.cholesky(implied, lower=True)
        inverse = linalg.cho_solve((root, True), np.eye(len(implied)))
        explained = inverse @ correlation
        log_determinant = 2 * np.log(root.diagonal()).sum()
        slope = inverse - explained @ inverse
        return log_determinant + np.trace(explained) - constant, slope_in_parameters(slope)

    found = optimize.minimize(
        value,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _ROUNDS, "maxfun": 2 * _ROUNDS, "ftol": 1e-14, "gtol": 1e-8},
    )
    steepest = _free_slope(found.x, found.jac, bounds)
    if not steepest < _GRADIENT:
        raise NotConvergedError(
            where,
            f"expected a slope below {_GRADIENT:g}, got {steepest:.2g} after {found.nit} rounds",
            hint="fewer factors, more people, or leave out items that hardly vary",
        )
    return np.asarray(found.x)


def structure_fit(
    correlation: FloatArray, implied: FloatArray, unique: FloatArray, *, parameters: int
) -> StructureFit:
    """How well an implied correlation matrix with (J,) unique variances fits."""
    count = len(correlation)
    explained = np.linalg.solve(implied, correlation)
    residual = (correlation - implied)[np.triu_indices(count, 1)]
    _, log_implied = np.linalg.slogdet(implied)
    _, log_found = np.linalg.slogdet(correlation)
    return StructureFit(
        discrepancy=float(log_implied - log_found + np.trace(explained) - count),
        df=count * (count + 1) // 2 - parameters,
        srmr=float(np.sqrt(np.mean(residual**2))),
        is_improper=bool((unique < LEAST_UNIQUE * (1 + 1e-6)).any()),
    )


def _log_determinant(correlation: FloatArray, where: str) -> float:
    try:
        root = linalg.cholesky(correlation, lower=True)
    except linalg.LinAlgError:
        raise ContractError(
            where,
            "expected a positive definite correlation matrix, got another",
            hint="leave out items that repeat others; use people who were asked every item",
        ) from None
    return float(2 * np.log(root.diagonal()).sum())


def _free_slope(point: FloatArray, slope: FloatArray, bounds: Bounds) -> float:
    """Steepest slope in a direction that the bounds leave open."""
    low = np.array([-np.inf if bound[0] is None else bound[0] for bound in bounds])
    high = np.array([np.inf if bound[1] is None else bound[1] for bound in bounds])
    open_slope = np.where(point <= low, np.minimum(slope, 0), slope)
    open_slope = np.where(point >= high, np.maximum(open_slope, 0), open_slope)
    return float(np.abs(open_slope).max())
