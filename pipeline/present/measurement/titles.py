"""Titles of the charts of the measurement: each states what its numbers show."""

import pandas as pd

from pipeline.present.context import Context
from pipeline.present.measured import Measured, ability_at_cut, latest, worst_items
from pipeline.present.measured import accuracy as accuracy_of

_NAMED = 3  # more items than these are counted, not named


def accuracy(measurement: Measured, context: Context) -> str:
    """Of a hundred who passed, how many another test of like difficulty would fail."""
    found = accuracy_of(measurement, context)
    if found is None or pd.isna(found["pass_again"]):
        return context.words("chart.accuracy.title.plain")
    lost = context.formats.count(100 * (1 - found["pass_again"]))
    return context.words("chart.accuracy.title.found", lost=lost)


def information(measurement: Measured, context: Context) -> str:
    """Where the test measures best, and how well at the cut."""
    curves, cut = latest(measurement.curves, context), ability_at_cut(measurement, context)
    best = curves.loc[curves["information"].idxmax()]
    gaps = {"score": context.formats.count(best["expected_score"])}
    if cut is None:
        return context.words("chart.information.title.best", **gaps)
    nearest = curves.loc[(curves["ability"] - cut).abs().idxmin(), "information"]
    share = context.formats.level(round(nearest / best["information"], 2))
    return context.words("chart.information.title.cut", share=share, **gaps)


def item_map(measurement: Measured, context: Context) -> str:
    """How many items lie below the cut and how many above."""
    located = latest(measurement.item_statistics, context).dropna(subset="location")
    cut = ability_at_cut(measurement, context)
    count = context.formats.count
    gaps = {"n": count(len(located))}
    if cut is None:
        return context.words("chart.item_map.title.plain", **gaps)
    easier = int((located["location"] < cut).sum())
    gaps |= {"easier": count(easier), "harder": count(len(located) - easier)}
    return context.words("chart.item_map.title.cut", **gaps)


def distractors(measurement: Measured, context: Context) -> str:
    """Which of the items shown need a second look."""
    chosen = worst_items(measurement, context)
    doubtful = chosen.loc[~chosen["is_fine"], "item"].tolist()
    gaps = {"n": context.formats.count(len(chosen))}
    if not doubtful:
        return context.words("chart.distractors.title.fine", **gaps)
    names = context.formats.listing(doubtful)
    return context.words("chart.distractors.title.doubtful", items=names)


def dif(measurement: Measured, context: Context) -> str:
    """Which items equal people of different groups answer clearly differently."""
    rows = latest(measurement.dif, context)
    tested = rows[rows["mh_delta"].notna()]
    if tested.empty:
        return context.words("chart.dif.title.untested")
    large = sorted(set(tested.loc[tested["dif"] == "C", "item"]))
    if not large:
        return context.words("chart.dif.title.none")
    if len(large) > _NAMED:
        return context.words("chart.dif.title.many", n=context.formats.count(len(large)))
    return context.words("chart.dif.title.named", items=context.formats.listing(large))


OF = {
    "accuracy": accuracy,
    "item_map": item_map,
    "information": information,
    "distractors": distractors,
    "dif": dif,
}
