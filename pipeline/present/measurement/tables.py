"""Tables of the annex: heads and rows as text, in the order people read them."""

import pandas as pd

from pipeline.fields import WHOLE
from pipeline.present import theme
from pipeline.present.charts.wrapping import shortened
from pipeline.present.context import Context
from pipeline.present.measured import EVERYBODY, Measured, latest
from pipeline.present.measurement import names
from pipeline.present.measurement.section import corrected_head, corrected_row
from pipeline.present.results import of_domain

Content = tuple[list[str], list[list[str]]]  # head and rows

_IN_POINTS = {"sem", "sem_at_cut"}
_SHARES = ("accuracy", "consistency", "kappa", "false_pass", "false_fail", "pass_again")
_ANCHOR = ("location_from", "location_to", "robust_z", "mh_delta")
_TEXT = 1.55  # inches of an item's text
_SERIOUS = ("B", "C")


def head(context: Context, *columns: str) -> list[str]:
    """Heads of columns."""
    return [context.words(f"annex.column.{column}") for column in columns]


def reliability(measurement: Measured, context: Context) -> Content:
    """A row per coefficient, a column per part of the test."""
    rows = latest(measurement.reliability, context)
    parts = sorted(set(rows["dimension"]), key=lambda part: (part != EVERYBODY, part))
    found = {(row["coefficient"], row["dimension"]): row for _, row in rows.iterrows()}
    body = [
        [names.coefficient(code, context), *(_figure(found.get((code, p)), context) for p in parts)]
        for code in dict.fromkeys(rows["coefficient"])
    ]
    return [*head(context, "coefficient"), *(names.dimension(p, context) for p in parts)], body


def methods(measurement: Measured, context: Context) -> Content:
    """Accuracy and consistency by every method."""
    show = context.formats
    body = [
        [
            names.method(row["method"], context),
            *(
                show.number(row[name], 2) if name == "kappa" else _percent(row[name], context)
                for name in _SHARES
            ),
        ]
        for _, row in latest(measurement.accuracy, context).iterrows()
    ]
    return head(context, "method", *_SHARES), body


def doubtful(measurement: Measured, context: Context) -> Content:
    """Items with a warning."""
    rows = latest(measurement.item_statistics, context)
    rows = rows[rows["warnings"].fillna("") != ""].sort_values("item")
    body = [
        [
            row["item"],
            _shortened(names.item_text(row["item"], context), context),
            _percent(row["difficulty"], context),
            _number(row["item_rest"], context),
            names.warnings(row["warnings"], context),
        ]
        for _, row in rows.iterrows()
    ]
    return head(context, "item", "text", "difficulty", "item_rest", "warnings"), body


def dif(measurement: Measured, context: Context) -> Content:
    """Differences of class B and C, the gravest first."""
    rows = latest(measurement.dif, context)
    rows = rows[rows["dif"].isin(_SERIOUS)].assign(size=lambda r: r["mh_delta"].abs())
    rows = rows.sort_values(["dif", "size", "item"], ascending=[False, False, True])
    body = [
        [
            row["item"],
            names.pair(row, context),
            _number(row["mh_delta"], context),
            context.formats.p_value(row["p_value"]) if pd.notna(row["p_value"]) else "",
            names.dif_class(row["dif"], context),
        ]
        for _, row in rows.iterrows()
    ]
    return head(context, "item", "groups", "mh_delta", "p_value", "dif"), body


def effects(measurement: Measured, context: Context) -> Content:
    """Shares with and without the items of class C."""
    rows = latest(measurement.dif_effects, context).dropna(subset="items_removed")
    body = [
        [
            context.labels.domain(row["grouping"]),
            names.group(row["grouping"], row["group"], context),
            context.formats.listing(names.codes(row["items_removed"])),
            _percent(row["observed"], context),
            _percent(row["without"], context),
        ]
        for _, row in rows.iterrows()
    ]
    return head(context, "grouping", "group", "items_removed", "observed", "without"), body


def links(measurement: Measured, context: Context) -> Content:
    """Every pair of waves, whether it is linked and what moved."""
    show, words = context.formats, context.words
    body = [
        [
            str(context.year(row["wave_from"])),
            str(context.year(row["wave_to"])),
            show.count(row["anchors"]),
            show.count(row["anchors_dropped"]),
            words("book.answer.yes")
            if row["is_linked"]
            else names.reason(row["link_reason"], context),
            _change(row, context),
        ]
        for _, row in measurement.links.iterrows()
    ]
    wanted = ("wave_from", "wave_to", "anchors", "anchors_dropped", "is_linked", "ability_change")
    return head(context, *wanted), body


def anchors(measurement: Measured, context: Context) -> Content:
    """Items shared by the last two waves, those that were dropped first."""
    rows = measurement.anchors
    own = (rows["wave_from"] == context.previous) & (rows["wave_to"] == context.latest)
    rows = rows[own].sort_values(["is_kept", "item"])
    body = [
        [
            row["item"],
            *(_number(row[name], context) for name in _ANCHOR),
            context.words("annex.kept")
            if row["is_kept"]
            else names.reason(row["drop_reason"], context),
        ]
        for _, row in rows.iterrows()
    ]
    return head(context, "item", *_ANCHOR, "is_kept"), body


def corrected(measurement: Measured, context: Context) -> Content:
    """Observed and corrected shares of everybody and of every group."""
    rows = latest(measurement.corrected, context)
    domains = dict.fromkeys([WHOLE, *context.plan.estimates.domains, *rows["domain"]])
    parts = [of_domain(rows, context, context.latest, domain) for domain in domains]
    body = [
        [_domain(row["domain"], context), *corrected_row(row, context)]
        for part in parts
        for _, row in part.iterrows()
    ]
    return [*head(context, "grouping", "group"), *corrected_head(context)], body


def _domain(domain: str, context: Context) -> str:
    return context.words("annex.everybody") if domain == WHOLE else context.labels.domain(domain)


def _figure(row: pd.Series | None, context: Context) -> str:
    """A coefficient with its interval where there is one."""
    if row is None:
        return ""
    decimals = 1 if row["coefficient"] in _IN_POINTS else 2
    gaps = {
        name: context.formats.number(row[name], decimals)
        for name in ("estimate", "ci_low", "ci_high")
        if pd.notna(row[name])
    }
    return context.words("annex.with_interval", **gaps) if len(gaps) > 1 else gaps["estimate"]


def _change(row: pd.Series, context: Context) -> str:
    if pd.isna(row["ability_change"]):
        return ""
    gaps = {"estimate": context.formats.signed(row["ability_change"], 2)}
    gaps |= {name: context.formats.number(row[name], 2) for name in ("ci_low", "ci_high")}
    return context.words("annex.with_interval", **gaps)


def _number(value: float, context: Context) -> str:
    return "" if pd.isna(value) else context.formats.number(value, 2)


def _percent(value: float, context: Context) -> str:
    return "" if pd.isna(value) else context.formats.percent(value)


def _shortened(text: str, context: Context) -> str:
    return shortened(text, _TEXT, theme.SMALL, context.words("measured.ellipsis"))
