"""Interviews of a simulated wave: who answered what, when, to whom, and how carefully."""

from collections.abc import Mapping
from datetime import timedelta

import numpy as np
import pandas as pd

from pipeline.fields import MissingKind
from pipeline.simulation.answers import answer_questions, careless_answers
from pipeline.simulation.outcome import Questionnaire
from pipeline.simulation.parameters import City
from pipeline.simulation.people import Population
from pipeline.simulation.sampling import Sample
from pipeline.stats.streams import stream

AT_HOME, ON_SITE, ONLINE = "1", "2", "3"


def respondents(
    city: City, wave: str, population: Population, sample: Sample, online: np.ndarray
) -> pd.DataFrame:
    """Everybody who answered, with design columns, mode and the traits known of them.

    Returns:
        One row per respondent in the order of the delivered file, `person` being the row
        of the population; volunteers have neither stratum, unit nor household.
    """
    done = sample.addresses[sample.addresses["outcome"] == "completed"]
    units = sample.units.loc[done["unit"], ["stratum", "psu"]].reset_index(drop=True)
    drawn = units.assign(person=done["person"].to_numpy(), unit=done["unit"].to_numpy())
    volunteers = pd.DataFrame({"stratum": "", "psu": "", "person": online, "unit": -1})
    rows = pd.concat([drawn, volunteers], ignore_index=True)
    traits = population.people.iloc[rows["person"]].reset_index(drop=True)
    rows = rows.join(traits.drop(columns=["community", "household"]))
    rows["household_adults"] = rows["household_adults"].where(rows["unit"] >= 0)
    rows["mode_code"] = _modes(city, wave, rows)
    birthday_to_come = stream(city.name, "birthdays", wave).integers(2, size=len(rows))
    rows["birth_year"] = city.waves[wave].year - rows["age"] - birthday_to_come
    return rows


def _modes(city: City, wave: str, rows: pd.DataFrame) -> np.ndarray:
    by_age = rows["age_group"].astype(str).map(city.interview.self_completed).to_numpy(dtype=float)
    scans = stream(city.name, "modes", wave).random(len(rows)) < by_age
    return np.select([rows["unit"] < 0, scans], [ONLINE, ON_SITE], default=AT_HOME)


def paradata(city: City, wave: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Interviewer, start, end, minutes, and whether the answers are careless or break off."""
    rng, interview = stream(city.name, "paradata", wave), city.interview
    design, n = city.waves[wave], len(rows)
    minutes = interview.median_minutes * np.exp(rng.normal(0.0, interview.minutes_sd, n))
    is_careless = rng.random(n) < interview.speeders
    minutes = np.where(is_careless, rng.uniform(*interview.speeder_minutes, n), minutes)
    breaks_off = (rng.random(n) < interview.break_offs) & ~is_careless
    reached = np.where(breaks_off, rng.uniform(*interview.break_off_at, n), 1.0)
    minutes = (minutes * reached).round(1)
    days = (design.fieldwork_end - design.fieldwork_start) // timedelta(days=1)
    hour = rng.uniform(interview.first_hour, interview.last_hour, n)
    start = (
        pd.Timestamp(design.fieldwork_start)
        + pd.to_timedelta(rng.integers(days, size=n, endpoint=True), unit="D")
        + pd.to_timedelta(hour, unit="h").round("min")
    )
    interviewer = (rows["unit"] // interview.units_per_interviewer + 1).map("{:02d}".format)
    return pd.DataFrame(
        {
            "interviewer": interviewer.where(rows["unit"] >= 0, ""),
            "started_at": start,
            "ended_at": start + pd.to_timedelta(minutes, unit="min").round("s"),
            "minutes": minutes,
            "is_careless": is_careless,
            "reached": reached,
        }
    )


def all_answers(
    city: City,
    wave: str,
    rows: pd.DataFrame,
    records: pd.DataFrame,
    item_answers: pd.DataFrame,
    questionnaire: Questionnaire,
) -> pd.DataFrame:
    """Answer columns in the order asked, as they were given in the interview.

    Args:
        city: parameters.
        wave: names the streams of chance.
        rows: result of `respondents`.
        records: result of `paradata` for the same rows.
        item_answers: what the same people answer when they take care.
        questionnaire: items and questions.
    """
    rng = stream(city.name, "interview answers", wave)
    questions = questionnaire.instrument.questions
    given: Mapping[str, np.ndarray] = answer_questions(
        rows, questions, city.questions, city.answering, rng
    )
    careless = records["is_careless"].to_numpy()
    items = item_answers.copy()
    invented = careless_answers(questionnaire.items, int(careless.sum()), rng)
    items.loc[careless] = pd.DataFrame(invented)[items.columns].to_numpy()
    answers = pd.concat([items, pd.DataFrame(given)], axis=1)
    # Nothing after the break was asked; a question with several columns breaks off whole.
    asked = [list(item.answer_columns) for item in questionnaire.items]
    asked += [list(question.answer_columns) for question in questions]
    for place, columns in enumerate(asked):
        missed = records["reached"].to_numpy() <= place / len(asked)
        answers.loc[missed, columns] = int(MissingKind.NOT_ASKED)
    return answers
