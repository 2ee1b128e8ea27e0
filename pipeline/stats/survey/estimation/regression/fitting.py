"""Point estimates of generalised linear models under weights, and their influence functions.

Owns the solution of the weighted score equations; leaves errors to `design_based`. Weights
say how many people a row stands for; their scale changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import solve_triangular

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.estimation.regression.families import GAUSSIAN, Family
from pipeline.stats.survey.estimation.regression.separation import (
    collinear_columns,
    separating_columns,
)
from pipeline.stats.survey.estimation.regression.solution import MAX_ROUNDS, solution

WHERE = "regression"
_SOLVED = 1e-5  # change of a predictor that one more step would bring, of the greatest one
_CERTAIN = 1e-7  # a fitted share this near to 0 or 1 calls for a look at separation


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """A fitted generalised linear model.

    Attributes:
        names: p names of columns.
        coefficient: (p,) estimates b, the root of sum(w x (y - mu) mu' / V) = 0.
        x: (n, p) columns; 0 in rows that take no part.
        y: (n,) outcomes; 0 in rows that take no part.
        weight: (n,) weights; 0 in rows that take no part.
        family: distribution and link.
    """

    names: tuple[str, ...]
    coefficient: FloatArray
    x: FloatArray
    y: FloatArray
    weight: FloatArray
    family: Family

    @property
    def is_used(self) -> BoolArray:
        """(n,) rows with weight and without missing values."""
        return np.asarray(self.weight > 0, dtype=np.bool_)

    @cached_property
    def predictor(self) -> FloatArray:
        """(n,) linear predictors x'b."""
        return np.asarray(self.x @ self.coefficient)

    @cached_property
    def fitted(self) -> FloatArray:
        """(n,) means mu."""
        return self.family.mean(self.predictor)

    @cached_property
    def working_residual(self) -> FloatArray:
        """(n,) residuals on the scale of the predictor, (y - mu) / mu'."""
        return np.asarray((self.y - self.fitted) / self.family.slope(self.predictor))

    @cached_property
    def information(self) -> FloatArray:
        """(n,) what a row tells of its predictor, per unit of its weight: mu'^2 / V."""
        slope = self.family.slope(self.predictor)
        return np.asarray(slope**2 / self.family.variance(self.fitted))

    @cached_property
    def influence(self) -> FloatArray:
        """(n, p) influence of a row on the coefficients, per unit of its weight.

        u = A^-1 x (y - mu) mu' / V with A = sum(w x x' mu'^2 / V); 0 for rows that take no
        part. The coefficients vary, to first order, like the total of u.

        Source: Binder (1983), International Statistical Review 51, 279-292.
        """
        return self.influence_of(self.working_residual)

    def influence_of(self, working_residual: FloatArray) -> FloatArray:
        """(n, p) influence the rows would have with other working residuals."""
        score = np.where(self.is_used, self.information * working_residual, 0.0)
        return self._rows_over_information * score[:, None]

    @cached_property
    def _rows_over_information(self) -> FloatArray:
        """(n, p) rows of x A^-1, with A = R'R."""
        root = np.sqrt(self.weight * self.information)[:, None] * self.x
        triangle = np.linalg.qr(root, mode="r")
        half = solve_triangular(triangle, self.x.T, trans="T")
        return np.asarray(solve_triangular(triangle, half).T)


def fit(
    y: FloatArray,
    x: FloatArray,
    weight: FloatArray,
    *,
    names: Sequence[str] | None = None,
    family: Family = GAUSSIAN,
) -> Fit:
    """Fit a generalised linear model to weighted rows.

    Args:
        y: (n,) outcomes; of binomial families within [0, 1].
        x: (n, p) columns, the intercept's ones among them.
        weight: (n,) weights; rows with 0, and rows with NaN in y or x, take no part.
        names: p names of columns, for messages and results.
        family: distribution and link.

    Raises:
        ContractError: shapes differ, an outcome is out of range, rows are fewer than columns,
            a column repeats others, or columns tell the outcomes apart without error, so that
            no finite coefficients exist.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, section 2.5. Oracle: R survey
    4.5 svyglm.
    """
    labels = tuple(names or (f"x{j}" for j in range(np.shape(x)[-1])))
    used = _rows_in_use(y, x, weight)
    _check(y[used], x[used], labels, family)
    scaled = weight / weight.mean()
    found = Fit(
        names=labels,
        coefficient=solution(y[used], x[used], scaled[used], family),
        x=np.where(used[:, None], x, 0.0),
        y=np.where(used, y, 0.0),
        weight=np.where(used, weight, 0.0),
        family=family,
    )
    _check_solution(found)
    return found


def coefficients(
    y: FloatArray, x: FloatArray, weight: FloatArray, *, family: Family = GAUSSIAN
) -> FloatArray:
    """(p,) coefficients as a function of the weights, for replicates; arguments as for `fit`."""
    return fit(y, x, weight, family=family).coefficient


def _rows_in_use(y: FloatArray, x: FloatArray, weight: FloatArray) -> BoolArray:
    if np.ndim(x) != 2 or not len(y) == len(x) == len(weight):
        shapes = f"y {np.shape(y)}, x {np.shape(x)}, weight {np.shape(weight)}"
        raise ContractError(WHERE, f"expected n outcomes, n x p columns, n weights, got {shapes}")
    return np.asarray((weight > 0) & ~np.isnan(y) & ~np.isnan(x).any(axis=1), dtype=np.bool_)


def _check(y: FloatArray, x: FloatArray, names: tuple[str, ...], family: Family) -> None:
    faults = []
    if stray := int(((y < family.low) | (y > family.high)).sum()):
        span = f"{family.low:g} to {family.high:g}"
        faults.append(f"{family.name}: expected outcomes from {span}, got others in {stray} rows")
    elif len(y) and (y == y[0]).all():
        faults.append(f"the outcome is the same in all {len(y)} rows, so nothing is to explain")
    if len(y) < len(names):
        faults.append(f"{len(names)} coefficients, but {len(y)} complete rows with weight")
    else:
        faults += collinear_columns(x, names)
    if faults:
        raise ContractError(
            WHERE, faults, hint="leave columns out, or merge a level with another one"
        )


def _check_solution(found: Fit) -> None:
    if _is_suspect(found):
        _refuse_separation(found)
    step = found.x @ (found.weight @ found.influence)
    if not np.abs(step).max() <= _SOLVED * max(float(np.abs(found.predictor).max()), 1.0):
        raise ContractError(
            WHERE,
            f"{found.family.name}: no solution in {MAX_ROUNDS} rounds",
            hint="look for columns of very unequal size or levels with few rows",
        )


def _is_suspect(found: Fit) -> bool:
    if not np.isfinite(found.coefficient).all():
        return True
    fitted = found.fitted[found.is_used]
    return found.family.is_bounded and bool(np.minimum(fitted, 1 - fitted).min() < _CERTAIN)


def _refuse_separation(found: Fit) -> None:
    used = found.is_used
    if not found.family.is_bounded:
        return
    if columns := separating_columns(found.y[used], found.x[used], found.names):
        listed = ", ".join(f'"{name}"' for name in columns)
        raise ContractError(
            WHERE,
            f"{listed}: tell outcomes of 0 and 1 apart without error, so no finite "
            "coefficients exist",
            hint="merge a level in which all outcomes are equal with another, or leave it out",
        )
