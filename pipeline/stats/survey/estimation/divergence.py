"""How far a candidate share lies from an estimated one, in units of log likelihood per person."""

import numpy as np
from scipy import special
from scipy.optimize import elementwise

from pipeline.stats.arrays import FloatArray

_LARGEST_LOGIT = 40.0  # a share this close to 1 is 1 in double precision


def divergence(share: FloatArray, logit: FloatArray) -> FloatArray:
    """Kullback-Leibler divergence of x, given by its log odds, from p.

    KL(p, x) = p log(p / x) + (1 - p) log((1 - p) / (1 - x)), with 0 log 0 = 0.
    """
    own = special.entr(share) + special.entr(1 - share)
    cross = -share * special.log_expit(logit) - (1 - share) * special.log_expit(-logit)
    return np.maximum(cross - own, 0)


def lowest_within(share: FloatArray, bound: FloatArray) -> FloatArray:
    """The least x with KL(p, x) <= bound: 0 at p = 0, p itself at a bound of 0.

    Args:
        share: (k,) values of p on [0, 1].
        bound: (k,) bounds, 0 or more.

    Returns:
        (k,) values of x; NaN where p or the bound is.
    """
    is_inside = (share > 0) & np.isfinite(bound)
    p, target = np.where(is_inside, share, 0.5), np.where(is_inside, bound, 1.0)
    # KL > -log 2 - p x for log odds x < 0, so the root lies right of this point
    left = -(target + np.log(2)) / p - 1
    right = np.minimum(special.logit(p), _LARGEST_LOGIT)
    found = elementwise.find_root(_excess, (left, right), args=(p, target)).x
    lowest = np.where(is_inside, special.expit(found), 0)
    return np.where(np.isnan(bound) | np.isnan(share), np.nan, lowest)


def _excess(logit: FloatArray, share: FloatArray, bound: FloatArray) -> FloatArray:
    return divergence(share, logit) - bound
