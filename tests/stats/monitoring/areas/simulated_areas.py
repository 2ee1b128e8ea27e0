"""A simulated wave: people in groups, with one column."""

import numpy as np
from scipy.special import expit


def simulated(n=2000, groups=12, sd=0.6, seed=4):
    """Outcomes, columns (one, x), codes, true effects."""
    rng = np.random.default_rng(seed)
    effect = rng.normal(0, sd, groups)
    code = rng.integers(0, groups, n)
    x = np.column_stack([np.ones(n), rng.integers(0, 4, n)]).astype(float)
    y = (rng.random(n) < expit(x @ [-1.5, 0.5] + effect[code])).astype(float)
    return y, x, code, effect
