"""Titles of charts: each states what its numbers show, by the rules of `sentences`."""

import pandas as pd

from pipeline.present.context import Context
from pipeline.present.results import WITHHELD, is_withheld
from pipeline.present.sentences import direction, extremes, separated, widest

_LEAST_COMPARED = 2


def trend(level: pd.Series, change: pd.Series | None, context: Context) -> str:
    """The latest share and whether it moved."""
    gaps = {"year": context.year(level["wave"]), "area": context.area}
    if is_withheld(level):
        return context.words("chart.trend.title.withheld", **gaps)
    gaps["share"] = context.formats.percent(level["estimate"])
    way = direction(change)
    if way in {"first", "withheld"}:
        return context.words("chart.trend.title.level", **gaps)
    gaps["before"] = context.year(change["wave_from"])
    if way == "none":
        return context.words("chart.trend.title.none", **gaps)
    points = context.formats.points(change["change"])
    return context.words(f"chart.trend.title.{way}", points=points, **gaps)


def areas(rows: pd.DataFrame, context: Context) -> str:
    """Which areas differ clearly."""
    domain, year = rows["domain"].iloc[0], context.year(rows["wave"].iloc[0])
    if (rows["flag"] != WITHHELD).sum() < _LEAST_COMPARED:
        return context.words("chart.counties.title.few", year=year)
    pairs = separated(rows)
    if not pairs:
        return context.words("chart.counties.title.overlap", year=year)
    if len(pairs) > 1:
        return context.words("chart.counties.title.some", year=year)
    higher, below = pairs[0]
    return context.words(
        "chart.counties.title.one",
        year=year,
        higher=context.labels.category(domain, higher),
        lower=context.formats.listing([context.labels.category(domain, b) for b in below]),
    )


def gap(points: pd.Series, context: Context) -> str:
    """The latest difference of two categories."""
    a, b = (context.labels.category(points["gap"], points[f"category_{s}"]) for s in "ab")
    year = context.year(points["wave"])
    if is_withheld(points):
        return context.words("chart.gap.title.withheld", year=year, a=a, b=b)
    if points["ci_low"] <= 0 <= points["ci_high"]:
        return context.words("chart.gap.title.unclear", year=year, a=a, b=b)
    higher, lower = (a, b) if points["estimate"] > 0 else (b, a)
    size = context.formats.points(points["estimate"])
    return context.words(
        "chart.gap.title.clear", year=year, higher=higher, lower=lower, points=size
    )


def groups(rows: pd.DataFrame, context: Context) -> str:
    """The grouping whose parts differ most."""
    found, year = widest(rows), context.year(rows["wave"].iloc[0])
    if found is None:
        return context.words("chart.groups.title.unclear", year=year)
    return context.words("chart.groups.title.clear", year=year, **extremes(found, context))
