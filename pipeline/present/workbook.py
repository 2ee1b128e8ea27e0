"""The workbook: every released estimate with its error, for people and for programs."""

import io
from datetime import UTC, datetime

import pandas as pd
import xlsxwriter

from pipeline.present import listings
from pipeline.present.context import Context
from pipeline.present.listings import columns
from pipeline.present.method import hashed_name, method_facts
from pipeline.present.results import Results
from pipeline.present.sheets import Book, Column

# The file carries no day on which it was made.
_CREATED = datetime(1980, 1, 1, tzinfo=UTC)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_INTERVAL = (("ci_low", "", 9), ("ci_high", "", 9), ("se", "", 8))


def workbook(results: Results, context: Context) -> bytes:
    """The workbook as an xlsx file, the same bytes for the same results."""
    buffer = io.BytesIO()
    font = {"font_name": context.words("book.font"), "font_size": 10}
    with xlsxwriter.Workbook(buffer, {**_OPTIONS, "default_format_properties": font}) as file:
        title = context.words("book.title", title=context.title)
        file.set_properties({"title": title, "created": _CREATED})
        book = Book(file, context)
        _add_notes(book, results, title)
        _add_estimates(book, results)
        _add_comparisons(book, results)
        _add_ranks(book, results)
        _add_verdicts(book, results)
        _add_references(book, results)
        _add_weightings(book, results)
        _add_weights(book, results)
        _add_data(book, results.estimates)
    return buffer.getvalue()


def _add_notes(book: Book, results: Results, title: str) -> None:
    words, context = book.context.words, book.context
    rules = [
        (words(f"book.notes.{name}_name"), words(f"book.notes.{name}"))
        for name in ("sheets", "scale", "flags")
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
    if not parts.empty:
        book.add_table("domains", parts, columns(context, *what, *whom, *figures))


def _add_comparisons(book: Book, results: Results) -> None:
    context = book.context
    gaps, changes = listings.gaps(results, context), listings.changes(results, context)
    standard = ("standard", "text", 16)
    if not gaps.empty:
        pair = (("gap", "text", 14), ("category_a", "text", 18), ("category_b", "text", 18))
        figures = (("comparison", "text", 14), ("estimate", "", 10), *_INTERVAL)
        rest = (("df", "count", 7), ("flag", "text", 10), standard)
        wanted = columns(context, ("year", "year", 8), *pair, *figures, *rest)
        book.add_table("gaps", gaps, wanted)
    if not changes.empty:
        when = (("wave_from", "year", 10), ("wave_to", "year", 10))
        whom = (("domain", "text", 16), ("category", "text", 24), ("change", "points", 14))
        limits = [(field, "points", width) for field, _, width in _INTERVAL]
        test = (("df", "count", 7), ("p_value", "small", 9), ("is_significant", "text", 9))
        rest = (("flag", "text", 10), standard)
        book.add_table("changes", changes, columns(context, *when, *whom, *limits, *test, *rest))


def _add_ranks(book: Book, results: Results) -> None:
    if results.ranks.empty:
        return
    wanted = columns(
        book.context, ("year", "year", 8), ("category", "text", 18), ("estimate", "percent", 10),
        ("range", "text", 16), ("prob_highest", "percent", 14), ("may_rank", "text", 12),
        ("standard", "text", 16),
    )  # fmt: skip
    book.add_table("ranks", listings.ranks(results, book.context), wanted)


def _add_verdicts(book: Book, results: Results) -> None:
    rows = listings.verdicts(results, book.context)
    if rows.empty:
        return
    wanted = columns(
        book.context, ("year", "year", 8), ("target_title", "text", 18), ("condition", "text", 14),
        ("is_due", "text", 9), ("estimate", "percent", 10), ("se", "percent", 10),
        ("df", "count", 7), ("verdict", "text", 14), ("p_value", "small", 9),
        ("prob_met", "percent", 12), ("n_needed", "count", 14), ("standard", "text", 16),
    )  # fmt: skip
    book.add_table("verdicts", rows, wanted)


def _add_references(book: Book, results: Results) -> None:
    rows = listings.references(results, book.context)
    if rows.empty:
        return
    wanted = columns(
        book.context, ("area", "text", 12), ("year", "year", 8), ("domain", "text", 14),
        ("category", "text", 22), ("estimate", "published", 10), ("sample_size", "count", 10),
        ("standard", "text", 16), ("citation", "text", 70),
    )  # fmt: skip
    book.add_table("references", rows, wanted)


def _add_weightings(book: Book, results: Results) -> None:
    rows = listings.weightings(results, book.context)
    if rows.empty:
        return
    wanted = columns(
        book.context, ("year", "year", 8), ("weighting", "text", 26), ("estimate", "", 10),
        *_INTERVAL, ("df", "count", 7), ("n", "count", 8), ("n_eff", "count", 9),
        ("flag", "text", 10), ("standard", "text", 16),
    )  # fmt: skip
    book.add_table("weightings", rows, wanted)


def _add_weights(book: Book, results: Results) -> None:
    context = book.context
    if not results.weights.empty:
        facts, waves = listings.weights(results, context)
        years = [Column(wave, str(context.year(wave)), "fact", 12) for wave in waves]
        book.add_table("weights", facts, [*columns(context, ("diagnostic", "text", 40)), *years])
    if not results.margins.empty:
        shares = [(name, "percent", 14) for name in ("population_share", "before", "after")]
        what = (("year", "year", 8), ("margin", "text", 22), ("category", "text", 40))
        rows = listings.margins(results, context)
        book.add_table("margins", rows, columns(context, *what, *shares))


def _add_data(book: Book, estimates: pd.DataFrame) -> None:
    """All estimates by their field names; no words, no rounding, nothing withheld."""
    origin = "synthetic" if book.context.is_synthetic else "real"
    rows = estimates.assign(origin=origin)
    wanted = [Column(name, name, "raw", 12) for name in rows.columns]
    book.add_table("data", rows, wanted)
