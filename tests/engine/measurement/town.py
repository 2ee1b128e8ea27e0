"""Simulated waves of a town: two counties, units of ten people, twenty items of four options.

What an item is like depends on its name alone, so waves that ask the same items can be linked.
The truth is two-parameter logistic; ability has mean `mean` and standard deviation about 1.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.loading import parse
from pipeline.config.plan import Plan
from pipeline.config.standard import Standard
from pipeline.engine.estimation import WaveTables, estimate_table
from pipeline.engine.measurement.tables import measure
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.engine.samples import WeightTables
from pipeline.engine.scoring import item_table, score_tables
from pipeline.engine.weighting import given_weights
from pipeline.stats.streams import stream

ITEMS = tuple(f"i{number:02d}" for number in range(1, 21))
QUIZ = "quiz@1"
PER_UNIT = 10
RIGHT, WRONG = 1, (2, 3, 4)
_NAMED = {"title_en": "x"}

Spoil = Callable[[pd.DataFrame], None]


def parameters(item: str) -> tuple[float, float]:
    """Slope and difficulty of an item."""
    random = stream("town", item)
    return float(random.uniform(0.9, 1.8)), float(random.normal(0.0, 0.9))


def town_wave(
    name: str = "w1",
    *,
    n: int = 400,
    items: Sequence[str] = ITEMS,
    mean: float = 0.0,
    seed: int = 0,
    harder: Mapping[str, float] | None = None,
    unfair: Mapping[str, float] | None = None,
    graded: Sequence[str] = (),
    spoil: Spoil | None = None,
    measurement: Mapping[str, Any] | None = None,
    standards: Sequence[Standard] | None = None,
    elsewhere: Mapping[str, Mapping[str, Any]] | None = None,
) -> MeasuredWave:
    """A wave of n people.

    Args:
        name: of the wave.
        n: respondents.
        items: asked.
        mean: ability.
        seed: of answers and people.
        harder: how much harder items are in this wave.
        unfair: how much harder items are for men.
        graded: items with partial credit: four options to be ticked or not.
        spoil: changes the answer columns.
        measurement: keys of the plan's section to be replaced.
        standards: headline first; None: all items, 70 of 100 points pass.
        elsewhere: points and dimension by item under further standards.
    """
    people, ability = _people(name, n, mean, seed)
    random = np.random.default_rng([seed, 1])
    answers = pd.DataFrame({"respondent_id": people["respondent_id"]})
    is_man = (people["sex"] == "m").to_numpy()
    for item in items:
        slope, difficulty = parameters(item)
        difficulty = difficulty + (harder or {}).get(item, 0.0)
        own = difficulty + is_man * (unfair or {}).get(item, 0.0)
        if item in graded:
            for option in (RIGHT, *WRONG):
                knows = random.random(n) < _logistic(slope * (ability - own + 1))
                answers[f"{item}_{option}"] = np.where(knows, option == RIGHT, option != RIGHT) * 1
            continue
        knows = random.random(n) < _logistic(slope * (ability - own))
        answers[item] = np.where(knows, RIGHT, random.choice(WRONG, n))
    if spoil is not None:
        spoil(answers)
    bank = {item: _item(item, item in graded, 100 / len(items), elsewhere) for item in items}
    return measured(
        name, people, answers, bank, standards or [quiz()], plan(measurement, standards)
    )


def measured(
    name: str,
    people: pd.DataFrame,
    answers: pd.DataFrame,
    bank: Mapping[str, Item],
    standards: Sequence[Standard],
    rules: Plan,
) -> MeasuredWave:
    """The wave of people with answers, scored and weighted as the stages do."""
    instrument = questionnaire(tuple(bank))
    scored = [score_tables(answers, instrument, bank, each, None) for each in standards]
    people = people.assign(group_women=people["sex"] == "f", group_old=people["age"] >= 50)
    weighting = WeightTables(
        people=people,
        weights=given_weights(people, ("w",)),
        not_interviewed=pd.DataFrame(columns=["stratum", "psu"]),
        online=pd.DataFrame(columns=["respondent_id", "weight"]),
        left_out=people[["respondent_id"]],
    )
    tables = WaveTables(
        weighting=weighting,
        answers=answers,
        items=item_table(answers, instrument, bank, standards[0]),
        scores=pd.concat([each.scores for each in scored], ignore_index=True),
        dimensions=pd.concat([each.dimensions for each in scored], ignore_index=True),
        graded_items=frozenset(item for item in bank if bank[item].partial_credit),
    )
    return MeasuredWave.of(name, tables, instrument, bank, standards, rules)


def tables_of(*waves: MeasuredWave) -> dict[str, pd.DataFrame]:
    """The measurement of waves, with their raw estimates beside."""
    return measure(waves, {wave.name: estimates_of(wave) for wave in waves})


def estimates_of(wave: MeasuredWave) -> pd.DataFrame:
    """The table `estimates` of a wave."""
    table, _ = estimate_table(
        wave.tables, list(wave.standards), wave.instrument, wave.plan, wave.name
    )
    return table


def permuted(wave: MeasuredWave, order: np.ndarray) -> MeasuredWave:
    """The same wave with its people in another order."""
    tables = wave.tables

    def rows(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.iloc[order].reset_index(drop=True)

    weighting = replace(
        tables.weighting,
        people=rows(tables.people),
        weights=rows(tables.weighting.weights),
        left_out=rows(tables.weighting.left_out),
    )
    return replace(
        wave,
        tables=replace(
            tables, weighting=weighting, answers=rows(tables.answers), items=rows(tables.items)
        ),
    )


def quiz(name: str = "quiz", cut: float = 70.0, **changes: Any) -> Standard:
    """A standard of one dimension."""
    content = {
        "id": name, "version": "1", "status": "synthetic", "title_en": name, "title_zh": "",
        "source": {"title": "test", "accessed": "2026-01-01"},
        "population": {"age_min": 18},
        "dimensions": [{"id": part, "title_zh": "", "title_en": part}
                       for part in ("facts", "skills")],
        "pass": {"rule": "total", "cut": cut, "inclusive": True},
        "missing": {"not_asked": "not_scored", "dont_know": "wrong", "refused": "wrong",
                    "invalid": "wrong"},
    } | changes  # fmt: skip
    return parse(Standard, content, name)


def plan(
    measurement: Mapping[str, Any] | None = None, standards: Sequence[Standard] | None = None
) -> Plan:
    """A plan with delivered weights."""
    names = [each.id for each in standards or [quiz()]]
    content = {
        "id": "town", "version": "1", "title_en": "Town", "headline": names[0],
        "standards": names, "cleaning": {"quarantine": []},
        "weights": {"method": "given", "columns": ["w"]},
        "variance": {"method": "linearised", "lonely_psu": "fail"},
        "estimates": {
            "confidence": 0.95, "interval": "korn_graubard",
            "domains": ["county", "sex", "age_group", "group"],
            "levels": False, "dimensions": False, "items": False, "population_total": False,
        },
        "publication": {"min_n": 60, "min_n_eff": 30, "max_width": 0.5, "always_width": 0.05,
                        "max_relative_width": 20, "min_df": 1, "review_cv": 1, "withhold_cv": 2,
                        "note": ""},
        "test": {"alpha": 0.05, "power": 0.8},
        "measurement": {
            "model": "2pl", "min_reliability": 0.8, "min_accuracy": 0.8, "note": "",
            "anchors": {"min_items": 5, "min_share": 0.2, "max_z": 2.7, "max_delta": 1.5},
            "fairness": {"groupings": ["county", "sex", "age_group"], "min_group": 60},
            "plausible_values": {"draws": 5, "conditioning": ["county", "sex"]},
        } | dict(measurement or {}),
    }  # fmt: skip
    return parse(Plan, content, "town")


def questionnaire(items: Sequence[str]) -> Instrument:
    """The items with county, sex, age and the domains made of them."""
    variable = {"title_en": "x", "kind": "code", "role": "demographic"}
    content = {
        "id": "town", "version": "1", "status": "synthetic", "title_en": "Town",
        "population": {"age_min": 20, "age_max": 69}, "age_variable": "age", "items": list(items),
        "variables": [
            {"id": "county", **variable, "codes": [{"code": c, **_NAMED} for c in ("n", "s")]},
            {"id": "sex", **variable, "codes": [{"code": c, **_NAMED} for c in ("f", "m")]},
            {"id": "age", **variable, "kind": "integer"},
        ],
        "domains": [
            {"id": "county", "variable": "county", **_NAMED},
            {"id": "sex", "variable": "sex", **_NAMED},
            {"id": "age_group", "variable": "age", **_NAMED, "bands": [
                {"value": "young", "low": 20, "high": 59, **_NAMED},
                {"value": "old", "low": 60, **_NAMED}]},
            {"id": "group", **_NAMED, "members": [
                {"value": "women", **_NAMED, "all_of": [{"variable": "sex", "codes": ["f"]}]},
                {"value": "old", **_NAMED, "all_of": [{"variable": "age", "min": 50}]}]},
        ],
    }  # fmt: skip
    return parse(Instrument, content, "town")


def _item(
    name: str, is_graded: bool, points: float, elsewhere: Mapping[str, Mapping[str, Any]] | None
) -> Item:
    dimension = "facts" if int(name[1:]) % 2 else "skills"
    content = {
        "id": name, "text_en": name, "status": "live", "anchor": True,
        "type": "multiple" if is_graded else "single", "partial_credit": is_graded,
        "options": [{"code": str(code), "text_en": "x"} for code in (RIGHT, *WRONG)],
        "key": [str(RIGHT)],
        "scoring": {"quiz": {"dimension": dimension, "points": points}}
        | {label: dict(of[name]) for label, of in (elsewhere or {}).items() if name in of},
    }  # fmt: skip
    return parse(Item, content, name)


def _people(name: str, n: int, mean: float, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng([seed, 0])
    unit = np.arange(n) // PER_UNIT
    county = np.where(unit % 2, "n", "s")
    sex = random.choice(["f", "m"], n)
    age = random.integers(20, 62, n)
    people = pd.DataFrame(
        {
            "respondent_id": [f"{name}-{k:05d}" for k in range(n)],
            "wave": name,
            "stratum": county,
            "psu": [f"{c}/{u}" for c, u in zip(county, unit, strict=True)],
            "county": county,
            "sex": sex,
            "age": age,
            "age_group": np.where(age < 60, "young", "old"),
            "w": random.uniform(0.5, 1.5, n),
        }
    )
    local = random.normal(0.0, 0.2, unit[-1] + 1)[unit]
    ability = mean + np.where(county == "n", 0.2, -0.2) + local + random.normal(0.0, 0.95, n)
    return people, ability


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
