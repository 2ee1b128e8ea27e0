"""The rules that turn numbers into sentences.

A rise or fall is stated only when the plan's test finds it; overlapping intervals are
never ranked; a withheld figure is said to be withheld. No sentence names a cause.
"""

import pandas as pd

from pipeline.fields import WHOLE
from pipeline.present.context import Context
from pipeline.present.results import REVIEW, WITHHELD, is_withheld

_KINDS = {"floor", "stretch", "goal"}


def level(row: pd.Series, context: Context) -> str:
    """The headline share of one wave with its interval."""
    year = context.year(row["wave"])
    if is_withheld(row):
        return context.words("sentence.level.withheld", year=year, area=context.area)
    show = context.formats
    return context.words(
        "sentence.level.shown",
        year=year,
        area=context.area,
        share=show.percent(row["estimate"]),
        confidence=context.confidence,
        interval=show.interval(row["ci_low"], row["ci_high"]),
        n=show.count(row["n"]),
    )


def direction(change: pd.Series | None) -> str:
    """What may be said of a change: first, withheld, none, up or down."""
    if change is None:
        return "first"
    if is_withheld(change):
        return "withheld"
    if not change["is_significant"]:
        return "none"
    return "up" if change["change"] > 0 else "down"


def change(row: pd.Series | None, context: Context) -> str:
    """The change since the previous wave."""
    way = direction(row)
    if way == "first":
        return context.words("sentence.change.first")
    before = context.year(row["wave_from"])
    if way == "withheld":
        return context.words("sentence.change.withheld", before=before)
    show, sign = context.formats, -1 if way == "down" else 1
    low, high = sorted((sign * row["ci_low"], sign * row["ci_high"]))
    size = show.signed_points if way == "none" else show.points
    return context.words(
        f"sentence.change.{way}",
        before=before,
        points=size(row["change"]),
        confidence=context.confidence,
        interval=show.points_interval(low, high),
        p=show.p_value(row["p_value"]),
    )


def target_condition(row: pd.Series, context: Context) -> str:
    """What a target asks for."""
    key = "target.above" if row["operator"] == ">" else "target.at_least"
    return context.words(key, value=context.formats.level(row["target"]))


def target_title(row: pd.Series, context: Context) -> str:
    """Name of a target."""
    kind = context.targets.get(row["target_id"])
    key = f"target.title.{kind}" if kind in _KINDS else "target.title.floor"
    return context.words(key, year=row["target_year"])


def verdict(row: pd.Series, context: Context) -> str:
    """What the survey can say about one target."""
    show = context.formats
    gaps = {"target": target_title(row, context), "condition": target_condition(row, context)}
    if row["verdict"] != "not_decided":
        early = "" if row["is_due"] or row["verdict"] == "shown_above" else "_early"
        key = f"sentence.verdict.{row['verdict']}{early}"
        # The p-value is that of "not above"; "below" is the other tail.
        is_above = row["verdict"] == "shown_above"
        p = row["p_value"] if is_above else 1 - row["p_value"]
        return context.words(key, p=show.p_value(p), **gaps)
    gaps["probability"] = show.level(round(row["prob_met"], 2))
    if pd.isna(row["n_needed"]):
        return context.words("sentence.verdict.undecidable", **gaps)
    return context.words("sentence.verdict.not_decided", n=show.rough(row["n_needed"]), **gaps)


def separated(rows: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Categories whose interval lies wholly above others', with those others."""
    shown = rows[rows["flag"] != WITHHELD]
    pairs = []
    for _, upper in shown.iterrows():
        below = shown.loc[shown["ci_high"] < upper["ci_low"], "category"].tolist()
        if below:
            pairs.append((upper["category"], below))
    return pairs


def areas(rows: pd.DataFrame, context: Context) -> list[str]:
    """How the areas of one wave compare, without ranking them on noise."""
    domain = rows["domain"].iloc[0]
    sentences = [
        context.words(
            "sentence.areas.separated",
            higher=context.labels.category(domain, higher),
            lower=context.formats.listing([context.labels.category(domain, b) for b in below]),
        )
        for higher, below in separated(rows)
    ]
    shown = (rows["flag"] != WITHHELD).sum()
    closing = "few" if shown < 2 else "others_overlap" if sentences else "overlap"
    return [*sentences, context.words(f"sentence.areas.{closing}"), *flags(rows, context)]


def flags(rows: pd.DataFrame, context: Context) -> list[str]:
    """Which categories are withheld and which are to be used with caution."""
    sentences = []
    for flag in (WITHHELD, REVIEW):
        chosen = rows.loc[rows["flag"] == flag, ["domain", "category"]]
        names = [context.labels.category(*pair) for pair in chosen.itertuples(index=False)]
        if names:
            listed = context.formats.listing(names)
            sentences.append(context.words(f"sentence.flag.{flag}", names=listed))
    return sentences


def gap(points: pd.Series, ratio: pd.Series | None, context: Context) -> str:
    """The difference of two categories in one wave."""
    names = [context.labels.category(points["gap"], points[side]) for side in
             ("category_a", "category_b")]  # fmt: skip
    year = context.year(points["wave"])
    if is_withheld(points):
        return context.words("sentence.gap.withheld", year=year, a=names[0], b=names[1])
    show = context.formats
    limits = (points["ci_low"], points["ci_high"])
    if points["estimate"] < 0:
        names.reverse()
        limits = (-limits[1], -limits[0])
    gaps = {
        "year": year,
        "higher": names[0],
        "lower": names[1],
        "points": show.points(points["estimate"]),
        "confidence": context.confidence,
        "interval": show.points_interval(*limits),
    }
    if limits[0] <= 0:
        return context.words("sentence.gap.unclear", **gaps)
    times = None if ratio is None or is_withheld(ratio) else ratio["estimate"]
    if times is None:
        return context.words("sentence.gap.clear", **gaps)
    if points["estimate"] < 0:
        times = 1 / times
    return context.words("sentence.gap.clear_with_ratio", ratio=show.number(times, 2), **gaps)


def widest(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Highest and lowest category of the grouping that differs most, when intervals part."""
    best, size = None, 0.0
    for _, part in rows[rows["flag"] != WITHHELD].groupby("domain", sort=True):
        high, low = part.loc[part["estimate"].idxmax()], part.loc[part["estimate"].idxmin()]
        apart = high["ci_low"] > low["ci_high"]
        if apart and high["estimate"] - low["estimate"] > size:
            best, size = (high, low), high["estimate"] - low["estimate"]
    return best


def groups(rows: pd.DataFrame, context: Context) -> str:
    """The grouping whose parts differ most."""
    found = widest(rows)
    if found is None:
        return context.words("sentence.groups.unclear")
    return context.words("sentence.groups.clear", **extremes(found, context))


def extremes(found: tuple[pd.Series, pd.Series], context: Context) -> dict[str, str]:
    """Names and shares of the highest and the lowest category of a grouping."""
    labels, percent = context.labels, context.formats.percent
    (high, low), domain = found, found[0]["domain"]
    return {
        "domain": labels.domain(domain),
        "high": labels.category(domain, high["category"]),
        "high_share": percent(high["estimate"]),
        "low": labels.category(domain, low["category"]),
        "low_share": percent(low["estimate"]),
    }


def reference(name: str, row: pd.Series, context: Context) -> str:
    """A published figure of another area, set beside without comparing."""
    return context.words(
        "sentence.reference.shown",
        area=name,
        year=row["year"],
        share=context.formats.percent(row["estimate"]),
    )


def cautions(rows: pd.DataFrame, context: Context) -> list[str]:
    """Why figures must be read with care; `rows` are the headline shares of all waves."""
    sentences = [context.words("sentence.caution.synthetic")] if context.is_synthetic else []
    weak = rows[(rows["domain"] == WHOLE) & (rows["df"] < context.plan.publication.min_df)]
    sentences += [
        context.words(
            "sentence.caution.few_df",
            year=context.year(row["wave"]),
            df=context.formats.number(row["df"], 0),
        )
        for _, row in weak.sort_values("wave").iterrows()
    ]
    return [*sentences, context.words("sentence.caution.rounding")]
