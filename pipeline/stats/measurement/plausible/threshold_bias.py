"""What a cut makes of measurement error: the closed forms of a normal test.

True score T and error E are normal, observed score X = T + E, reliability r = var T / var X.
The cut c is the same number on the scales of T and X, with equal means. With z = the normal
quantile of 1 - p, where p is the true share above the cut, c = z sqrt(r) in sds of X.
"""

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray

_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(200)
_FARTHEST = 9.0  # sds above the cut beyond which nobody is


def naive_share(true_share: FloatArray | float, reliability: FloatArray | float) -> FloatArray:
    """Share of observed scores at or above the cut: 1 - Phi(z sqrt(r)).

    Args:
        true_share: share of true scores above the cut, in (0, 1).
        reliability: in (0, 1].

    Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores, ch. 22.
    """
    z, r = _checked(true_share, reliability)
    return np.asarray(stats.norm.sf(z * np.sqrt(r)))


def eap_share(true_share: FloatArray | float, reliability: FloatArray | float) -> FloatArray:
    """Share of posterior means (Kelley's regressed scores) above the cut: 1 - Phi(z / sqrt(r)).

    Posterior means vary less than true scores, so they show too few people far from the mean.

    Args:
        true_share: share of true scores above the cut, in (0, 1).
        reliability: in (0, 1].

    Source: Mislevy, Beaton, Kaplan & Sheehan (1992), Journal of Educational Measurement 29,
    133-161.
    """
    z, r = _checked(true_share, reliability)
    return np.asarray(stats.norm.sf(z / np.sqrt(r)))


def sensitivity(true_share: FloatArray | float, reliability: FloatArray | float) -> FloatArray:
    """Share of the people truly above the cut whose observed score is above it too.

    The integral over T above the cut of phi(t) Phi((t - z) sqrt(r / (1 - r))), divided by p.

    Args:
        true_share: share of true scores above the cut, in (0, 1).
        reliability: in (0, 1].
    """
    z, r = _checked(true_share, reliability)
    above = 0.5 * _FARTHEST * (_NODES + 1)
    t = z[..., None] + above
    with np.errstate(divide="ignore"):
        steepness = np.sqrt(r / (1 - r))[..., None]
    both = stats.norm.pdf(t) * stats.norm.cdf(above * steepness)
    return np.asarray(0.5 * _FARTHEST * (both @ _NODE_WEIGHTS) / stats.norm.sf(z))


def positive_predictive_value(
    true_share: FloatArray | float, reliability: FloatArray | float
) -> FloatArray:
    """Share of the people observed above the cut who truly are: sensitivity p / naive share.

    Args:
        true_share: share of true scores above the cut, in (0, 1).
        reliability: in (0, 1].
    """
    naive = naive_share(true_share, reliability)
    return np.asarray(sensitivity(true_share, reliability) * np.asarray(true_share) / naive)


def _checked(
    true_share: FloatArray | float, reliability: FloatArray | float
) -> tuple[FloatArray, FloatArray]:
    """Normal quantile of the cut, and reliability, in one shape."""
    p, r = np.broadcast_arrays(
        np.asarray(true_share, dtype=np.float64), np.asarray(reliability, dtype=np.float64)
    )
    if not ((p > 0) & (p < 1)).all() or not ((r > 0) & (r <= 1)).all():
        raise ContractError(
            "share above a cut",
            "expected a true share in (0, 1) and a reliability in (0, 1], got others",
        )
    return np.asarray(stats.norm.isf(p)), r
