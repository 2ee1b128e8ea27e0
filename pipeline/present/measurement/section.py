"""The brief's section on the quality of the measurement: paragraphs, one chart, one table."""

import pandas as pd
from docx.document import Document
from docx.shared import Mm

from pipeline.present.charts import accuracy, measured_charts
from pipeline.present.charts.counties import AREAS
from pipeline.present.charts.export import png
from pipeline.present.context import Context
from pipeline.present.document.page import TEXT_WIDTH
from pipeline.present.document.tables import write_three_line_table
from pipeline.present.document.writing import write_caption, write_picture
from pipeline.present.masking import WITHHELD
from pipeline.present.measured import Measured, corrected_whole, latest
from pipeline.present.measurement import comparability, sentences, titles
from pipeline.present.results import REVIEW, Results, of_domain

_WIDTHS = (Mm(40), Mm(30), Mm(30), Mm(32), Mm(24))


def paragraphs(measurement: Measured, context: Context, *, place: int) -> list[list[str]]:
    """Sentences by paragraph.

    Args:
        measurement: tables that cover the latest wave.
        context: what to print.
        place: number of the section's table; its figure has the next one.
    """
    words = context.words
    parts = [
        [*sentences.reliability(measurement, context), *sentences.decision(measurement, context)],
        [*sentences.corrected(measurement, context), *sentences.cut(measurement, context)],
        [*comparability.link(measurement, context), *comparability.fairness(measurement, context)],
    ]
    if parts[0] and _has_chart(measurement, context):
        parts[0].append(words("sentence.see.accuracy", figure=place + 1))
    if parts[1] and not _area_rows(measurement, context).empty:
        parts[1].append(words("sentence.see.corrected", table=place))
    return [part for part in parts if part]


def write(
    document: Document, results: Results, measurement: Measured, context: Context, *, place: int
) -> None:
    """The table of observed and corrected shares by area, and the chart of accuracy."""
    words, rows = context.words, _area_rows(measurement, context)
    if not rows.empty:
        year = context.year(context.latest)
        caption = words("brief.table_corrected", table=place, year=year)
        write_caption(document, caption, words, above=True)
        listed = [*(row for _, row in rows.iterrows()), corrected_whole(measurement, context)]
        body = [corrected_row(row, context) for row in listed if row is not None]
        head = [words("brief.table.area"), *corrected_head(context)]
        write_three_line_table(document, head, body, _WIDTHS, words)
    if _has_chart(measurement, context):
        figure = accuracy.draw(results, measurement, context, in_document=True)
        finding = titles.accuracy(measurement, context)
        alternative = words("chart.alt.accuracy", finding=finding)
        write_picture(document, png(figure), width=TEXT_WIDTH, alternative=alternative)
        caption = words("brief.figure_accuracy", figure=place + 1)
        write_caption(document, caption, words, above=False)


def corrected_head(context: Context) -> list[str]:
    """Heads of the columns of `corrected_row`, without the name."""
    words = context.words
    return [
        words("brief.table.observed"),
        words("brief.table.corrected"),
        words("brief.table.interval", confidence=context.confidence),
        words("brief.table.flag"),
    ]


def corrected_row(row: pd.Series, context: Context) -> list[str]:
    """Name, observed and corrected share, interval of the latter, note."""
    show, words = context.formats, context.words
    name = context.labels.category(row["domain"], row["category"])
    if row["flag"] == WITHHELD:
        return [name, "", "", "", words("book.flag.withhold")]
    note = words("mark.review") if row["flag"] == REVIEW else ""
    shares = [show.percent(row[share]) for share in ("observed", "estimate")]
    return [name, *shares, show.interval(row["ci_low"], row["ci_high"]), note]


def _area_rows(measurement: Measured, context: Context) -> pd.DataFrame:
    return of_domain(latest(measurement.corrected, context), context, context.latest, AREAS)


def _has_chart(measurement: Measured, context: Context) -> bool:
    return "accuracy" in measured_charts(measurement, context)
