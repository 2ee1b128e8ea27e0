"""Probability samples of a simulated city: communities, households, people, and who responds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.errors import ConfigError
from pipeline.simulation.draws import effects
from pipeline.simulation.parameters import City, WaveDesign
from pipeline.simulation.people import Population
from pipeline.stats.streams import stream
from pipeline.stats.survey.planning.selection import systematic_pps


@dataclass(frozen=True)
class Sample:
    """A drawn sample with the outcome of every issued address.

    Attributes:
        units: one row per drawn community: stratum, place (row of the communities), psu,
            psu_prob, household_prob, listed and issued households.
        addresses: one row per issued address: unit (row of units), person (row of the
            people; -1 where nobody is eligible) and outcome.
    """

    units: pd.DataFrame
    addresses: pd.DataFrame


def draw_sample(city: City, wave: str, population: Population) -> Sample:
    """Stratified communities with probability by size, households and one person at random."""
    design = city.waves[wave]
    units = draw_communities(city, design, population.communities)
    rng = stream(city.name, "households drawn", wave)
    pieces = []
    for unit, row in units.iterrows():
        number = rng.choice(row.listed, row.issued, replace=False)
        eligible = number < row.eligible
        household = np.where(eligible, row.first_household + number, -1)
        pieces.append(pd.DataFrame({"unit": unit, "household": household}))
    addresses = pd.concat(pieces, ignore_index=True)
    addresses["person"] = _one_per_household(addresses["household"], population.people, rng)
    addresses["outcome"] = _outcomes(city, wave, addresses, population)
    return Sample(units, addresses)


def draw_communities(city: City, design: WaveDesign, communities: pd.DataFrame) -> pd.DataFrame:
    """First-stage units of every stratum, drawn systematically with probability by size."""
    frames = stratified(communities, sorted(design.first_stage))
    drawn = [
        _stratum(city, design, stratum, design.first_stage[stratum], frame)
        for stratum, frame in frames.items()
    ]
    units = pd.concat(drawn, ignore_index=True)
    issued = np.minimum(design.households_per_community, units["listed"])
    return units.assign(issued=issued, household_prob=issued / units["listed"])


def stratified(communities: pd.DataFrame, strata: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Communities of each stratum, a county or its urban or rural part.

    Raises:
        ConfigError: a community is in no stratum or in two.
    """
    part = communities["county"] + "-" + communities["urban_rural"]
    frames = {name: communities[communities["county"].eq(name) | part.eq(name)] for name in strata}
    counted = Counter(i for frame in frames.values() for i in frame.index)
    faults = sorted({f"{part[i]} is in {counted[i]} strata" for i in part.index if counted[i] != 1})
    if faults:
        raise ConfigError("city.toml: first_stage", faults, hint="expected exactly one each")
    return frames


def _stratum(
    city: City, design: WaveDesign, stratum: str, number: int, frame: pd.DataFrame
) -> pd.DataFrame:
    start = stream(city.name, "random start", design.random_start, stratum).random()
    chosen, probability = systematic_pps(frame["households"].to_numpy(), number, start, stratum)
    taken = frame.iloc[chosen]
    return pd.DataFrame(
        {
            "stratum": stratum,
            "place": taken.index,
            "psu": taken["community"].to_numpy(),
            "psu_prob": probability[chosen],
            "listed": taken["households"].to_numpy(),
            "eligible": taken["eligible_households"].to_numpy(),
            "first_household": taken["first_household"].to_numpy(),
        }
    )


def _one_per_household(
    household: pd.Series, people: pd.DataFrame, rng: np.random.Generator
) -> np.ndarray:
    """One eligible person of each household at random; -1 where there is none."""
    eligible = (household >= 0).to_numpy()
    first = np.searchsorted(people["household"].to_numpy(), household.to_numpy()[eligible])
    adults = people["household_adults"].to_numpy()[first]
    person = np.full(len(household), -1)
    person[eligible] = first + (rng.random(len(first)) * adults).astype(int)
    return person


def _outcomes(city: City, wave: str, addresses: pd.DataFrame, population: Population) -> np.ndarray:
    people = population.people.iloc[addresses["person"].clip(lower=0)]
    rng = stream(city.name, "response", wave)
    of_community = rng.normal(0.0, city.response.community_sd, len(population.communities))
    propensity = effects(city.response, people) + of_community[people["community"]]
    responds = rng.random(len(people)) < 1 / (1 + np.exp(-propensity))
    refuses = rng.random(len(people)) < city.interview.refusals_among_nonrespondents
    return np.select(
        [addresses["person"] < 0, responds, refuses],
        ["ineligible", "completed", "refused"],
        default="not_reached",
    )


def push_online(city: City, wave: str, population: Population, sample: Sample) -> np.ndarray:
    """People who answer an online push, ascending; none of them was interviewed.

    They volunteer: no inclusion probability is known, young and educated people prevail.
    """
    done = sample.addresses["outcome"] == "completed"
    share = city.waves[wave].online_share
    rng = stream(city.name, "online push", wave)
    urge = effects(city.online, population.people)
    # the largest of Gumbel deviates around the urges draw without replacement
    order = urge + rng.gumbel(size=len(urge))
    order[sample.addresses.loc[done, "person"]] = -np.inf
    wanted = round(done.sum() * share / (1 - share))
    return np.sort(np.argsort(-order, kind="stable")[:wanted])


def fieldwork_record(sample: Sample) -> pd.DataFrame:
    """Outcomes counted per drawn community."""
    outcome = pd.crosstab(sample.addresses["unit"], sample.addresses["outcome"])
    names = ["completed", "refused", "not_reached"]
    counted = outcome.reindex(columns=names, fill_value=0)
    record = sample.units[["stratum", "psu", "issued"]].assign(eligible=counted.sum(axis=1))
    return record.join(counted)
