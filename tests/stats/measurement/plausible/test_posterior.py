"""Inverse distribution functions of posteriors known in closed form."""

import numpy as np
import pytest
from scipy import stats

from pipeline.stats.measurement.irt.quadrature import GRID
from pipeline.stats.measurement.plausible.posterior import inverse_distribution

SHARES = np.linspace(0.001, 0.999, 999)[None]


def test_exponential_cells_are_exact_for_an_exponential_density():
    """Density 2 exp(-2 x) on [0, 1]: F^-1(u) = -log(1 - u (1 - exp(-2))) / 2."""
    nodes = np.array([0.0, 0.3, 1.0])
    found = inverse_distribution(-2 * nodes[None], nodes, SHARES)
    assert found == pytest.approx(-np.log(1 + SHARES * np.expm1(-2)) / 2)
    mirrored = inverse_distribution(
        2 * (1 - nodes)[None] - 2 * (1 - nodes)[None] * 2, nodes, SHARES
    )
    assert mirrored == pytest.approx(1 + np.log(1 + (1 - SHARES) * np.expm1(-2)) / 2)


def test_a_flat_density_gives_the_shares_themselves():
    nodes = np.linspace(0, 1, 5)
    assert inverse_distribution(np.zeros((1, 5)), nodes, SHARES) == pytest.approx(SHARES)


@pytest.mark.parametrize(("mean", "sd"), [(0.13, 1.0), (-1.27, 0.4), (1.7, 0.25)])
def test_a_normal_posterior_comes_back_from_nodes_a_fifth_apart(mean, sd):
    log_density = stats.norm.logpdf(GRID, mean, sd)[None]
    found = inverse_distribution(log_density, GRID, SHARES)
    assert found == pytest.approx(stats.norm.ppf(SHARES, mean, sd), abs=0.012)
    spread = np.var(inverse_distribution(log_density, GRID, (np.arange(20000)[None] + 0.5) / 20000))
    assert spread == pytest.approx(sd**2, rel=0.01)


def test_posteriors_far_narrower_than_the_nodes_stay_finite():
    log_density = np.array([-5000.0 * (GRID - 0.11) ** 2, np.full(61, -1e5)])
    log_density[1, 0] = 0
    found = inverse_distribution(log_density, GRID, np.repeat(SHARES, 2, axis=0))
    assert np.isfinite(found).all()
    assert (np.diff(found, axis=1) >= 0).all()
    assert np.abs(found[0] - 0.11).max() < 0.2
    assert found[1].max() < -5.8
