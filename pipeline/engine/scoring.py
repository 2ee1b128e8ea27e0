"""Scoring a wave's answers under the standards of its plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose

import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.plan import DimensionCuts
from pipeline.config.standard import Blueprint, EveryDimensionRule, Standard
from pipeline.errors import ConfigError
from pipeline.stats.arrays import BoolArray
from pipeline.stats.measurement.scoring import (
    ItemKey,
    Scored,
    Worth,
    highest_level,
    item_credit,
    passes_every,
    reaches,
    score,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTables:
    """Scores of one standard: one row per respondent, and one per respondent and dimension."""

    scores: pd.DataFrame
    dimensions: pd.DataFrame


def item_table(
    answers: pd.DataFrame, instrument: Instrument, bank: Mapping[str, Item], standard: Standard
) -> pd.DataFrame:
    """Credit per respondent and item, with missing answers treated as `standard` says."""
    keys = item_keys(instrument, bank)
    credit = item_credit(answers, keys, unscored=standard.missing.unscored_kinds())
    return pd.concat([answers[["respondent_id"]], credit], axis=1)


def score_tables(
    answers: pd.DataFrame,
    instrument: Instrument,
    bank: Mapping[str, Item],
    standard: Standard,
    settings: DimensionCuts | None,
) -> ScoreTables:
    """Score everybody who was asked all items of the standard.

    Raises:
        ConfigError: the questionnaire cannot be scored under the standard.
    """
    worth = worth_under(standard, instrument, bank)
    credit = item_table(answers, instrument, bank, standard)
    scored = score(credit, worth)
    rows = scored.total.notna().to_numpy()
    identity = pd.DataFrame({"respondent_id": answers["respondent_id"], "standard": standard.label})
    cuts = {level.id: level.cut for level in standard.levels}
    scores = identity.assign(
        score=scored.total,
        is_literate=passes(scored, standard, settings),
        level=highest_level(scored.total, cuts),
    )
    dimensions = [
        identity.assign(dimension=name, points=scored.dimensions[name])[rows]
        for name in scored.dimensions
    ]
    return ScoreTables(scores=scores[rows], dimensions=pd.concat(dimensions))


def passes(scored: Scored, standard: Standard, settings: DimensionCuts | None) -> BoolArray:
    """Who passes a standard; cuts that it leaves open come from the plan's settings.

    Raises:
        ConfigError: the standard leaves cuts open and the plan does not set them all.
    """
    rule = standard.passing
    if isinstance(rule, EveryDimensionRule):
        return passes_every(scored, _cuts(standard, settings), inclusive=rule.inclusive)
    return reaches(scored.total, rule.cut, inclusive=rule.inclusive)


def _cuts(standard: Standard, settings: DimensionCuts | None) -> dict[str, float]:
    expected = [dimension.id for dimension in standard.dimensions]
    given = settings.cuts if settings else {}
    if sorted(given) != sorted(expected):
        raise ConfigError(
            f"plan, standard_settings.{standard.id}.cuts",
            f"expected a cut for each of {', '.join(expected)}, got {', '.join(given) or 'none'}",
            hint="the standard states no official cut; the plan must set and justify one each",
        )
    return dict(given)


def item_keys(instrument: Instrument, bank: Mapping[str, Item]) -> list[ItemKey]:
    """The right answers of a questionnaire's items."""
    return [_item_key(bank[item]) for item in instrument.items]


def _item_key(item: Item) -> ItemKey:
    if item.type == "multiple":
        right = {
            f"{item.id}_{option.code}": int(option.code in item.key) for option in item.options
        }
    else:
        right = {item.id: int(item.key[0])}
    return ItemKey(
        item=item.id, right=right, partial_credit=item.partial_credit, follows=item.follows
    )


def worth_under(
    standard: Standard, instrument: Instrument, bank: Mapping[str, Item]
) -> dict[str, Worth]:
    """Dimension and points of each item that counts under a standard.

    Raises:
        ConfigError: every way in which questionnaire and standard disagree.
    """
    items = [bank[name] for name in instrument.items if standard.id in bank[name].scoring]
    worth = {
        item.id: Worth(
            dimension=item.scoring[standard.id].dimension, points=item.scoring[standard.id].points
        )
        for item in items
    }
    faults = [*_population_faults(standard, instrument), *_point_faults(standard, worth)]
    if standard.blueprint:
        faults += _blueprint_faults(standard.blueprint, items, worth)
    if faults:
        raise ConfigError(
            f"instrument {instrument.id} under standard {standard.id}",
            faults,
            hint="correct the items' scoring, the item list, or drop the standard from the plan",
        )
    return worth


def _population_faults(standard: Standard, instrument: Instrument) -> list[str]:
    if standard.population.covers(instrument.population):
        return []
    return [
        f"ages {instrument.population} are surveyed, the standard holds for {standard.population}"
    ]


def _point_faults(standard: Standard, worth: Mapping[str, Worth]) -> list[str]:
    known = {dimension.id: dimension.points for dimension in standard.dimensions}
    faults = [
        f"item {item} counts for dimension {value.dimension}, which the standard lacks"
        for item, value in worth.items()
        if value.dimension not in known
    ]
    for dimension, expected in known.items():
        points = sum(value.points for value in worth.values() if value.dimension == dimension)
        if expected is not None and not isclose(points, expected):
            faults.append(
                f"items of dimension {dimension} add to {points:g} points, expected {expected:g}"
            )
        if points == 0:
            faults.append(f"no item counts for dimension {dimension}")
    return faults


def _blueprint_faults(
    blueprint: Blueprint, items: list[Item], worth: Mapping[str, Worth]
) -> list[str]:
    faults = []
    if len(items) != blueprint.items:
        faults.append(f"{len(items)} items count, expected {blueprint.items}")
    faults += [
        f"item {item.id} is of type {item.type}, expected one of {', '.join(blueprint.types)}"
        for item in items
        if item.type not in blueprint.types
    ]
    faults += [
        f"item {item} is worth {value.points:g} points, expected {blueprint.points_each:g}"
        for item, value in worth.items()
        if value.points != blueprint.points_each
    ]
    return faults + (_benchmark_faults(blueprint, items) if blueprint.benchmarks else [])


def _benchmark_faults(blueprint: Blueprint, items: list[Item]) -> list[str]:
    ranges = {mark.id: (mark.first_point, mark.last_point) for mark in blueprint.benchmarks}
    uncovered = sorted(set(ranges) - {item.benchmark for item in items})
    faults = [f"no item covers benchmark {mark}" for mark in uncovered]
    for item in items:
        low, high = ranges.get(item.benchmark or 0, (0, 0))
        if not low <= (item.benchmark_point or 0) <= high:
            faults.append(
                f"item {item.id}: point {item.benchmark_point} is not one of benchmark "
                f"{item.benchmark} ({low}-{high})"
            )
    return faults
