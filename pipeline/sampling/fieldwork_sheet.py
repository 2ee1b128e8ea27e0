"""The form that interviewers carry into a community: rules and tables, then the households.

A4 upright, black on white, the same bytes for the same draw. Its words are Chinese and stand
in `words.toml`.
"""

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.present.language import Words
from pipeline.present.sheets import A4, CREATED, FILE, cells
from pipeline.sampling.design import SamplingDesign
from pipeline.sampling.drawing import DrawnCommunity
from pipeline.sampling.fieldwork_words import facts, paragraphs
from pipeline.sampling.words import SHEETS, outcomes, sampling_words
from pipeline.stats.survey.planning.household_selection import KISH_TABLES, LARGEST

_COLUMNS = 14
_WIDTH = 6.2  # of a column, in characters
_LINE = 15.5
_LINE_CELLS = 96  # narrow characters that a line across all columns holds
_WIDE = "WFA"  # in a Chinese font characters of ambiguous width are wide
_ROW = 25.0  # room for handwriting
_HEAD = 48.0


@dataclass(frozen=True, slots=True)
class Form:
    """What all forms of a wave share: the design, who is interviewed, names of areas."""

    design: SamplingDesign
    population: str
    areas: Mapping[str, str]


def fieldwork_sheet(community: DrawnCommunity, form: Form) -> bytes:
    """The form of one community as an xlsx file."""
    buffer, words = io.BytesIO(), sampling_words(SHEETS)
    font = {"font_name": Words.load(SHEETS)("book.font"), "font_size": 10, "valign": "vcenter"}
    with xlsxwriter.Workbook(buffer, {**FILE, "default_format_properties": font}) as file:
        title = f"{form.design.title_zh or form.design.title_en} {words('sheet.form')}"
        file.set_properties({"title": title, "created": CREATED})
        pages = _Pages(file, words, community, form)
        pages.add_rules()
        pages.add_households()
    return buffer.getvalue()


class _Pages:
    """The two sheets of a form, with the formats they share."""

    def __init__(
        self, file: xlsxwriter.Workbook, words: Words, community: DrawnCommunity, form: Form
    ) -> None:
        self.file, self.words, self.community, self.form = file, words, community, form
        middle = {"border": 1, "align": "center", "text_wrap": True}
        self.title = file.add_format({"bold": True, "font_size": 15, "align": "center"})
        self.under = file.add_format({"bold": True, "font_size": 12, "align": "center"})
        self.mark = file.add_format({"bold": True, "align": "center", "border": 2})
        self.name = file.add_format({**middle, "bold": True, "bg_color": "#EEEEEE"})
        self.cell = file.add_format(middle)
        self.left = file.add_format({**middle, "align": "left", "indent": 1})
        self.head = file.add_format({"bold": True, "font_size": 11, "bottom": 1})
        self.text = file.add_format({"text_wrap": True, "valign": "top"})
        self.row = 0

    def add_rules(self) -> None:
        """What, where, how households and persons are chosen, codes, signatures: one page."""
        words = self.words
        sheet = self._sheet("rules_tab", one_page=True)
        self.row = 0
        sheet.set_column(0, _COLUMNS - 1, _WIDTH)
        self._across(sheet, self.form.design.title_zh or self.form.design.title_en, self.title, 26)
        self._across(sheet, words("sheet.form"), self.under, 20)
        if self.form.design.is_synthetic:
            self._across(sheet, words("sheet.synthetic"), self.mark, 17)
        self._facts(sheet)
        told = paragraphs(words, self.community, self.form.design, self.form.population)
        self._rules(sheet, words("sheet.households"), told["households"])
        self._rules(sheet, words("sheet.persons"), told["persons"])
        self._kish(sheet)
        self._outcomes(sheet)
        self._signatures(sheet)
        self._rules(sheet, "", [words("sheet.restricted")])

    def add_households(self) -> None:
        """The households to visit, header repeated on every page."""
        words, community = self.words, self.community
        sheet = self._sheet("list_tab", one_page=False)
        visits = self.form.design.fieldwork.visits
        widths = [5.5, 8, 7, 7, 7, *[30 / visits] * visits, 7, 17.5]
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        title = words(
            "sheet.list_title",
            area=self._area(community.county),
            name=community.name,
            code=community.psu,
        )
        last = len(widths) - 1
        sheet.merge_range(0, 0, 0, last, title, self.under)
        sheet.set_row(0, 22)
        titles = [words(f"sheet.{key}") for key in ("number", "household", "table")]
        titles += [words(f"sheet.{key}") for key in ("eligible", "person")]
        titles += [words("sheet.visit", number=number + 1) for number in range(visits)]
        titles += [words("sheet.outcome"), words("sheet.remarks")]
        sheet.set_row(1, _HEAD)
        for place, text in enumerate(titles):
            sheet.write_string(1, place, text, self.name)
        for row, (line, table) in enumerate(
            zip(community.lines, community.tables, strict=True), start=2
        ):
            sheet.set_row(row, _ROW)
            sheet.write_number(row, 0, row - 1, self.cell)
            sheet.write_number(row, 1, int(line), self.cell)
            sheet.write_string(row, 2, str(table), self.cell)
            for place in range(3, last + 1):
                sheet.write_blank(row, place, None, self.cell)
        sheet.repeat_rows(0, 1)
        sheet.freeze_panes(2, 0)

    def _sheet(self, tab: str, *, one_page: bool) -> Worksheet:
        sheet = self.file.add_worksheet(self.words(f"sheet.{tab}"))
        sheet.set_portrait()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.6, right=0.6, top=0.75, bottom=0.65)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 1 if one_page else 0)
        sheet.set_footer(f"&C{self.words('sheet.footer', code=self.community.psu)}")
        if self.form.design.is_synthetic:
            sheet.set_header(f"&C&B{self.words('sheet.synthetic')}")
        return sheet

    def _across(self, sheet: Worksheet, text: str, look: Format, height: float) -> None:
        sheet.set_row(self.row, height)
        sheet.merge_range(self.row, 0, self.row, _COLUMNS - 1, text, look)
        self.row += 1

    def _facts(self, sheet: Worksheet) -> None:
        """Names and values, two of each in a line."""
        self.row += 1
        pairs = facts(self.words, self.community, self._area)
        for place, (name, value) in enumerate(pairs):
            left = _COLUMNS // 2 * (place % 2)
            row = self.row + place // 2
            sheet.set_row(row, _LINE + 3)
            sheet.merge_range(row, left, row, left + 2, name, self.name)
            sheet.merge_range(row, left + 3, row, left + _COLUMNS // 2 - 1, value, self.left)
        self.row += math.ceil(len(pairs) / 2)

    def _rules(self, sheet: Worksheet, title: str, texts: list[str]) -> None:
        if title:
            self._across(sheet, title, self.head, _LINE + 8)
        for text in texts:
            lines = math.ceil(cells(text, wide=_WIDE) / _LINE_CELLS)
            self._across(sheet, text, self.text, _LINE * lines)

    def _kish(self, sheet: Worksheet) -> None:
        """The eight tables: a letter, then the person for each size of household."""
        words, span = self.words, (_COLUMNS - 1) // LARGEST
        start = _COLUMNS - span * LARGEST
        top = self.row
        sheet.merge_range(top, 0, top + 1, start - 1, words("sheet.kish_letter"), self.name)
        sheet.merge_range(top, start, top, _COLUMNS - 1, words("sheet.kish_persons"), self.name)
        for size in range(1, LARGEST + 1):
            text = words("sheet.kish_column", number=size)
            self._span(sheet, top + 1, start + (size - 1) * span, span, text, self.name)
        for row, table in enumerate(KISH_TABLES, start=top + 2):
            sheet.merge_range(row, 0, row, start - 1, table.letter, self.cell)
            for place, person in enumerate(table.person):
                self._span(sheet, row, start + place * span, span, person, self.cell)
        for row in range(top, top + 2 + len(KISH_TABLES)):
            sheet.set_row(row, _LINE)
        self.row = top + 2 + len(KISH_TABLES)

    def _outcomes(self, sheet: Worksheet) -> None:
        words = self.words
        self._across(sheet, words("sheet.outcomes"), self.head, _LINE + 8)
        header = tuple(words(f"sheet.outcome_{key}") for key in ("code", "name", "counts"))
        for place, row in enumerate([header, *outcomes()]):
            look = self.left if place else self.name
            sheet.set_row(self.row, _LINE)
            self._span(sheet, self.row, 0, 1, row[0], self.name if not place else self.cell)
            self._span(sheet, self.row, 1, 8, row[1], look)
            self._span(sheet, self.row, 9, 5, row[2], look)
            self.row += 1

    def _signatures(self, sheet: Worksheet) -> None:
        words = self.words
        self._across(sheet, words("sheet.signatures"), self.head, _LINE + 8)
        for place, key in enumerate(("interviewer", "supervisor", "assistant", "date")):
            left = _COLUMNS // 2 * (place % 2)
            row = self.row + place // 2
            sheet.set_row(row, _ROW)
            sheet.merge_range(row, left, row, left + 2, words(f"sheet.{key}"), self.name)
            sheet.merge_range(row, left + 3, row, left + _COLUMNS // 2 - 1, "", self.left)
        self.row += 2

    def _span(
        self, sheet: Worksheet, row: int, left: int, width: int, value: str | int, look: Format
    ) -> None:
        """A value across some columns."""
        if width == 1:
            sheet.write(row, left, value, look)
        else:
            sheet.merge_range(row, left, row, left + width - 1, value, look)

    def _area(self, county: str) -> str:
        return self.form.areas.get(county, county)
