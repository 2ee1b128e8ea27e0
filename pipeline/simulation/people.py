"""The finite population of a simulated city: everybody aged as surveyed, once, by name of a cell.

Cells come from the census; who lives in which community and household, and everything
the census does not tell, is invented. The same people are surveyed in every wave: the
city's demography stands still at the census.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config.domain import Band
from pipeline.config.instrument import Instrument
from pipeline.simulation.communities import invent_communities
from pipeline.simulation.draws import draw_codes
from pipeline.simulation.parameters import City
from pipeline.stats.streams import stream

GROUPS = ("county", "urban_rural", "sex", "age_group", "education")


@dataclass(frozen=True)
class Population:
    """Everybody, sorted by community and household.

    Attributes:
        people: one row per person: groups, community (row of `communities`), household
            (running number), household_adults, age and the traits of the city.
        communities: one row per community, with people, first person, households with
            eligible adults, first of these, and households on the list.
    """

    people: pd.DataFrame
    communities: pd.DataFrame


def invent_population(city: City, cells: pd.DataFrame, instrument: Instrument) -> Population:
    """Everybody of the city.

    Args:
        city: parameters.
        cells: people by the columns of GROUPS, with their count.
        instrument: gives order of education and ages of age groups.
    """
    communities = invent_communities(city)
    levels = [c.value for c in instrument.categories(instrument.domain_by_id["education"])]
    people = _settle(city, whole_numbers(cells), communities, levels)
    people["household"], people["household_adults"] = _households(city, people, communities)
    people["age"] = _ages(city, people, instrument.domain_by_id["age_group"].bands)
    people["county_code"] = people["county"]
    people["ur_code"] = pd.Categorical(communities["ur_code"].to_numpy()[people["community"]])
    for name, trait in city.traits.items():
        where = f"city.toml: traits.{name}"
        people[name] = draw_codes(trait, people, stream(city.name, "traits", name), where)
    return Population(people, _with_counts(city, communities, people))


def whole_numbers(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with whole counts; sums over leading columns stay within one person.

    Rounding the running total, not each cell, keeps the whole from drifting.
    """
    ordered = cells.sort_values(list(GROUPS), kind="stable").reset_index(drop=True)
    running = ordered["count"].cumsum().round(6).round().astype("int64")
    return ordered.assign(count=running - running.shift(fill_value=0))


def _settle(
    city: City, cells: pd.DataFrame, communities: pd.DataFrame, levels: Sequence[str]
) -> pd.DataFrame:
    """Distribute the people of each cell over the communities of its part of the county."""
    rank = pd.Series(range(len(levels)), index=list(levels), dtype=float)
    pieces = []
    for (county, urban_rural), group in cells.groupby(["county", "urban_rural"], sort=True):
        here = communities.query("county == @county and urban_rural == @urban_rural")
        centred = (group["education"].map(rank) - rank.mean()).to_numpy()
        pull = here["size"].to_numpy() * np.exp(np.outer(centred, here["tilt"].to_numpy()))
        rng = stream(city.name, "settle", str(county), str(urban_rural))
        number = rng.multinomial(group["count"], pull / pull.sum(axis=1, keepdims=True))
        cell, place = np.nonzero(number)
        pieces.append(
            pd.DataFrame(
                {
                    "cell": group.index.to_numpy()[cell],
                    "community": here.index.to_numpy()[place],
                    "number": number[cell, place],
                }
            )
        )
    return _one_row_each(city, pd.concat(pieces, ignore_index=True), cells)


def _one_row_each(city: City, piles: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """People in random order within their community."""
    everybody = piles.loc[piles.index.repeat(piles["number"]), ["cell", "community"]]
    shuffled = stream(city.name, "order").permutation(len(everybody))
    everybody = everybody.iloc[shuffled].sort_values("community", kind="stable")
    groups = cells[list(GROUPS)].astype("category")
    people = groups.loc[everybody["cell"]].reset_index(drop=True)
    return people.assign(community=everybody["community"].to_numpy())


def _households(
    city: City, people: pd.DataFrame, communities: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours in the list share a household until its size is reached."""
    sizes = []
    persons_of = people.groupby("community").size().reindex(communities.index, fill_value=0)
    named = zip(communities["community"], communities["urban_rural"], persons_of, strict=True)
    for community, urban_rural, persons in named:
        shares = city.households.eligible_adults[urban_rural]
        rng = stream(city.name, "households", community)
        drawn = rng.choice([int(s) for s in shares], persons, p=list(shares.values()))
        ends = np.minimum(drawn.cumsum(), persons)
        sizes.append(np.diff(np.unique(ends), prepend=0))
    adults = np.concatenate(sizes)
    return np.repeat(np.arange(len(adults)), adults), np.repeat(adults, adults)


def _ages(city: City, people: pd.DataFrame, bands: Sequence[Band]) -> np.ndarray:
    """Single years, evenly spread within age groups."""
    low = people["age_group"].map({band.value: band.low for band in bands}).astype(int)
    high = people["age_group"].map({band.value: band.high for band in bands}).astype(int)
    return stream(city.name, "ages").integers(low.to_numpy(), high.to_numpy(), endpoint=True)


def _with_counts(city: City, communities: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    households = people.drop_duplicates("household").groupby("community").size()
    counted = communities.assign(
        people=people.groupby("community").size(), eligible_households=households
    )
    share = city.households.ineligible
    without = (counted["eligible_households"] * share / (1 - share)).round().astype("int64")
    return counted.assign(
        first_person=counted["people"].cumsum() - counted["people"],
        first_household=counted["eligible_households"].cumsum() - counted["eligible_households"],
        households=counted["eligible_households"] + without,
    )
