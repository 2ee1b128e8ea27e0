"""The weighted score equations of a generalised linear model, solved by statsmodels."""

import warnings
from typing import Any

import numpy as np
from statsmodels.genmod.generalized_linear_model import GLM

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.regression.families import Family

_EPSILON = 1e-14  # change of the deviance, of its size, at which iterations end
MAX_ROUNDS = 200


def solution(y: FloatArray, x: FloatArray, weight: FloatArray, family: Family) -> FloatArray:
    """(p,) coefficients by (iteratively reweighted) least squares; NaN where there are none.

    Starts and stops as R's glm does, with means pulled to the middle and a change of the
    deviance below 1e-14 of it. Away from canonical links that leaves a distance of 1e-8 or so,
    the same as R's.

    Args:
        y: (n,) outcomes of rows with weight.
        x: (n, p) columns of full rank.
        weight: (n,) weights of mean 1 over the sample.
        family: distribution and link.
    """
    size = np.abs(x).max(axis=0)
    start = _first_step(y, x / size, weight, family)
    if family.is_linear:
        return np.asarray(start / size)
    model: Any = GLM(y, x / size, family=family.model, var_weights=weight)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what statsmodels warns of is checked on its solution
        try:
            found = model.fit(
                start_params=start, tol=0.1 * _EPSILON, rtol=_EPSILON, maxiter=MAX_ROUNDS
            )
        except (np.linalg.LinAlgError, ValueError):
            return np.full(x.shape[1], np.nan)
    return np.asarray(found.params / size, dtype=np.float64)


def _first_step(y: FloatArray, x: FloatArray, weight: FloatArray, family: Family) -> FloatArray:
    mean = family.first_mean(y, weight)
    predictor = family.predictor(mean)
    slope = family.slope(predictor)
    root = slope * np.sqrt(weight / family.variance(mean))
    target = predictor + (y - mean) / slope
    return np.asarray(np.linalg.lstsq(root[:, None] * x, root * target)[0])
