"""Changes of shares between waves."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pandas as pd

from pipeline.engine.monitoring.wave import Numbers, Wave, gravest
from pipeline.stats.monitoring.change import change


def changes(waves: Sequence[Wave]) -> pd.DataFrame:
    """Change of each share between consecutive waves and from the first to the last."""
    pairs = list(pairwise(waves))
    if len(waves) > 2:
        pairs.append((waves[0], waves[-1]))
    numbers = {wave.name: wave.numbers() for wave in waves}
    rows = [
        row
        for earlier, later in pairs
        for row in _changes(earlier, later, numbers[earlier.name], numbers[later.name])
    ]
    return pd.DataFrame(rows, columns=_CHANGE_COLUMNS)


_CHANGE_COLUMNS = [
    "standard", "domain", "category", "wave_from", "wave_to", "change", "se", "ci_low",
    "ci_high", "df", "p_value", "is_significant", "flag",
]  # fmt: skip


def _changes(
    earlier: Wave,
    later: Wave,
    before: Numbers,
    after: Numbers,
) -> Iterator[list[object]]:
    for key in after:
        if key in before:
            found = change(
                after[key][0],
                before[key][0],
                level=later.plan.estimates.confidence,
                shares_frame=earlier.frame == later.frame,
            )
            significant = bool(found.p_value < later.plan.test.alpha)
            yield [
                *key, earlier.name, later.name, found.estimate, found.se, found.ci_low,
                found.ci_high, found.df, found.p_value, significant,
                gravest(before[key][1], after[key][1]),
            ]  # fmt: skip
