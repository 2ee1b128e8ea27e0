"""Gaps between groups within a wave."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pandas as pd

from pipeline.engine.monitoring.wave import Wave, gravest
from pipeline.stats.survey.estimation.contrasts import Contrast, difference, odds_ratio, ratio

_COMPARISONS = {"points": difference, "ratio": ratio, "odds_ratio": odds_ratio}


def gaps(waves: Sequence[Wave]) -> pd.DataFrame:
    """Gaps between categories of a domain: in points, as ratio and as odds ratio."""
    rows = [row for wave in waves for row in _gaps(wave)]
    columns = [
        "wave", "standard", "gap", "category_a", "category_b", "comparison", "estimate", "se",
        "ci_low", "ci_high", "df", "flag",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _gaps(wave: Wave) -> Iterator[list[object]]:
    estimates = wave.plan.estimates
    for numbers in wave.numbers_of(estimates.gaps):
        for (a, first), (b, second) in combinations(numbers.items(), 2):
            flag = gravest(first[1], second[1])
            for name, compare in _COMPARISONS.items():
                found: Contrast = compare(first[0], second[0], level=estimates.confidence)
                yield [
                    wave.name, *a, b[2], name, found.estimate, found.se,
                    found.ci_low, found.ci_high, found.df, flag,
                ]  # fmt: skip
