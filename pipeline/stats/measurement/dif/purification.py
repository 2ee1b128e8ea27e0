"""Purification: items that show DIF leave the score by which people are matched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pipeline.stats.arrays import BoolArray

Ending: TypeAlias = Literal["settled", "cycle", "too few items", "rounds"]

_FEWEST = 5  # matching items; a shorter score cannot tell ability from DIF


@dataclass(frozen=True, kw_only=True, eq=False)
class Purification:
    """Which items match people, and how that was found.

    Attributes:
        matching: (J,) items kept in the matching score.
        flagged: (J,) items that show DIF against that score.
        rounds: the (J,) items flagged in each round, the first against all items.
        ending: "settled": the items flagged are those left out; "cycle": an earlier set came
            back, and every item of the cycle is left out; "too few items": the next set would
            have left fewer than five, so the last one stands; "rounds": not settled in time.
    """

    matching: BoolArray
    flagged: BoolArray
    rounds: tuple[BoolArray, ...]
    ending: Ending


def purify(
    flag: Callable[[BoolArray], BoolArray],
    n_items: int,
    *,
    most_rounds: int = 10,
    r_last_round: bool = False,
) -> Purification:
    """Leave flagged items out of the matching score until the flags stay as they are.

    Args:
        flag: items that show DIF against a matching score of some of them, (J,) to (J,).
        n_items: J.
        most_rounds: changes of the matching score at most.
        r_last_round: repeat difR, which knows neither cycles nor scores too short: what does
            not settle stands as in the last round.

    Source: Lord (1980), Applications of Item Response Theory, ch. 14; Candell & Drasgow (1988),
    Applied Psychological Measurement 12, 253-260. Oracle: R difR 5.1, purify = TRUE,
    with `r_last_round`.
    """
    matching = np.ones(n_items, dtype=np.bool_)
    rounds = [flag(matching)]
    ending: Ending = "rounds"
    for _ in range(most_rounds):
        flagged = rounds[-1]
        if (flagged == ~matching).all():
            ending = "settled"
            break
        earlier = [at for at, each in enumerate(rounds[:-1]) if (each == flagged).all()]
        if earlier and not r_last_round:
            flagged, ending = np.logical_or.reduce(rounds[earlier[-1] :]), "cycle"
        if n_items - flagged.sum() < (1 if r_last_round else _FEWEST):
            ending = "too few items"
            break
        matching = ~flagged
        rounds.append(flag(matching))
        if ending == "cycle":
            break
    return Purification(matching=matching, flagged=rounds[-1], rounds=tuple(rounds), ending=ending)
