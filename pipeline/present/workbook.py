"""The workbook: every released estimate with its error, for people and for programs."""

import io

import pandas as pd
import xlsxwriter

from pipeline.present import listings
from pipeline.present.context import Context
from pipeline.present.listings import columns
from pipeline.present.measured import of_latest
from pipeline.present.measurement.sheets import add_sheets
from pipeline.present.method import hashed_name, method_facts
from pipeline.present.results import Results
from pipeline.present.sheets import CREATED, FILE, Book, Column

_INTERVAL = (("ci_low", "", 9), ("ci_high", "", 9), ("se", "", 8))


def workbook(results: Results, context: Context) -> bytes:
    """The workbook as an xlsx file, the same bytes for the same results."""
    buffer = io.BytesIO()
    font = {"font_name": context.words("book.font"), "font_size": 10}
    with xlsxwriter.Workbook(buffer, {**FILE, "default_format_properties": font}) as file:
        title = context.words("book.title", title=context.title)
        file.set_properties({"title": title, "created": CREATED})
        book = Book(file, context)
        _add_notes(book, results, title)
        _add_estimates(book, results)
        _add_comparisons(book, results)
        _add_ranks(book, results)
        _add_verdicts(book, results)
        _add_references(book, results)
        _add_weightings(book, results)
        _add_weights(book, results)
        measurement = of_latest(results.measurement, context)
        if measurement is not None:
            add_sheets(book, measurement)
        _add_data(book, results.estimates)
    return buffer.getvalue()


def _add_notes(book: Book, results: Results, title: str) -> None:
    words, context = book.context.words, book.context
    has_test = of_latest(results.measurement, context) is not None
    rules = [
        (words(f"book.notes.{name}_name"), words(f"book.notes.{name}"))
        for name in ("sheets", *(("measurement",) if has_test else ()), "scale", "flags")
    ]
    digests = [
        (words("book.notes.digest", name=hashed_name(name, context)), digest)
        for name, digest in context.hashes.items()
    ]
    book.add_facts("notes", [(title, ""), *method_facts(results, context), *rules, *digests])


def _add_estimates(book: Book, results: Results) -> None:
    context = book.context
    what = (("year", "year", 8), ("indicator", "text", 24), ("measure", "text", 9))
    whom = (("domain", "text", 12), ("category", "text", 25))
    figures = (
        ("estimate", "", 10), *_INTERVAL, ("df", "count", 7), ("n", "count", 8),
        ("n_eff", "count", 9), ("deff", "decimal", 8), ("population", "count", 11),
        ("flag", "text", 10), ("standard", "text", 16),
    )  # fmt: skip
    whole = listings.estimates(results, context, whole=True)
    book.add_table("headline", whole, columns(context, *what, *figures))
    parts = listings.estimates(results, context, whole=False)
    _add_listing(book, "domains", parts, *what, *whom, *figures)


def _add_comparisons(book: Book, results: Results) -> None:
    context = book.context
    gaps, changes = listings.gaps(results, context), listings.changes(results, context)
    df, rest = ("df", "count", 7), (("flag", "text", 10), ("standard", "text", 16))
    pair = (("gap", "text", 14), ("category_a", "text", 18), ("category_b", "text", 18))
    figures = (("comparison", "text", 14), ("estimate", "", 10), *_INTERVAL)
    _add_listing(book, "gaps", gaps, ("year", "year", 8), *pair, *figures, df, *rest)
    when = (("wave_from", "year", 10), ("wave_to", "year", 10))
    whom = (("domain", "text", 16), ("category", "text", 24), ("change", "points", 14))
    limits = [(field, "points", width) for field, _, width in _INTERVAL]
    test = (df, ("p_value", "small", 9), ("is_significant", "text", 9))
    _add_listing(book, "changes", changes, *when, *whom, *limits, *test, *rest)


def _add_ranks(book: Book, results: Results) -> None:
    if results.ranks.empty:
        return
    _add_listing(
        book, "ranks", listings.ranks(results, book.context),
        ("year", "year", 8), ("category", "text", 18), ("estimate", "percent", 10),
        ("range", "text", 16), ("prob_highest", "percent", 14), ("may_rank", "text", 12),
        ("standard", "text", 16),
    )  # fmt: skip


def _add_verdicts(book: Book, results: Results) -> None:
    _add_listing(
        book, "verdicts", listings.verdicts(results, book.context),
        ("year", "year", 8), ("target_title", "text", 18), ("condition", "text", 14),
        ("is_due", "text", 9), ("estimate", "percent", 10), ("se", "percent", 10),
        ("df", "count", 7), ("verdict", "text", 14), ("p_value", "small", 9),
        ("prob_met", "percent", 12), ("n_needed", "count", 14), ("standard", "text", 16),
    )  # fmt: skip


def _add_references(book: Book, results: Results) -> None:
    _add_listing(
        book, "references", listings.references(results, book.context),
        ("area", "text", 12), ("year", "year", 8), ("domain", "text", 14),
        ("category", "text", 22), ("estimate", "published", 10), ("sample_size", "count", 10),
        ("standard", "text", 16), ("citation", "text", 70),
    )  # fmt: skip


def _add_weightings(book: Book, results: Results) -> None:
    _add_listing(
        book, "weightings", listings.weightings(results, book.context),
        ("year", "year", 8), ("weighting", "text", 26), ("estimate", "", 10),
        *_INTERVAL, ("df", "count", 7), ("n", "count", 8), ("n_eff", "count", 9),
        ("flag", "text", 10), ("standard", "text", 16),
    )  # fmt: skip


def _add_weights(book: Book, results: Results) -> None:
    context = book.context
    if not results.weights.empty:
        facts, waves = listings.weights(results, context)
        years = [Column(wave, str(context.year(wave)), "fact", 12) for wave in waves]
        book.add_table("weights", facts, [*columns(context, ("diagnostic", "text", 40)), *years])
    if not results.margins.empty:
        shares = [(name, "percent", 14) for name in ("population_share", "before", "after")]
        what = (("year", "year", 8), ("margin", "text", 22), ("category", "text", 40))
        _add_listing(book, "margins", listings.margins(results, context), *what, *shares)


def _add_listing(book: Book, key: str, rows: pd.DataFrame, *wanted: tuple[str, str, int]) -> None:
    """A sheet of rows for people; none without rows."""
    if not rows.empty:
        book.add_table(key, rows, columns(book.context, *wanted))


def _add_data(book: Book, estimates: pd.DataFrame) -> None:
    """All estimates by their field names; no words, no rounding, nothing withheld."""
    origin = "synthetic" if book.context.is_synthetic else "real"
    rows = estimates.assign(origin=origin)
    wanted = [Column(name, name, "raw", 12) for name in rows.columns]
    book.add_table("data", rows, wanted)
