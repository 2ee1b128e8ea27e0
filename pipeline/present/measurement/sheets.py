"""Sheets of the workbook on the measurement: items by name, never by wording or key."""

import pandas as pd

from pipeline.fields import WHOLE
from pipeline.present import listings
from pipeline.present.context import Context
from pipeline.present.measured import Measured
from pipeline.present.measurement import names
from pipeline.present.sheets import Book

_STANDARD = ("standard", "text", 16)
_LIMITS = ("ci_low", "ci_high")
_ITEM_FIGURES = (
    "item_rest", "upper_lower", "slope", "slope_se", "location", "location_se",
    "information_at_cut",
)  # fmt: skip
_SHARES = ("accuracy", "consistency", "kappa", "false_pass", "false_fail", "pass_again")


def add_sheets(book: Book, measurement: Measured) -> None:
    """Items, reliability, accuracy, fairness, links, anchors, corrected shares."""
    context = book.context
    _add_items(book, measurement)
    _add_test(book, measurement)
    _add(
        book, "dif", _dif(measurement.dif, context),
        ("year", "year", 8), ("item", "text", 8), ("grouping", "text", 12),
        ("focal", "text", 16), ("reference", "text", 16), ("n_focal", "count", 9),
        ("n_reference", "count", 9), ("mh_delta", "decimal", 10), ("p_value", "small", 9),
        ("std_difference", "small", 12), ("r2_uniform", "small", 12),
        ("r2_nonuniform", "small", 12), ("dif", "text", 12), ("dif_reason", "text", 16),
    )  # fmt: skip
    _add_links(book, measurement)
    figures = [(name, "percent", 10) for name in ("observed", "estimate", "se", *_LIMITS)]
    _add(
        book, "corrected", _corrected(measurement.corrected, context),
        ("year", "year", 8), ("domain", "text", 14), ("category", "text", 24), *figures,
        ("df", "count", 8), ("n", "count", 8), ("missing_information", "percent", 12),
        ("flag", "text", 10), _STANDARD,
    )  # fmt: skip


def _add_items(book: Book, measurement: Measured) -> None:
    context = book.context
    rows = measurement.item_statistics
    listed = rows.assign(
        year=rows["wave"].map(context.year),
        dimension=[names.dimension(code, context) for code in rows["dimension"]],
        is_anchor=_answers(rows["is_anchor"], context),
        dif=[names.dif_class(code, context) for code in rows["dif"]],
        has_drift=_answers(rows["has_drift"], context),
        warnings=[names.warnings(codes, context) for codes in rows["warnings"]],
    )
    what = (("year", "year", 8), ("item", "text", 8), ("dimension", "text", 12))
    shares = [(name, "percent", 10) for name in ("difficulty", "dont_know_share", "refused_share")]
    _add(
        book, "items", listed, *what, ("is_anchor", "text", 8), ("exposure", "count", 8),
        ("n", "count", 8), *shares, *((name, "decimal", 10) for name in _ITEM_FIGURES),
        ("fit_p", "small", 9), ("dif", "text", 12), ("has_drift", "text", 8),
        ("warnings", "text", 30),
    )  # fmt: skip


def _add_test(book: Book, measurement: Measured) -> None:
    context = book.context
    rows = listings.standards_first(measurement.reliability, context, "wave")
    listed = rows.assign(
        year=rows["wave"].map(context.year),
        dimension=[names.dimension(code, context) for code in rows["dimension"]],
        coefficient=[names.coefficient(code, context) for code in rows["coefficient"]],
    )
    figures = [(name, "decimal", 10) for name in ("estimate", *_LIMITS)]
    what = (("dimension", "text", 14), ("coefficient", "text", 24))
    _add(book, "reliability", listed, ("year", "year", 8), *what, *figures, _STANDARD)
    rows = listings.standards_first(measurement.accuracy, context, "wave")
    listed = rows.assign(
        year=rows["wave"].map(context.year),
        method=[names.method(code, context) for code in rows["method"]],
    )
    shares = [(name, "decimal" if name == "kappa" else "percent", 12) for name in _SHARES]
    _add(book, "accuracy", listed, ("year", "year", 8), ("method", "text", 20), *shares, _STANDARD)


def _add_links(book: Book, measurement: Measured) -> None:
    context, rows = book.context, measurement.links
    when = (("wave_from", "year", 10), ("wave_to", "year", 10))
    listed = _years(rows, context).assign(
        is_linked=_answers(rows["is_linked"], context),
        link_reason=[names.reason(code, context) for code in rows["link_reason"]],
    )
    figures = [(name, "small", 11) for name in ("link_slope", "link_shift", "link_se")]
    change = [(name, "decimal", 11) for name in ("ability_change", "se", *_LIMITS)]
    _add(
        book, "links", listed, *when, ("is_linked", "text", 8), ("link_reason", "text", 20),
        ("anchors", "count", 9), ("anchors_dropped", "count", 9), *figures, *change,
        ("p_value", "small", 9),
    )  # fmt: skip
    rows = measurement.anchors
    listed = _years(rows, context).assign(
        is_kept=_answers(rows["is_kept"], context),
        drop_reason=[names.reason(code, context) for code in rows["drop_reason"]],
    )
    places = ("location_from", "location_to", "robust_z", "mh_delta")
    _add(
        book, "anchors", listed, *when, ("item", "text", 8),
        *((name, "decimal", 11) for name in places), ("is_kept", "text", 8),
        ("drop_reason", "text", 24),
    )  # fmt: skip


def _dif(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    groups = {
        side: [
            names.group(grouping, code, context)
            for grouping, code in zip(rows["grouping"], rows[side], strict=True)
        ]
        for side in ("focal", "reference")
    }
    return rows.assign(
        year=rows["wave"].map(context.year),
        grouping=rows["grouping"].map(context.labels.domain),
        dif=[names.dif_class(code, context) for code in rows["dif"]],
        dif_reason=[names.reason(code, context) for code in rows["dif_reason"]],
        **groups,
    )


def _corrected(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Everybody first, then the groupings; withheld shares are replaced by words."""
    rows = listings.standards_first(rows, context, "wave")
    rows = rows.sort_values("domain", key=lambda domains: domains != WHOLE, kind="stable")
    listed = rows.assign(
        year=rows["wave"].map(context.year),
        category=[
            context.labels.category(*pair)
            for pair in zip(rows["domain"], rows["category"], strict=True)
        ],
        domain=rows["domain"].map(context.labels.domain),
    )
    return listings.worded(listed, rows["flag"], context)


def _years(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    ends = {name: rows[name].map(context.year) for name in ("wave_from", "wave_to")}
    return rows.assign(**ends)


def _answers(values: pd.Series, context: Context) -> list[str]:
    return [listings.answer(value, context) for value in values]


def _add(book: Book, key: str, rows: pd.DataFrame, *wanted: tuple[str, str, int]) -> None:
    """A sheet of rows; none without rows."""
    if not rows.empty:
        book.add_table(key, rows, listings.columns(book.context, *wanted))
