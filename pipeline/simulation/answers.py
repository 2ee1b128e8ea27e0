"""Answers of simulated people: items by a three-parameter model, other questions by shares.

Somebody who knows an item answers it right (two-parameter logistic in ability); somebody
who does not may say so, more often the lower the ability, and guesses otherwise.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from pipeline.config.instrument import Question
from pipeline.config.items import Item
from pipeline.fields import MissingKind
from pipeline.simulation.draws import shares_of_rows
from pipeline.simulation.parameters import Answering, ItemParameters, QuestionShares

_DISTRACTED = 0.4  # share of wrong multiple responses with a second mistake
Columns = dict[str, np.ndarray]


def answer_items(
    ability: np.ndarray,
    items: Iterable[Item],
    parameters: Mapping[str, ItemParameters],
    answering: Answering,
    rng: np.random.Generator,
) -> Columns:
    """Answer columns of all items, as codes or negative kinds of missing answer.

    Args:
        ability: (n,) on the scale of the items' difficulty.
        items: in the order asked.
        parameters: by item.
        answering: habits of not answering.
        rng: source of chance.

    Source: Birnbaum, A. (1968), in Lord & Novick, Statistical Theories of Mental Test Scores,
    with the guessing share thinned by admitted ignorance.
    """
    admits = _logistic(answering.dont_know_constant - answering.dont_know_slope * ability)
    columns: Columns = {}
    for item in items:
        p = parameters[item.id]
        unknown = 1 - _logistic(p.discrimination * (ability - p.difficulty))
        chance = rng.random(len(ability))
        wrong_above = 1 - unknown * (1 - (1 - admits) * p.guessing)
        columns |= _coded(item, chance < wrong_above, rng)
        missing = np.select(
            [chance > 1 - answering.refused, _within(chance, wrong_above, unknown * admits)],
            [MissingKind.REFUSED, MissingKind.DONT_KNOW],
            default=0,
        )
        for name in item.answer_columns:
            columns[name] = np.where(missing < 0, missing, columns[name]).astype(np.int8)
    return columns


def careless_answers(items: Iterable[Item], n: int, rng: np.random.Generator) -> Columns:
    """Answers of people who do not read: every code of a column alike."""
    columns = {name: codes for item in items for name, codes in item.answer_columns.items()}
    return {
        name: rng.choice([int(code) for code in codes], n).astype(np.int8)
        for name, codes in columns.items()
    }


def answer_questions(
    known: pd.DataFrame,
    questions: Iterable[Question],
    shares: Mapping[str, QuestionShares],
    answering: Answering,
    rng: np.random.Generator,
) -> Columns:
    """Answer columns of the questions that are not scored, for the people of `known`."""
    columns: Columns = {}
    for question in questions:
        codes = [option.code for option in question.options]
        rule, where = shares[question.id], f"city.toml: questions.{question.id}"
        weight = _weights(known, rule, codes, columns, where)
        if question.kind == "multiple":
            chosen = _several(weight, rule.at_most, rng)
            answer = dict(zip(question.answer_columns, chosen.T, strict=True))
        else:
            answer = {question.id: np.array(codes, dtype=int)[_one(weight, rng)]}
        chance = rng.random(len(known))
        for name, values in answer.items():
            refused = np.where(chance < answering.refused, MissingKind.REFUSED, values)
            unsure = chance > 1 - answering.question_dont_know
            columns[name] = np.where(unsure, MissingKind.DONT_KNOW, refused).astype(np.int8)
    return columns


def _weights(
    known: pd.DataFrame, shares: QuestionShares, codes: list[str], answered: Columns, where: str
) -> np.ndarray:
    """(n, options) shares of each person's options, none for options not open to the person."""
    table, row = shares_of_rows(shares, codes, known, where)
    weight = table[row]
    if shares.among is None:
        return weight
    is_open = np.column_stack([answered[f"{shares.among}_{code}"] == 1 for code in codes])
    return weight * (is_open | ~is_open.any(axis=1, keepdims=True))


def _one(weight: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(n,) option of each person: the earliest of exponential arrivals at rates `weight`."""
    with np.errstate(divide="ignore"):
        arrival = rng.exponential(size=weight.shape) / weight
    return np.asarray(arrival.argmin(axis=1))


def _several(share: np.ndarray, at_most: int | None, rng: np.random.Generator) -> np.ndarray:
    """(n, options) every option by its own share; of too many, a random choice stays."""
    wanted = rng.random(share.shape) < share
    if at_most is None:
        return wanted
    rank = np.where(wanted, rng.random(share.shape), np.inf).argsort(axis=1).argsort(axis=1)
    return wanted & (rank < at_most)


def _coded(item: Item, right: np.ndarray, rng: np.random.Generator) -> Columns:
    """The right answer, or a wrong one drawn evenly."""
    if item.type == "multiple":
        return _coded_multiple(item, right, rng)
    key = int(item.key[0])
    wrong = np.array([int(o.code) for o in item.options if o.code not in item.key])
    return {item.id: np.where(right, key, rng.choice(wrong, len(right)))}


def _coded_multiple(item: Item, right: np.ndarray, rng: np.random.Generator) -> Columns:
    """One option turned about when wrong; sometimes a distractor is taken as well."""
    key = np.array([option.code in item.key for option in item.options])
    mistake = rng.integers(len(key), size=len(right))
    distractor = rng.choice(np.flatnonzero(~key), len(right))
    second = ~right & (rng.random(len(right)) < _DISTRACTED)
    columns = {}
    for place, (name, is_key) in enumerate(zip(item.answer_columns, key, strict=True)):
        turned = ~right & (mistake == place)
        columns[name] = (is_key ^ turned) | (second & (distractor == place))
    return columns


def _within(chance: np.ndarray, low: np.ndarray, width: np.ndarray) -> np.ndarray:
    return (chance >= low) & (chance < low + width)


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
