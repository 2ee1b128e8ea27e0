"""Moments of item scores under a model, against all patterns written out."""

from itertools import product

import numpy as np
import pytest

from pipeline.stats.measurement.irt.curves import Logistic, PartialCredit
from pipeline.stats.measurement.irt.fit.score_moments import ScoreMoments
from pipeline.stats.measurement.irt.quadrature import GRID

SHARES = np.exp(-(GRID**2) / 2)
SHARES /= SHARES.sum()
RIGHT_WRONG = Logistic.of_difficulty(np.array([1, 1.5, 0.7, 2]), np.array([0.0, -1, 1, 0.5]), 0.1)
ORDERED = PartialCredit(
    slope=np.array([1, 0.6, 1.4]),
    intercepts=np.array([[0.5, -0.5], [1.0, 0.2], [-0.3, np.nan]]),
)


@pytest.mark.parametrize("model", [RIGHT_WRONG, ORDERED], ids=["right-wrong", "ordered"])
def test_moments_and_their_covariance_are_those_of_the_patterns(model):
    p = model.probabilities(GRID)
    patterns = np.array(list(product(*(range(size) for size in model.categories))))
    items = np.arange(len(model.categories))
    weight = np.array([p[items, pattern].prod(axis=0) @ SHARES for pattern in patterns])
    row, column = np.triu_indices(len(items), 1)
    values = np.column_stack([patterns, patterns[:, row] * patterns[:, column]])
    mean = weight @ values
    found = ScoreMoments.of(model, 3 * SHARES, GRID)
    np.testing.assert_allclose(found.vector, mean)
    np.testing.assert_allclose(
        found.covariance, (values * weight[:, None]).T @ values - np.outer(mean, mean), atol=1e-12
    )
    first = values[:, : len(items)] - mean[: len(items)]
    covariance = (first * weight[:, None]).T @ first
    deviation = np.sqrt(covariance.diagonal())
    np.testing.assert_allclose(found.correlation, covariance / np.outer(deviation, deviation))
