"""Variance between PSUs drawn without replacement and with unequal probabilities.

Exact variances need the probability that two units are drawn together, which no fieldwork
record holds. Two approximations use the units' own probabilities alone. (A third, Brewer's,
is an ordinary variance between units whose fraction drawn is their own probability.)
"""

from typing import TYPE_CHECKING

import numpy as np

from pipeline.errors import LonelyPsuError
from pipeline.stats.arrays import CodeArray, FloatArray

if TYPE_CHECKING:
    from pipeline.stats.survey.design.unit_totals import UnitTotals


def pairwise_covariance(totals: "UnitTotals") -> FloatArray:
    """Covariance (k, k) of totals of k variables, from all pairs of PSUs of a stratum.

    What later stages add is not in it.

    Raises:
        LonelyPsuError: a stratum has one PSU with a probability below 1.
    """
    covariance = np.zeros((totals.z.shape[1],) * 2)
    for group in np.unique(totals.group[totals.is_psu]):
        covariance += _of_stratum(totals, np.flatnonzero(totals.group == group))
    return covariance


def _of_stratum(totals: "UnitTotals", units: CodeArray) -> FloatArray:
    if totals.probability is None or totals.squared_probabilities is None:
        raise ValueError("pairwise variances need probabilities")
    p, z = totals.probability[units], totals.z[units]
    if len(units) == 1 and p[0] < 1:
        raise LonelyPsuError(
            "variance", f"expected two units or more in stratum {totals.stratum[units[0]]}, got one"
        )
    if totals.pps == "overton":
        return np.asarray(z.T @ overton(p) @ z)
    return np.asarray(z.T @ hartley_rao(p, float(totals.squared_probabilities[units[0]])) @ z)


def overton(probability: FloatArray) -> FloatArray:
    """Matrix (n, n) of the Horvitz-Thompson variance z' M z of a total of weighted values z.

    M_ij = 1 - p_i p_j / p_ij with p_ij = 2 (n - 1) p_i p_j / (2 n - p_i - p_j), M_ii = 1 - p_i.

    Source: Overton (1985), A sampling plan for streams; Stehman & Overton (1994), Handbook of
    Statistics 12, ch. 9. Oracle: R survey 4.5, pps = "overton".
    """
    n = len(probability)
    sums = probability[:, None] + probability[None, :]
    matrix = 1 - (2 * n - sums) / (2 * max(n - 1, 1))
    np.fill_diagonal(matrix, 1 - probability)
    return np.asarray(matrix)


def hartley_rao(probability: FloatArray, squares: float) -> FloatArray:
    """Matrix (n, n) of the Horvitz-Thompson variance z' M z of a total of weighted values z.

    M_ij = 1 - (n - p_i - p_j + S / n) / (n - 1), with S the sum of squared probabilities over
    the frame, M_ii = 1 - p_i.

    Args:
        probability: (n,) inclusion probabilities of the units drawn.
        squares: S; the sum of the sample's own probabilities estimates it.

    Source: Hartley & Rao (1962), Annals of Mathematical Statistics 33, 350-374. Oracle: R
    survey 4.5, pps = HR().
    """
    n = len(probability)
    sums = probability[:, None] + probability[None, :]
    matrix = 1 - (n - sums + squares / n) / max(n - 1, 1)
    np.fill_diagonal(matrix, 1 - probability)
    return np.asarray(matrix)
