"""How far the order of areas can be trusted: ranks with what their errors leave open."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pipeline.engine.monitoring.wave import Key, Wave
from pipeline.stats.streams import stream
from pipeline.stats.survey.estimation.linearised import Linearised, covariance
from pipeline.stats.survey.publication.ranking import rank

_COLUMNS = [
    "wave", "standard", "domain", "category", "estimate", "rank", "rank_low", "rank_high",
    "prob_highest", "may_rank",
]  # fmt: skip
_WITHHELD = "withhold"
_DIGITS = 2  # of simulated probabilities


def ranks(waves: Sequence[Wave]) -> pd.DataFrame:
    """Ranks of the categories of each domain that the plan wants ranked.

    A withheld share is left out: its place would tell about it.

    Returns:
        One row per wave, standard, domain and category: its rank, the best and the worst rank
        the errors allow (jointly for all categories), the probability of being the highest,
        and whether the order as a whole may be printed as a ranking.
    """
    rows = [row for wave in waves for row in _of_wave(wave)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _of_wave(wave: Wave) -> Iterator[list[object]]:
    for numbers in wave.numbers_of(wave.plan.estimates.ranks):
        kept = {key: share for key, (share, flag) in numbers.items() if flag != _WITHHELD}
        if len(kept) > 1:
            yield from _ranked(wave, list(kept), list(kept.values()))


def _ranked(wave: Wave, keys: list[Key], shares: list[Linearised]) -> Iterator[list[object]]:
    estimates = np.array([share.value for share in shares])
    found = rank(
        estimates,
        covariance(shares),
        float(min(share.df for share in shares)),
        random=stream("ranks", wave.name, *keys[0][:2]),
        level=wave.plan.estimates.confidence,
    )
    place = np.empty(len(keys), dtype=np.int64)
    place[found.order] = np.arange(1, len(keys) + 1)
    for j, (standard, domain, category) in enumerate(keys):
        yield [
            wave.name, standard, domain, category, estimates[j], int(place[j]),
            int(found.rank_low[j]), int(found.rank_high[j]),
            round(float(found.highest[j]), _DIGITS), found.may_rank,
        ]  # fmt: skip
