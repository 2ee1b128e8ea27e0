"""Writing tables to sheets of a workbook: one header, typed cells, ready to print.

Text is always written as text: a label that begins with an equals sign stays a label.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.present.context import Context

CREATED = datetime(1980, 1, 1, tzinfo=UTC)  # files carry no day on which they were made
FILE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
A4 = 9
_HEADER_ROW = 2  # below the title line and an empty one
_FACT_WIDTHS = (18, 100)
_LINE = 15
_HEADER_LINES = 3
_MARGIN = 3  # indent and the width of bold or broad letters
_LEFT = {"text", "year"}
_NUMBER_FORMATS = {
    "text": "@",
    "year": "0",
    "percent": "0.0%",
    "published": "0.00%",
    "points": "0.0",
    "decimal": "0.00",
    "count": "#,##0",
    "small": "0.000",
    "fact": "General",
    "raw": "General",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column for people: field of the frame, header, kind of its cells, width.

    Without a kind each row says it in its own field `kind`.
    """

    field: str
    title: str
    kind: str
    width: int


@dataclass(slots=True)
class Book:
    """A workbook with the formats and the title line that all its sheets share."""

    file: Workbook
    context: Context
    formats: dict[str, Format] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Register the formats; xlsxwriter wants them made by the workbook."""
        for kind, code in _NUMBER_FORMATS.items():
            side = {"align": "left", "indent": 1} if kind in _LEFT else {"align": "right"}
            look = {"num_format": code, "valign": "top", **side}
            self.formats[kind] = self.file.add_format(look)
            head = {"bold": True, "bottom": 1, "top": 2, "valign": "top", "text_wrap": True, **side}
            self.formats[f"{kind} head"] = self.file.add_format(head)
        # Words that stand in for a figure run over the empty cells to their right.
        self.formats["word"] = self.file.add_format({"align": "left", "indent": 1})
        self.formats["strong"] = self.file.add_format({"bold": True, "valign": "top"})
        self.formats["title"] = self.file.add_format({"bold": True, "font_size": 12})
        self.formats["wrapped"] = self.file.add_format({"text_wrap": True, "valign": "top"})

    def add_sheet(self, key: str) -> Worksheet:
        """A sheet with its title line, page set-up and mark."""
        words = self.context.words
        sheet = self.file.add_worksheet(words(f"book.sheet.{key}"))
        sheet.write_string(0, 0, self.line, self.formats["title"])
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&C{words('book.page')}")
        if self.context.is_synthetic:
            sheet.set_header(f"&C&B{words('mark.synthetic')}")
        return sheet

    @property
    def line(self) -> str:
        """Monitor, standard, plan and version, marked when synthetic."""
        context, words = self.context, self.context.words
        gaps = {
            "title": context.title,
            "standard": context.standard.label,
            "plan": context.plan.id,
            "version": context.plan.version,
            "code": context.code,
        }
        if not context.is_synthetic:
            return words("book.line", **gaps)
        return words("book.line_synthetic", mark=words("mark.synthetic"), **gaps)

    def add_table(self, key: str, rows: pd.DataFrame, columns: Sequence[Column]) -> None:
        """A sheet with one table: frozen header, filter, header repeated in print."""
        sheet = self.add_sheet(key)
        sheet.set_row(_HEADER_ROW, _HEADER_LINES * _LINE)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _fitting(column, rows))
            look = self.formats[f"{column.kind or 'decimal'} head"]
            sheet.write_string(_HEADER_ROW, place, column.title, look)
        for below, (_, row) in enumerate(rows.iterrows(), start=1):
            for place, column in enumerate(columns):
                value, kind = row[column.field], column.kind or row["kind"]
                is_word = isinstance(value, str) and kind not in {"text", "raw"}
                look = self.formats["word" if is_word else kind]
                write_cell(sheet, _HEADER_ROW + below, place, value, look)
        sheet.freeze_panes(_HEADER_ROW + 1, 0)
        sheet.repeat_rows(_HEADER_ROW)
        sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + len(rows), len(columns) - 1)

    def add_facts(self, key: str, facts: Sequence[tuple[str, str]]) -> None:
        """A sheet of named facts, rows as high as their text."""
        sheet = self.add_sheet(key)
        for place, width in enumerate(_FACT_WIDTHS):
            sheet.set_column(place, place, width)
        for line, (name, text) in enumerate(facts, start=_HEADER_ROW):
            sheet.set_row(line, _LINE * _lines(text, _FACT_WIDTHS[1]))
            sheet.write_string(line, 0, name, self.formats["strong"])
            sheet.write_string(line, 1, text, self.formats["wrapped"])


def write_cell(sheet: Worksheet, line: int, place: int, value: Any, look: Format) -> None:  # noqa: ANN401 - any cell
    """Write text as text, numbers as numbers, and nothing where there is nothing."""
    if isinstance(value, str):
        sheet.write_string(line, place, value, look)
    elif not pd.isna(value):
        sheet.write_number(line, place, float(value), look)


def _fitting(column: Column, rows: pd.DataFrame) -> int:
    """Width of a column: words are never cut by the cell beside them."""
    if column.kind != "text":
        return column.width
    longest = max((cells(str(text)) for text in rows[column.field].dropna()), default=0)
    return max(column.width, longest + _MARGIN)


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column."""
    return max(1, math.ceil(cells(text) / width))


def cells(text: str, *, wide: str = "WF") -> int:
    """Width of a text; characters of the East Asian widths named count twice."""
    return sum(2 if unicodedata.east_asian_width(c) in wide else 1 for c in text)
