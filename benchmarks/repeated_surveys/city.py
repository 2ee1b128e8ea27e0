"""The fixed city: everybody's traits, whereabouts and result, which no survey changes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.simulation.cells import city_cells
from pipeline.simulation.draws import effects
from pipeline.simulation.outcome import ability_in, everybody_answers, lasting_ability
from pipeline.simulation.parameters import City, load_city
from pipeline.simulation.people import Population, invent_population
from pipeline.simulation.run import questionnaire_of

TRAITS = ("county", "urban_rural", "sex", "age_group", "education")


@dataclass(frozen=True, kw_only=True, eq=False)
class FixedCity:
    """N people in households and communities.

    Attributes:
        parameters: of the simulation.
        communities: one row per community: county, urban_rural, households on the list, of
            these with eligible people, first of these.
        first_person: (households,) first person of each household with eligible people.
        adults: (N,) eligible people of each person's household.
        traits: by name, (N,) place in `categories`.
        categories: by trait, its categories in their order.
        propensity: (N,) log odds of an interview before the luck of the community.
        passes: (N, cuts) whether the person is above the cut.
    """

    parameters: City
    communities: pd.DataFrame
    first_person: np.ndarray
    adults: np.ndarray
    traits: dict[str, np.ndarray]
    categories: dict[str, list[str]]
    propensity: np.ndarray
    passes: np.ndarray

    @property
    def counties(self) -> list[str]:
        """Codes of the counties."""
        return self.categories["county"]

    def truth(self) -> np.ndarray:
        """(1 + counties, cuts) true shares of the city and of its counties."""
        county = self.traits["county"]
        parts = [self.passes[county == code] for code in range(len(self.counties))]
        return np.array([part.mean(axis=0) for part in [self.passes, *parts]])


def found_city(workspace: Workspace, wave: str, shares: tuple[float, ...]) -> FixedCity:
    """People the demo city and have everybody answer the questionnaire of a wave.

    Args:
        workspace: holds the city's parameters and the questionnaire.
        wave: whose questionnaire and level of ability are taken.
        shares: population shares above the cuts. Cuts are set on the score of the headline
            standard; the ability behind it breaks ties, so that shares are met exactly.
    """
    parameters = load_city(workspace.raw / "simulation")
    instrument = workspace.instrument(wave)
    cells = city_cells(workspace.population(wave), parameters)
    population = invent_population(parameters, cells, instrument)
    ability = ability_in(parameters, wave, lasting_ability(parameters, population), population)
    nobody = np.array([], dtype=np.int64)
    questionnaire = questionnaire_of(workspace, wave)
    outcome, _ = everybody_answers(parameters, wave, ability, questionnaire, nobody)
    score = outcome.score[workspace.headline().label].to_numpy()
    place = np.empty(len(score))
    place[np.lexsort((ability, score))] = (np.arange(len(score)) + 0.5) / len(score)
    orders = {
        name: [c.value for c in instrument.categories(instrument.domain_by_id[name])]
        for name in TRAITS
    }
    return _fixed(parameters, population, orders, place[:, None] > 1 - np.array(shares))


def _fixed(
    parameters: City, population: Population, orders: dict[str, list[str]], passes: np.ndarray
) -> FixedCity:
    people = population.people
    coded = {
        name: pd.Categorical(people[name].astype(str), categories=orders[name]) for name in TRAITS
    }
    household = people["household"].to_numpy()
    return FixedCity(
        parameters=parameters,
        communities=population.communities,
        first_person=np.searchsorted(household, np.arange(household[-1] + 1)),
        adults=people["household_adults"].to_numpy(),
        traits={name: codes.codes.astype(np.int64) for name, codes in coded.items()},
        categories=orders,
        propensity=effects(parameters.response, people),
        passes=passes,
    )
