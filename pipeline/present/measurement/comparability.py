"""Whether the test is the same ruler each wave and for every group, in sentences.

A change on the latent scale is told only between waves that anchors link.
"""

import pandas as pd

from pipeline.fields import WHOLE
from pipeline.present.context import Context
from pipeline.present.masking import WITHHELD
from pipeline.present.measured import Measured, corrected_change, latest, latest_link
from pipeline.present.measurement import names

_PAIR = 2


def link(measurement: Measured, context: Context) -> list[str]:
    """Whether the last two waves are on one scale, and what moved on it."""
    found, words, show = latest_link(measurement, context), context.words, context.formats
    if found is None:
        return []
    years = {"year": context.year(found["wave_to"]), "before": context.year(found["wave_from"])}
    if not found["is_linked"]:
        reason = names.reason(found["link_reason"], context)
        return [words("measured.link.none", reason=reason, **years)]
    told = [words("measured.link.kept", anchors=show.count(found["anchors"]), **years)]
    if found["anchors_dropped"]:
        told.append(words("measured.link.dropped", n=show.count(found["anchors_dropped"])))
    if pd.notna(found["ability_change"]):
        told.append(_ability_change(found, context))
    return [*told, *_share_change(corrected_change(measurement, context), context)]


def fairness(measurement: Measured, context: Context) -> list[str]:
    """Items that equal people of different groups answer differently, and their effect."""
    rows, words, show = latest(measurement.dif, context), context.words, context.formats
    tested = rows[rows["dif"].notna()]
    if tested.empty:
        return [words("measured.fairness.untested")] if len(rows) else []
    groupings = show.listing([context.labels.domain(name) for name in _in_order(tested, context)])
    items = sorted(set(tested.loc[tested["dif"] == "C", "item"]))
    if not items:
        return [words("measured.fairness.none", groupings=groupings)]
    counted = words(
        "measured.fairness.some",
        n=show.count(len(items)),
        groupings=groupings,
        items=show.listing(items),
    )
    effects = latest(measurement.dif_effects, context).dropna(subset="items_removed")
    parts = [_gap(part, context) for _, part in effects.groupby("grouping")]
    return [counted, *(told for told in parts if told)]


def _gap(rows: pd.DataFrame, context: Context) -> str:
    """The gap of two groups with and without the items; of other numbers of groups nothing."""
    grouping = rows["grouping"].iloc[0]
    groups = rows[rows["group"] != WHOLE].dropna(subset=["observed", "without"])
    if len(groups) != _PAIR:
        return ""
    higher, lower = (row for _, row in groups.sort_values("observed", ascending=False).iterrows())
    before, after = (higher[name] - lower[name] for name in ("observed", "without"))
    show = context.formats
    return context.words(
        "measured.fairness.gap",
        higher=names.group(grouping, higher["group"], context),
        lower=names.group(grouping, lower["group"], context),
        before=show.points(before),
        after=show.points(after) if after >= 0 else show.signed_points(after),
    )


def _in_order(tested: pd.DataFrame, context: Context) -> list[str]:
    """Groupings compared, in the plan's order."""
    rules = context.plan.measurement
    listed = [*(rules.fairness.groupings if rules else ()), *sorted(set(tested["grouping"]))]
    return [name for name in dict.fromkeys(listed) if name in set(tested["grouping"])]


def _ability_change(row: pd.Series, context: Context) -> str:
    show = context.formats
    return context.words(
        f"measured.link.ability.{_direction(row['ability_change'], row['p_value'], context)}",
        size=show.signed(row["ability_change"], 2),
        confidence=context.confidence,
        low=show.number(row["ci_low"], 2),
        high=show.number(row["ci_high"], 2),
        p=show.p_value(row["p_value"]),
    )


def _share_change(row: pd.Series | None, context: Context) -> list[str]:
    if row is None or row["flag"] == WITHHELD:
        return []
    show = context.formats
    told = context.words(
        f"measured.link.share.{_direction(row['change'], row['p_value'], context)}",
        before=context.year(row["wave_from"]),
        points=show.signed_points(row["change"]),
        confidence=context.confidence,
        interval=show.points_interval(row["ci_low"], row["ci_high"]),
        p=show.p_value(row["p_value"]),
    )
    return [told]


def _direction(change: float, p_value: float, context: Context) -> str:
    """Up and down only when the plan's test finds them."""
    if not p_value < context.plan.test.alpha:
        return "none"
    return "up" if change > 0 else "down"
