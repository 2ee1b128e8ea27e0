"""A logistic model of who answered, fitted by Newton's method."""

from collections.abc import Mapping

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.weighting.cells import Labels, coded

_WHERE = "response model"
_TOLERANCE = 1e-12
_ROUNDS = 50
_SEPARATED = 20.0  # a linear predictor beyond means a probability of 0 or 1 to nine digits


def model_matrix(covariates: Mapping[str, Labels]) -> tuple[FloatArray, tuple[str, ...]]:
    """(n, q) matrix with an intercept: amounts as they are, categories as indicators.

    Columns of floating-point numbers are amounts; all others are categories, of which the
    first by name is left out. A missing value is an error.

    Raises:
        DesignError: covariates of different lengths, or missing in some rows.
    """
    columns: dict[str, FloatArray] = {}
    faults = []
    for name, values in covariates.items():
        plain = np.asarray(values)
        if plain.dtype.kind == "f":
            columns[name], missing = plain.astype(np.float64), int((~np.isfinite(plain)).sum())
        else:
            found = coded(values)
            missing = int((found.codes < 0).sum())
            held = {found.names[code] for code in np.unique(found.codes) if code >= 0}
            labels = np.array([*found.names, ""], dtype=object)[found.codes]
            for category in sorted(held)[1:]:
                columns[f"{name}={category}"] = (labels == category).astype(np.float64)
        if missing:
            faults.append(f"covariate {name}: missing in {missing} rows")
    if not covariates:
        faults.append("expected a covariate, got none")
    if len({len(column) for column in columns.values()}) > 1:
        faults.append("covariates differ in length")
    if faults:
        raise DesignError(
            _WHERE, faults, hint="the model needs covariates known for all persons drawn"
        )
    size = len(np.asarray(next(iter(covariates.values()))))
    return np.column_stack([np.ones(size), *columns.values()]), ("intercept", *columns)


def fit_logistic(
    matrix: FloatArray, answered: BoolArray, weight: FloatArray, names: tuple[str, ...]
) -> FloatArray:
    """(q,) coefficients that maximise the (weighted) likelihood.

    Solves sum of weight (answered - p) x = 0, p = 1 / (1 + exp(-x'b)). Of covariates that
    repeat each other, the shortest solution is taken; the probabilities are the same.

    Raises:
        DesignError: nobody or everybody answered, or a covariate tells perfectly who did.

    Source: McCullagh & Nelder (1989), Generalized Linear Models, section 4.4.
    """
    share = weight / weight.sum()
    scale = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float64).tiny)
    x = matrix / scale
    coefficients = np.zeros(x.shape[1])
    value = -np.inf
    for _ in range(_ROUNDS):
        p = probabilities(x, coefficients)
        gradient = x.T @ (share * (answered - p))
        information = (x * (share * p * (1 - p))[:, None]).T @ x
        step = np.linalg.pinv(information, rcond=_TOLERANCE, hermitian=True) @ gradient
        while (after := _likelihood(x @ (coefficients + step), answered, share)) < value:
            step = step / 2
            if np.abs(step).max() < _TOLERANCE:
                break
        coefficients, value = coefficients + step, after
        if np.abs(gradient @ step) < _TOLERANCE:
            break
    _refuse_separation(x, coefficients, names)
    return np.asarray(coefficients / scale)


def probabilities(matrix: FloatArray, coefficients: FloatArray) -> FloatArray:
    """(n,) probabilities of an answer."""
    return np.asarray(1 / (1 + np.exp(-np.clip(matrix @ coefficients, -500, 500))))


def _likelihood(linear: FloatArray, answered: BoolArray, share: FloatArray) -> float:
    return float(share @ (answered * linear - np.logaddexp(0, linear)))


def _refuse_separation(x: FloatArray, coefficients: FloatArray, names: tuple[str, ...]) -> None:
    if np.abs(x @ coefficients).max() > _SEPARATED:
        worst = names[int(np.argmax(np.abs(coefficients)))]
        raise DesignError(
            _WHERE,
            f"expected covariates that leave the answer open, got some rows with a probability "
            f"of 0 or 1; the largest coefficient is that of {worst}",
            hint="drop the covariate, or merge its sparse categories",
        )
