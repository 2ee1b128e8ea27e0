"""Standard errors two ways for tests of weighting steps: linearised, and by leaving PSUs out."""

from collections.abc import Callable, Sequence

import numpy as np

from pipeline.stats.survey.design.adjustment import Adjustment


def linearised_se(base, steps: Sequence[Adjustment], weight, y, psu) -> float:
    """Of the weighted mean of y, PSUs drawn with replacement from one stratum."""
    u = ((y - weight @ y / weight.sum()) / weight.sum())[:, None]
    presence = of_weight = u
    for step in reversed(steps):
        presence, of_weight = step.backward(presence, of_weight)
    z = np.bincount(psu, base * presence[:, 0])
    return float(np.sqrt(len(z) / (len(z) - 1) * np.square(z - z.mean()).sum()))


def jackknife_se(base, weighted: Callable, y, psu) -> float:
    """Of the same mean, all weighting done again without each PSU in turn."""
    size = psu.max() + 1
    means = []
    for left_out in range(size):
        weight = weighted(np.where(psu == left_out, 0, base * size / (size - 1)))
        means.append(weight @ y / weight.sum())
    return float(np.sqrt((size - 1) / size * np.square(means - np.mean(means)).sum()))


def both_errors(sample: dict, step: Callable) -> tuple[float, float]:
    """Of one step from base weights, over `clustered_people`: linearised, and jackknifed."""
    base, y, psu = sample["base"], sample["y"], sample["psu"]
    found = step(base)
    return (
        linearised_se(base, [found.adjustment], found.weight, y, psu),
        jackknife_se(base, lambda changed: step(changed).weight, y, psu),
    )


def clustered_people(seed: int, psus: int = 150, people: int = 8) -> dict:
    """People of whom the old and the rich answer less, with PSUs that differ."""
    random = np.random.default_rng(seed)
    psu = np.repeat(np.arange(psus), people)
    n = len(psu)
    x = random.normal(0, 1, n) + random.normal(0, 0.5, psus)[psu]
    group = random.integers(0, 3, n)
    y = x + 0.5 * group + random.normal(0, 1, n) + random.normal(0, 0.5, psus)[psu]
    return {
        "psu": psu,
        "base": random.lognormal(0, 0.4, n),
        "x": x,
        "group": group,
        "y": y,
        "responded": random.random(n) < 1 / (1 + np.exp(-0.8 - 0.7 * x)),
    }
