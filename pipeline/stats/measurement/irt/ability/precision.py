"""Reliability of estimated abilities: expected of the items, and as found among people."""

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.ability.nodes import EVEN_NODES, Nodes
from pipeline.stats.measurement.irt.ability.posterior import Abilities
from pipeline.stats.measurement.irt.curves import ItemModel


def marginal_reliability(
    model: ItemModel, *, mean: float = 0.0, sd: float = 1.0, nodes: Nodes = EVEN_NODES
) -> float:
    """Mean over a normal population of I / (I + 1 / sd^2), I the test information.

    Args:
        model: all items of the form.
        mean: of the population.
        sd: of the population.
        nodes: abilities to integrate over.

    Source: Green, Bock, Humphreys, Linn & Reckase (1984), Journal of Educational Measurement 21,
    347-360. Oracle: R mirt 1.45.1 marginal_rxx.
    """
    information = model.information(nodes.ability).sum(axis=0)
    return float(nodes.population(mean, sd) @ (information / (information + 1 / sd**2)))


def posterior_reliability(abilities: Abilities, *, weights: FloatArray | None = None) -> float:
    """Share of the variance of ability that posterior means keep.

    variance of means / (variance of means + mean posterior variance), people with weight only.

    Args:
        abilities: posterior means and standard deviations (EAP) of n people.
        weights: (n,) survey weights; None: one each.

    Source: Bechger, Maris, Verstralen & Beguin (2003), Applied Psychological Measurement 27,
    319-334. Oracle: R mirt 1.45.1 empirical_rxx; TAM 4.3-25 EAP.rel.
    """
    kept, error = _variances(abilities, weights)
    return kept / (kept + error)


def estimate_reliability(abilities: Abilities, *, weights: FloatArray | None = None) -> float:
    """Share of the variance of unbiased estimates that is not error: 1 - mean se^2 / variance.

    Args:
        abilities: estimates and standard errors (WLE) of n people; NaN is left out.
        weights: (n,) survey weights; None: one each.

    Source: Adams (2005), Studies in Educational Evaluation 31, 162-172. Oracle: R TAM 4.3-25
    WLE.rel.
    """
    total, error = _variances(abilities, weights)
    return 1 - error / total


def _variances(abilities: Abilities, weights: FloatArray | None) -> tuple[float, float]:
    """Variance of the estimates (n - 1 in the unweighted case) and mean squared error."""
    w = np.ones(len(abilities.estimate)) if weights is None else weights
    counts = (w > 0) & np.isfinite(abilities.estimate)
    w, estimate, se = w[counts], abilities.estimate[counts], abilities.se[counts]
    spread = np.average((estimate - np.average(estimate, weights=w)) ** 2, weights=w)
    people = int(counts.sum())
    return float(spread * people / max(people - 1, 1)), float(np.average(se**2, weights=w))
