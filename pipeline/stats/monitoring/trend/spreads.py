"""Integration over unknown spreads: half-normal priors, cut into equally likely parts.

Maximum likelihood puts a spread at 0 in half of all short series and then promises far too
narrow bands; a prior that leaves room and a weighted mean over a few settings do not.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np
from scipy import special, stats

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.gaussian import Posterior
from pipeline.stats.monitoring.trend.mixture import NormalMixture


def half_normal_grid(scales: Sequence[float], *, points: int) -> FloatArray:
    """Settings of several spreads, equally likely under independent half-normal priors.

    Each prior is represented by its quantiles (i - 1/2) / points, i = 1..points, and a prior
    of scale 0 by 0 alone; the settings are all combinations.

    Args:
        scales: of the s priors, |N(0, scale^2)|.
        points: quantiles per prior; three to five suffice.

    Returns:
        (k, s) settings, the last spread moving fastest.

    Raises:
        ContractError: a scale is negative or there is no point.
    """
    if points < 1 or not all(scale >= 0 for scale in scales):
        raise ContractError(
            "spread priors",
            f"expected scales of 0 or more and a point, got {list(scales)}, {points}",
        )
    quantiles = stats.halfnorm.ppf((np.arange(points) + 0.5) / points)
    axes = [scale * quantiles if scale > 0 else np.zeros(1) for scale in scales]
    return np.array(list(product(*axes)), dtype=np.float64)


def setting_weights(log_likelihood: FloatArray) -> FloatArray:
    """(k,) posterior probabilities of settings that were equally likely before."""
    return np.asarray(special.softmax(log_likelihood))


def mixed(posterior: Posterior) -> NormalMixture:
    """The posterior with its settings weighed by their likelihood."""
    weight = setting_weights(posterior.log_likelihood)
    return NormalMixture(weight=weight, mean=posterior.mean, sd=posterior.sd)
