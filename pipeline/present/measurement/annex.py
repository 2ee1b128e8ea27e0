"""The annex on the measurement: for those who keep the item bank, readable without a textbook.

It quotes items, so it is a working paper and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import docx
import pandas as pd
from docx.document import Document
from docx.shared import Mm

from pipeline.present.charts import measured_charts
from pipeline.present.charts.export import png
from pipeline.present.context import Context
from pipeline.present.document.page import TEXT_WIDTH, set_page
from pipeline.present.document.tables import write_facts, write_long_table
from pipeline.present.document.typography import set_styles
from pipeline.present.document.writing import (
    saved,
    write_caption,
    write_heading,
    write_paragraph,
    write_picture,
    write_title,
)
from pipeline.present.measured import Measured, latest
from pipeline.present.measurement import comparability, names, sentences, tables, titles
from pipeline.present.measurement.tables import Content
from pipeline.present.method import hash_facts, joined, method_facts
from pipeline.present.results import Results

_FACT_WIDTHS = (Mm(30), Mm(126))
_FACTORS = 2
_LARGE = 10.0


@dataclass(slots=True)
class _Paper:
    """A document that numbers its sections, figures and tables."""

    document: Document
    results: Results
    measurement: Measured
    context: Context
    section_number: int = 0
    figure_number: int = 0
    table_number: int = 0

    def section(self, key: str, *paragraphs: Sequence[str]) -> None:
        """A numbered heading with paragraphs of sentences."""
        self.section_number += 1
        words = self.context.words
        number = words(f"brief.number.{self.section_number}")
        title = words(f"annex.heading.{key}")
        heading = words("brief.heading.numbered", number=number, title=title)
        write_heading(self.document, heading, words)
        for paragraph in paragraphs:
            if paragraph:
                write_paragraph(self.document, joined(list(paragraph), self.context), words)

    def table(self, key: str, content: Content, widths: Sequence[float]) -> None:
        """A numbered table; none without rows. Widths are in millimetres."""
        head, rows = content
        if not rows:
            return
        self.table_number += 1
        words = self.context.words
        caption = words(
            "annex.table", number=self.table_number, title=words(f"annex.caption.{key}")
        )
        write_caption(self.document, caption, words, above=True)
        sizes = [Mm(width) for width in widths]
        write_long_table(self.document, head, rows, sizes, words)

    def chart(self, name: str) -> None:
        """A numbered chart with how to read it; none without data."""
        draw = measured_charts(self.measurement, self.context).get(name)
        if draw is None:
            return
        self.figure_number += 1
        context, words = self.context, self.context.words
        reading = [words(f"chart.{name}.reading"), words(f"annex.use.{name}")]
        write_paragraph(self.document, joined(reading, context), words)
        figure = draw(self.results, self.measurement, context, in_document=True)
        finding = titles.OF[name](self.measurement, context)
        caption = words(f"annex.caption.{name}")
        alternative = words("annex.alternative", title=caption, finding=finding)
        write_picture(self.document, png(figure), width=TEXT_WIDTH, alternative=alternative)
        caption = words("annex.figure", number=self.figure_number, title=caption)
        write_caption(self.document, caption, words, above=False)


def annex(results: Results, measurement: Measured, context: Context) -> bytes:
    """The annex as a docx file, the same bytes for the same results.

    Raises:
        FontMissingError: a label of a chart has a character without a glyph.
    """
    document, words = docx.Document(), context.words
    set_styles(document, words)
    mark = words("brief.header", mark=words("mark.synthetic")) if context.is_synthetic else ""
    set_page(document, words, header=mark)
    title = words("annex.title", title=context.title, year=context.year(context.latest))
    write_title(document, title, words)
    paper = _Paper(document, results, measurement, context)
    _write_test(paper)
    _write_items(paper)
    _write_comparability(paper)
    paper.section("method")
    facts = [*method_facts(results, context), *hash_facts(context)]
    write_facts(document, facts, _FACT_WIDTHS, words)
    return saved(document, title)


def _write_test(paper: _Paper) -> None:
    """The test as a whole: what it is, how reliable, how sure its decisions are."""
    measurement, context = paper.measurement, paper.context
    told = sentences.against_plan(measurement, context)
    paper.section("overview", [context.words("annex.confidential"), *told])
    write_facts(paper.document, _facts(measurement, context), _FACT_WIDTHS, context.words)
    told = sentences.reliability(measurement, context)
    paper.section("reliability", told, _factors(measurement, context))
    head, rows = tables.reliability(measurement, context)
    paper.table("reliability", (head, rows), [40, *_even(116, len(head) - 1)])
    paper.section("decision", sentences.decision(measurement, context))
    paper.chart("accuracy")
    paper.table("methods", tables.methods(measurement, context), [30, *_even(126, 6)])


def _write_items(paper: _Paper) -> None:
    measurement, context = paper.measurement, paper.context
    paper.section("precision")
    paper.chart("item_map")
    paper.chart("information")
    paper.section("items")
    paper.chart("distractors")
    paper.table("doubtful", tables.doubtful(measurement, context), [14, 50, 18, 22, 52])
    paper.section("fairness", comparability.fairness(measurement, context))
    paper.chart("dif")
    paper.table("dif", tables.dif(measurement, context), [18, 54, 22, 28, 34])
    paper.table("effects", tables.effects(measurement, context), [28, 40, 40, 24, 24])


def _write_comparability(paper: _Paper) -> None:
    measurement, context = paper.measurement, paper.context
    paper.section("link", comparability.link(measurement, context))
    paper.table("links", tables.links(measurement, context), [20, 20, 18, 22, 34, 42])
    paper.table("anchors", tables.anchors(measurement, context), [18, 24, 24, 24, 26, 40])
    paper.section(
        "corrected", sentences.corrected(measurement, context), sentences.cut(measurement, context)
    )
    paper.table("corrected", tables.corrected(measurement, context), [28, 40, 20, 20, 30, 18])


def _facts(measurement: Measured, context: Context) -> list[tuple[str, str]]:
    words, show = context.words, context.formats
    items = latest(measurement.item_statistics, context)
    doubtful = items[items["warnings"].fillna("") != ""]
    facts = [
        ("standard", context.labels.standard(context.standard.label)),
        ("items", words("annex.fact.items_text", n=show.count(len(items)),
                        anchors=show.count(items["is_anchor"].sum()),
                        doubtful=show.count(len(doubtful)))),
        ("people", show.count(items["n"].max())),
        ("fit", _fit(measurement, context)),
    ]  # fmt: skip
    return [(words(f"annex.fact.{key}"), text) for key, text in facts if text]


def _fit(measurement: Measured, context: Context) -> str:
    told = [
        context.words(
            "annex.fact.named",
            name=names.statistic(row["statistic"], context),
            value=_rounded(row["estimate"], context),
        )
        for _, row in latest(measurement.fit, context).iterrows()
        if pd.notna(row["estimate"])
    ]
    return context.words("format.list_semicolon").join(told)


def _rounded(value: float, context: Context) -> str:
    """Large statistics without decimals, small ones with three."""
    show = context.formats
    return show.number(value, 0) if abs(value) >= _LARGE else show.number(value, 3)


def _factors(measurement: Measured, context: Context) -> list[str]:
    rows = latest(measurement.eigenvalues, context).sort_values("factor").head(_FACTORS)
    if len(rows) < _FACTORS:
        return []
    number = context.formats.number
    first, second = (row for _, row in rows.iterrows())
    return [
        context.words(
            "annex.factors",
            first=number(first["eigenvalue"]),
            second=number(second["eigenvalue"]),
            first_chance=number(first["by_chance"]),
            second_chance=number(second["by_chance"]),
        )
    ]


def _even(whole: int, parts: int) -> list[float]:
    return [whole / parts] * parts
