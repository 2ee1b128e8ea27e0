"""Drawing the sample of a design: communities, households, and a Kish table for each address.

Every random number comes from the design's seed, the wave and the name of the stratum or
community, so that one stratum's draw does not hang on another's.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.sampling.frame import stratified
from pipeline.sampling.planned import Planned
from pipeline.stats.arrays import CodeArray, FloatArray, TextArray
from pipeline.stats.survey.planning.household_selection import assign_tables
from pipeline.stats.survey.planning.selection import (
    draw_units,
    household_interval,
    household_lines,
    random_numbers,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnCommunity:
    """A community of the sample, or a reserve.

    Attributes:
        stratum: it was drawn in.
        psu: its code.
        name: its name.
        county: it lies in.
        order: 0 for the sample; 1, 2, ... for the reserves of a stratum, in order of use.
        psu_prob: probability to be in the sample.
        listed: households on its list.
        start: random start of its households, in [0, 1).
        lines: (n,) numbers on its list of the households to be visited.
        tables: (n,) letters of their Kish tables.
    """

    stratum: str
    psu: str
    name: str
    county: str
    order: int
    psu_prob: float
    listed: int
    start: float
    lines: CodeArray
    tables: TextArray

    @property
    def issued(self) -> int:
        """Households to be visited."""
        return len(self.lines)

    @property
    def interval(self) -> float:
        """Households between two that are visited."""
        return household_interval(self.listed, self.issued)

    @property
    def household_prob(self) -> float:
        """Probability of a household once its community is drawn."""
        return self.issued / self.listed


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawnStratum:
    """A stratum's draw.

    Attributes:
        name: of the stratum.
        frame: its communities on the list.
        probability: (N,) probability of each to be in the sample.
        start: random start of the systematic selection.
        certain: codes of communities in every sample.
        sample: communities drawn, in the order of the list.
        reserve: reserves in the order of their use.
    """

    name: str
    frame: pd.DataFrame
    probability: FloatArray
    start: float
    certain: list[str]
    sample: list[DrawnCommunity]
    reserve: list[DrawnCommunity]


def draw_strata(planned: Planned) -> list[DrawnStratum]:
    """Draw every stratum of a design.

    Raises:
        DesignError: a stratum has too few communities for the sample and its reserves.
    """
    members = stratified(planned.frame, [stratum.name for stratum in planned.strata])
    return [
        _stratum(planned, stratum.name, stratum.communities, members[stratum.name])
        for stratum in planned.strata
    ]


def _stratum(planned: Planned, name: str, number: int, frame: pd.DataFrame) -> DrawnStratum:
    reserves = planned.design.fieldwork.reserves_per_stratum
    random = _random(planned, "communities", name)
    size = frame["households"].to_numpy(dtype=np.float64)
    drawn = draw_units(size, number, reserves, random, name)
    orders = [0] * len(drawn.chosen) + list(range(1, reserves + 1))
    communities = [
        _community(planned, name, frame.iloc[place], float(drawn.probability[place]), order)
        for place, order in zip([*drawn.chosen, *drawn.reserve], orders, strict=True)
    ]
    return DrawnStratum(
        name=name,
        frame=frame,
        probability=drawn.probability,
        start=drawn.start,
        certain=frame["community"][drawn.is_certain].tolist(),
        sample=communities[:number],
        reserve=communities[number:],
    )


def _community(
    planned: Planned, stratum: str, row: pd.Series, psu_prob: float, order: int
) -> DrawnCommunity:
    listed, code = int(row["households"]), str(row["community"])
    issued = min(planned.design.fieldwork.households_per_community, listed)
    start = float(_random(planned, "households", code).random())
    return DrawnCommunity(
        stratum=stratum,
        psu=code,
        name=str(row["name"]),
        county=str(row["county"]),
        order=order,
        psu_prob=psu_prob,
        listed=listed,
        start=start,
        lines=household_lines(listed, issued, start),
        tables=assign_tables(issued, _random(planned, "persons", code)),
    )


def _random(planned: Planned, *names: str) -> np.random.Generator:
    return random_numbers(planned.design.seed, planned.design.wave, *names)
