"""Subtitle and notes that every chart carries: what, whom, how sure, and from where."""

import pandas as pd

from pipeline.present.context import Context
from pipeline.present.measured import Measured, latest
from pipeline.present.results import REVIEW, WITHHELD, Results, whole


def subtitle(results: Results, context: Context) -> str:
    """Standard and version, population, sample size, interval."""
    size = whole(results, context, context.latest)["n"]
    return context.words(
        "chart.subtitle",
        standard=context.labels.standard(context.standard.label),
        population=context.population,
        year=context.year(context.latest),
        n=context.formats.count(size),
        confidence=context.confidence,
    )


def measured_subtitle(results: Results, measurement: Measured, context: Context) -> str:
    """Standard and version, population, sample size, scored items."""
    return context.words(
        "chart.measured.subtitle",
        standard=context.labels.standard(context.standard.label),
        population=context.population,
        year=context.year(context.latest),
        n=context.formats.count(whole(results, context, context.latest)["n"]),
        items=context.formats.count(len(latest(measurement.item_statistics, context))),
    )


def measured_notes(reading: str, context: Context, in_document: bool) -> list[str]:
    """How to read the chart, and its source; a document says both in its text."""
    return [] if in_document else [reading, source(context)]


def source(context: Context) -> str:
    """Survey, period, plan and code behind the picture."""
    return context.words(
        "chart.source",
        monitor=context.title,
        fieldwork=context.fieldwork,
        plan=context.plan.id,
        version=context.plan.version,
        code=context.code,
    )


def flag_notes(rows: pd.DataFrame, context: Context) -> list[str]:
    """What hollow points and absent figures mean, where there are any."""
    notes = []
    if (rows["flag"] == REVIEW).any():
        notes.append(context.words("chart.note.review"))
    if (rows["flag"] == WITHHELD).any():
        notes.append(context.words("chart.note.withheld"))
    return notes


def paragraph(notes: list[str], context: Context) -> list[str]:
    """Notes run together as one paragraph; none when there is nothing to say."""
    return [context.words("format.sentences").join(notes)] if notes else []
