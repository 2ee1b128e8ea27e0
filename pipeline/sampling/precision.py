"""What a design is expected to bring: interviews, effective size and degrees of freedom.

One idea carries everything: a domain of strata is as precise as its effective size of people
drawn at random, so that the formulas of simple random sampling hold with it; see
`planning.expected_error`. Households on the list stand for people.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.sampling.allotment import allot
from pipeline.sampling.design import SamplingDesign
from pipeline.sampling.frame import county_of, stratified
from pipeline.sampling.yields import interviews_per_community, unit_deff
from pipeline.stats.survey.estimation.intervals import wilson_interval
from pipeline.stats.survey.planning.expected_error import effective_size, se_of_share

CITY = "city"


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumPlan:
    """What is done in one stratum.

    Attributes:
        name: of the stratum.
        county: it is or belongs to.
        listed: communities on the list.
        households: on the list.
        communities: to be drawn.
        issued: addresses.
        interviews: expected.
        deff: of an estimate for the stratum.
        share: assumed in it.
    """

    name: str
    county: str
    listed: int
    households: int
    communities: int
    issued: int
    interviews: float
    deff: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """What a domain of strata is expected to bring.

    Attributes:
        name: the code of a county, or `city`.
        strata: it consists of.
        listed: communities on the list.
        communities: to be drawn.
        interviews: expected.
        n_eff: people drawn at random who would tell as much.
        share: assumed.
    """

    name: str
    strata: int
    listed: int
    communities: int
    interviews: float
    n_eff: float
    share: float

    @property
    def df(self) -> int:
        """Degrees of freedom: communities less strata."""
        return self.communities - self.strata

    @property
    def deff(self) -> float:
        """Interviews per person drawn at random; unequal allocation included."""
        return self.interviews / self.n_eff

    @property
    def per_community(self) -> float:
        """Interviews expected in a community."""
        return self.interviews / self.communities

    @property
    def se(self) -> float:
        """Standard error expected of the assumed share."""
        return se_of_share(self.share, self.n_eff)

    def interval(self, *, level: float) -> tuple[float, float]:
        """Wilson interval expected around the assumed share."""
        return expected_interval(self.share, self.n_eff, self.df, level=level)


def expected_interval(
    share: float, n_eff: float, df: float, *, level: float
) -> tuple[float, float]:
    """Wilson interval of a share that n_eff people drawn at random bring."""
    arrays = [np.array([figure], dtype=np.float64) for figure in (share, df, n_eff)]
    found = wilson_interval(arrays[0], arrays[1], n_eff=arrays[2], level=level)
    return float(found.low[0]), float(found.high[0])


def strata_plans(design: SamplingDesign, frame: pd.DataFrame) -> list[StratumPlan]:
    """Communities, addresses and expected interviews of every stratum.

    Raises:
        ConfigError: strata do not cover the list.
        DesignError: the communities cannot be allotted.
    """
    members = stratified(frame, [stratum.name for stratum in design.strata])
    households = {name: int(rows["households"].sum()) for name, rows in members.items()}
    listed = {name: len(rows) for name, rows in members.items()}
    communities = allot(design, households, listed)
    plans = []
    for stratum in design.strata:
        number = communities[stratum.name]
        per_community = interviews_per_community(design, stratum)
        plans.append(
            StratumPlan(
                name=stratum.name,
                county=county_of(stratum.name),
                listed=listed[stratum.name],
                households=households[stratum.name],
                communities=number,
                issued=number * design.fieldwork.households_per_community,
                interviews=number * per_community,
                deff=unit_deff(design, per_community),
                share=stratum.share or design.share,
            )
        )
    return plans


def domain_plans(strata: list[StratumPlan]) -> list[DomainPlan]:
    """The city, then its counties by code."""
    counties = sorted({stratum.county for stratum in strata})
    of_county = [[s for s in strata if s.county == county] for county in counties]
    named = zip([CITY, *counties], [strata, *of_county], strict=True)
    return [_domain(name, members) for name, members in named]


def _domain(name: str, members: list[StratumPlan]) -> DomainPlan:
    size = np.array([stratum.households for stratum in members], dtype=np.float64)
    interviews = np.array([stratum.interviews for stratum in members])
    deff = np.array([stratum.deff for stratum in members])
    return DomainPlan(
        name=name,
        strata=len(members),
        listed=sum(stratum.listed for stratum in members),
        communities=sum(stratum.communities for stratum in members),
        interviews=float(interviews.sum()),
        n_eff=effective_size(size, deff, interviews),
        share=float(np.average([stratum.share for stratum in members], weights=size)),
    )
