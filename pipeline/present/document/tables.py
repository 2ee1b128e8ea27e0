"""Tables of a document: three-line tables and boxes of facts."""

from collections.abc import Sequence

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Pt
from docx.table import Table, _Cell, _Row

from pipeline.present.document.typography import NOTE_TEXT, TABLE_TEXT
from pipeline.present.document.writing import add_text
from pipeline.present.language import Words

_THICK, _THIN = 12, 6  # eighths of a point
_SHORT = 12  # rows that a page can always take together


def write_three_line_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    words: Words,
) -> None:
    """A short table with rules above, below and under its head, kept on one page."""
    table = _three_line_table(document, head, rows, widths, words, style=TABLE_TEXT)
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def write_long_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    words: Words,
) -> None:
    """A table in small type; a long one runs over pages, its head repeated on each."""
    table = _three_line_table(document, head, rows, widths, words, style=NOTE_TEXT)
    mark = parse_xml(f"<w:tblHeader {nsdecls('w')}/>")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in table.rows[: len(rows) if len(rows) <= _SHORT else 1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def write_facts(
    document: Document, facts: Sequence[tuple[str, str]], widths: Sequence[Length], words: Words
) -> None:
    """A box of named facts, name left and text right."""
    table = _table(document, facts, widths, words, style=NOTE_TEXT)
    _rules(table, top=_THIN, bottom=_THIN, left=_THIN, right=_THIN)
    for row in table.rows:
        _keep_whole(row)
        row.cells[0].paragraphs[0].runs[0].font.bold = True


def _three_line_table(
    document: Document,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    words: Words,
    *,
    style: str,
) -> Table:
    table = _table(document, [head, *rows], widths, words, style=style)
    _rules(table, top=_THICK, bottom=_THICK)
    for cell in table.rows[0].cells:
        _cell_rule(cell, "bottom", _THIN)
        cell.paragraphs[0].runs[0].font.bold = True
    for row in table.rows:
        _keep_whole(row)
        for cell in row.cells:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    return table


def _table(
    document: Document,
    rows: Sequence[Sequence[str]],
    widths: Sequence[Length],
    words: Words,
    *,
    style: str,
) -> Table:
    table = document.add_table(len(rows), len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            _fill(cell, text, words, style)
    return table


def _fill(cell: _Cell, text: str, words: Words, style: str) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    layout = paragraph.paragraph_format
    layout.space_before = layout.space_after = Pt(0.5)
    add_text(paragraph, text, words)


def _rules(table: Table, **sizes: int) -> None:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{sizes[side]}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right")
        if side in sizes
    )
    borders = parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>")
    # The schema wants borders before the layout and the look of the table.
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)


def _cell_rule(cell: _Cell, side: str, size: int) -> None:
    line = f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
    borders = parse_xml(f"<w:tcBorders {nsdecls('w')}>{line}</w:tcBorders>")
    cell._tc.get_or_add_tcPr().append(borders)


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
