"""Design effects that look at one variable besides the weights.

Kish's, which looks at weights alone, is in `diagnostics`. These tell how much of the loss
that Kish predicts a variable really suffers. Never to be used for choosing weights: weights
do not see answers.
"""

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.diagnostics import kish_deff


def spencer_deff(
    y: FloatArray, weight: FloatArray, draw_probability: FloatArray, *, practools: bool = False
) -> float:
    """Design effect of a total under unequal probabilities that y may go along with.

    With y = A + B p + e by weighted least squares: A^2 (K - 1) / s_y^2 + K (1 - r_yp^2)
    + n c_e2w / (N s_y^2) + 2 n A c_ew / (N s_y^2), where K is Kish's design effect, s a
    deviation, r a correlation and c a covariance, all weighted.

    Args:
        y: (n,) values.
        weight: (n,) weights above 0.
        draw_probability: (n,) probability of selection in one draw.
        practools: as PracTools 1.7.5 computes it: without the last term, and with
            covariances over n but variances over n - 1.

    Source: Spencer (2000), Survey Methodology 26, 137-138; Park & Lee (2004), Survey
    Methodology 30, 183-193. Oracle: PracTools 1.7.5 deffS.
    """
    n, people, kish = len(weight), weight.sum(), kish_deff(weight)
    start, residual = _regression(y, weight, draw_probability[:, None])
    spread, shrunk = _covariance(y, y, weight), (n - 1) / n if practools else 1.0
    along = shrunk * _covariance(y, draw_probability, weight)
    explained = along**2 / (spread * _covariance(draw_probability, draw_probability, weight))
    lost = shrunk * _covariance(np.square(residual), weight, weight)
    if not practools:
        lost += 2 * start * _covariance(residual, weight, weight)
    unequal = start**2 * (kish - 1) / spread + kish * (1 - explained)
    return float(unequal + n * lost / (people * spread))


def henry_deff(
    y: FloatArray, weight: FloatArray, x: FloatArray, *, practools: bool = False
) -> float:
    """Design effect of a calibrated total: what unequal weights cost after regression on x.

    With y = A + x'B + e by weighted least squares and u = A + e: K s_u^2 / s_y^2
    + n (c_u2w - 2 A c_uw) / (N s_y^2), K Kish's design effect, c a weighted covariance.

    Args:
        y: (n,) values.
        weight: (n,) calibrated weights above 0.
        x: (n, q) auxiliaries without a constant.
        practools: as PracTools 1.7.5 computes it: c_u2w times s_u / s_u2, and with
            covariances over n but variances over n - 1.

    Source: Henry & Valliant (2015), Survey Methodology 41, 315-331. Oracle: PracTools 1.7.5
    deffH.
    """
    n, people = len(weight), weight.sum()
    start, residual = _regression(y, weight, x.reshape(n, -1))
    u = start + residual
    squares = _covariance(np.square(u), weight, weight)
    straight = 2 * start * _covariance(u, weight, weight)
    if practools:
        ratio = _covariance(u, u, weight) / _covariance(np.square(u), np.square(u), weight)
        squares, straight = np.array([squares * np.sqrt(ratio), straight]) * (n - 1) / n
    lost = n * (squares - straight) / people
    kept = kish_deff(weight) * _covariance(u, u, weight)
    return float((kept + lost) / _covariance(y, y, weight))


def _regression(y: FloatArray, weight: FloatArray, x: FloatArray) -> tuple[float, FloatArray]:
    """Intercept and residuals of weighted least squares."""
    root = np.sqrt(weight)
    matrix = np.column_stack([np.ones(len(y)), x])
    slopes = np.linalg.lstsq(matrix * root[:, None], y * root, rcond=None)[0]
    return float(slopes[0]), y - matrix @ slopes


def _covariance(a: FloatArray, b: FloatArray, weight: FloatArray) -> float:
    """Weighted covariance with divisor n - 1."""
    share = weight / weight.sum()
    n = len(weight)
    return float(n / (n - 1) * (share * (a - share @ a)) @ (b - share @ b))
