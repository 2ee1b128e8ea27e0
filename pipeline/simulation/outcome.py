"""What everybody of the city would answer and score: the truth that surveys estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.plan import DimensionCuts
from pipeline.config.standard import Standard
from pipeline.engine.scoring import item_keys, passes, worth_under
from pipeline.simulation.answers import answer_items
from pipeline.simulation.draws import effects
from pipeline.simulation.parameters import City, ItemParameters
from pipeline.simulation.people import Population
from pipeline.stats.measurement.scoring import item_credit, score
from pipeline.stats.streams import stream

_CHUNK = 100_000  # people answered at a time, to bound memory


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """What is asked and how it is scored.

    Attributes:
        instrument: the questionnaire.
        bank: items by id.
        parameters: of the items, by id.
        standards: with the cuts the plan sets where a standard leaves them open.
    """

    instrument: Instrument
    bank: Mapping[str, Item]
    parameters: Mapping[str, ItemParameters]
    standards: Sequence[tuple[Standard, DimensionCuts | None]]

    @property
    def items(self) -> list[Item]:
        """Items in the order asked."""
        return [self.bank[item] for item in self.instrument.items]


@dataclass(frozen=True)
class Outcome:
    """Results of everybody, in the order of the people.

    Attributes:
        literate: (N, standards) whether they pass.
        score: (N, standards) points; NaN where a missing answer leaves no score.
    """

    literate: pd.DataFrame
    score: pd.DataFrame


def lasting_ability(city: City, population: Population) -> np.ndarray:
    """(N,) ability of everybody without the level and local drift of a wave."""
    people, ability = population.people, city.ability
    local = stream(city.name, "ability of communities").normal(
        0.0, ability.community_sd, len(population.communities)
    )
    own = stream(city.name, "ability of people").normal(0.0, ability.person_sd, len(people))
    return effects(ability, people) + local[people["community"]] + own


def ability_in(city: City, wave: str, lasting: np.ndarray, population: Population) -> np.ndarray:
    """(N,) ability of everybody in a wave."""
    drift = stream(city.name, "drift of communities", wave).normal(
        0.0, city.ability.community_wave_sd, len(population.communities)
    )
    return lasting + city.waves[wave].ability + drift[population.people["community"]]


def everybody_answers(
    city: City, wave: str, ability: np.ndarray, questionnaire: Questionnaire, kept: np.ndarray
) -> tuple[Outcome, pd.DataFrame]:
    """Have everybody answer all items and score them.

    Args:
        city: parameters.
        wave: names the streams of chance.
        ability: (N,) in the wave.
        questionnaire: items and standards.
        kept: rows whose answers are returned, ascending.

    Returns:
        Results of everybody, and the answer columns of the rows `kept`.
    """
    outcomes, answers = [], []
    for start in range(0, len(ability), _CHUNK):
        rng = stream(city.name, "answers", wave, str(start))
        part = ability[start : start + _CHUNK]
        given = pd.DataFrame(
            answer_items(part, questionnaire.items, questionnaire.parameters, city.answering, rng)
        )
        outcomes.append(results(given, questionnaire))
        here = kept[(kept >= start) & (kept < start + len(part))] - start
        answers.append(given.iloc[here])
    whole = Outcome(
        literate=pd.concat([o.literate for o in outcomes], ignore_index=True),
        score=pd.concat([o.score for o in outcomes], ignore_index=True),
    )
    return whole, pd.concat(answers, ignore_index=True)


def results(answers: pd.DataFrame, questionnaire: Questionnaire) -> Outcome:
    """Pass and points under every standard."""
    keys = item_keys(questionnaire.instrument, questionnaire.bank)
    rules = {standard.missing.unscored_kinds() for standard, _ in questionnaire.standards}
    credit = {kinds: item_credit(answers, keys, unscored=kinds) for kinds in rules}
    literate, points = {}, {}
    for standard, settings in questionnaire.standards:
        worth = worth_under(standard, questionnaire.instrument, questionnaire.bank)
        scored = score(credit[standard.missing.unscored_kinds()], worth)
        literate[standard.label] = passes(scored, standard, settings)
        points[standard.label] = scored.total.to_numpy()
    return Outcome(pd.DataFrame(literate), pd.DataFrame(points))
