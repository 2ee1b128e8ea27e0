"""The short Word brief: findings in sentences, charts, tables, the method.

It follows the page and type of official papers but is none: it has no letterhead, no
document number and no place for a seal, and says so on each page when data are simulated.
"""

import docx
import pandas as pd
from docx.document import Document
from docx.shared import Mm

from pipeline.present import sentences, titles
from pipeline.present.charts import counties, groups, trend
from pipeline.present.charts.counties import AREAS
from pipeline.present.charts.export import png
from pipeline.present.charts.references import is_contemporary, references
from pipeline.present.context import Context
from pipeline.present.document.page import TEXT_WIDTH, set_page
from pipeline.present.document.tables import write_facts, write_three_line_table
from pipeline.present.document.typography import set_styles
from pipeline.present.document.writing import (
    saved,
    write_caption,
    write_heading,
    write_paragraph,
    write_picture,
    write_title,
)
from pipeline.present.measured import of_latest
from pipeline.present.measurement import section
from pipeline.present.measurement import sentences as measured_sentences
from pipeline.present.method import hash_facts, joined, method_facts
from pipeline.present.results import (
    POINTS,
    REVIEW,
    Results,
    gap_rows,
    headline,
    is_pair,
    is_withheld,
    latest_change,
    latest_verdicts,
    of_domain,
    whole,
)

_AREA_WIDTHS = (Mm(34), Mm(22), Mm(42), Mm(22), Mm(36))
_FACT_WIDTHS = (Mm(24), Mm(132))


def brief(results: Results, context: Context) -> bytes:
    """The brief as a docx file, the same bytes for the same results.

    Raises:
        FontMissingError: a label of a chart has a character without a glyph.
    """
    document = docx.Document()
    words = context.words
    set_styles(document, words)
    mark = words("brief.header", mark=words("mark.synthetic")) if context.is_synthetic else ""
    set_page(document, words, header=mark)
    title = words("brief.title", title=context.title, year=context.year(context.latest))
    write_title(document, title, words)
    sections = findings(results, context)
    for heading, paragraphs in sections:
        write_heading(document, heading, words)
        for text in paragraphs:
            write_paragraph(document, text, words)
    _write_trend(document, results, context)
    _write_areas(document, results, context)
    measurement = of_latest(results.measurement, context)
    if measurement is not None:
        place = _place(results, context)
        section.write(document, results, measurement, context, place=place)
    write_heading(document, _heading(len(sections) + 1, "brief.heading.method", context), words)
    facts = [*method_facts(results, context), *hash_facts(context)]
    write_facts(document, facts, _FACT_WIDTHS, words)
    return saved(document, title)


def findings(results: Results, context: Context) -> list[tuple[str, list[str]]]:
    """Headings with their paragraphs, in order; a section without data is left out."""
    sections = [
        ("brief.heading.level", _level(results, context)),
        ("brief.heading.areas", _areas(results, context)),
        ("brief.heading.groups", _groups(results, context)),
        ("brief.heading.measurement", _measurement(results, context)),
    ]
    filled = [(key, paragraphs) for key, paragraphs in sections if paragraphs]
    return [
        (_heading(place, key, context), paragraphs)
        for place, (key, paragraphs) in enumerate(filled, start=1)
    ]


def _heading(place: int, key: str, context: Context) -> str:
    words = context.words
    number = words(f"brief.number.{place}")
    return words("brief.heading.numbered", number=number, title=words(key))


def _level(results: Results, context: Context) -> list[str]:
    latest = whole(results, context, context.latest)
    moved = sentences.change(latest_change(results, context), context)
    opening = [sentences.level(latest, context), moved, context.words("sentence.see.trend")]
    measurement = of_latest(results.measurement, context)
    beside = [] if measurement is None else measured_sentences.beside_headline(measurement, context)
    targets = latest_verdicts(results, context)
    verdicts = [sentences.verdict(row, context) for _, row in targets.iterrows()]
    compared = [
        sentences.reference(other.name, other.rows.iloc[-1], context)
        for other in references(results, context)
        if is_contemporary(other.rows.iloc[-1], context)
    ]
    parts = (opening, beside, [*verdicts, *compared])
    return [joined(part, context) for part in parts if part]


def _areas(results: Results, context: Context) -> list[str]:
    rows = of_domain(headline(results, context), context, context.latest, AREAS)
    if rows.empty:
        return []
    return [joined([*sentences.areas(rows, context), context.words("sentence.see.areas")], context)]


def _groups(results: Results, context: Context) -> list[str]:
    paragraphs = []
    for name in context.plan.estimates.gaps:
        points = gap_rows(results, context, name, POINTS)
        if is_pair(points):
            ratio = gap_rows(results, context, name, "ratio").iloc[-1]
            paragraphs.append(sentences.gap(points.iloc[-1], ratio, context))
    parts = groups.group_rows(results, context)
    if parts:
        paragraphs.append(sentences.groups(pd.concat(parts.values()), context))
    return [joined(paragraphs, context)] if paragraphs else []


def _measurement(results: Results, context: Context) -> list[str]:
    measurement = of_latest(results.measurement, context)
    if measurement is None:
        return []
    parts = section.paragraphs(measurement, context, place=_place(results, context))
    return [joined(part, context) for part in parts]


def _place(results: Results, context: Context) -> int:
    """Number of the table on the measurement: that of the areas comes before it."""
    rows = of_domain(headline(results, context), context, context.latest, AREAS)
    return 1 if rows.empty else 2


def _write_trend(document: Document, results: Results, context: Context) -> None:
    words, latest = context.words, whole(results, context, context.latest)
    finding = titles.trend(latest, latest_change(results, context), context)
    # The method box gives the sources once for all figures.
    figure = trend.draw(results, context, in_document=True)
    alternative = words("chart.alt.trend", area=context.area, finding=finding)
    write_picture(document, png(figure), width=TEXT_WIDTH, alternative=alternative)
    write_caption(document, words("brief.figure_trend", area=context.area), words, above=False)


def _write_areas(document: Document, results: Results, context: Context) -> None:
    words, latest = context.words, context.latest
    rows = of_domain(headline(results, context), context, latest, AREAS)
    if rows.empty:
        return
    year = context.year(latest)
    write_caption(document, words("brief.table_counties", year=year), words, above=True)
    head = [words(f"brief.table.{column}") for column in ("area", "share")]
    head.append(words("brief.table.interval", confidence=context.confidence))
    head += [words(f"brief.table.{column}") for column in ("n", "flag")]
    listed = [*(row for _, row in rows.iterrows()), whole(results, context, latest)]
    body = [area_row(row, context) for row in listed]
    write_three_line_table(document, head, body, _AREA_WIDTHS, words)
    figure = counties.draw(results, context, in_document=True)
    alternative = words("chart.alt.counties", finding=titles.areas(rows, context))
    write_picture(document, png(figure), width=TEXT_WIDTH, alternative=alternative)
    write_caption(document, words("brief.figure_counties", year=year), words, above=False)


def area_row(row: pd.Series, context: Context) -> list[str]:
    """Name, share, interval, sample size and note of one area."""
    show, words = context.formats, context.words
    name = context.labels.category(row["domain"], row["category"])
    if is_withheld(row):
        return [name, "", "", show.count(row["n"]), words("mark.withheld")]
    figures = [show.percent(row["estimate"]), show.interval(row["ci_low"], row["ci_high"])]
    note = words("mark.review") if row["flag"] == REVIEW else ""
    return [name, *figures, show.count(row["n"]), note]
