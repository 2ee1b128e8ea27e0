"""A4 page of an official paper: margins, header with the mark, page numbers."""

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from pipeline.present.document.writing import add_text
from pipeline.present.language import Words

# GB/T 9704-2012, section 5.2: A4, head 37 mm, gutter 28 mm, text block 156 mm x 225 mm.
PAGE = (Mm(210), Mm(297))
TOP, LEFT = Mm(37), Mm(28)
TEXT_WIDTH, TEXT_HEIGHT = Mm(156), Mm(225)
_HEADER, _FOOTER = Mm(18), Mm(25)
_FOOTER_SIZE = Pt(14)


def set_page(document: Document, words: Words, *, header: str) -> None:
    """Set page size, margins, the header (empty when there is nothing to say) and numbers."""
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    section.top_margin, section.left_margin = TOP, LEFT
    section.right_margin = PAGE[0] - LEFT - TEXT_WIDTH
    section.bottom_margin = PAGE[1] - TOP - TEXT_HEIGHT
    section.header_distance, section.footer_distance = _HEADER, _FOOTER
    if header:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_text(head, header, words).font.bold = True
    _number(section.footer.paragraphs[0], words)


def _number(foot: Paragraph, words: Words) -> None:
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, after = words("document.page", page="\0").split("\0")
    runs = [add_text(foot, text, words) for text in (before, "1", after)]
    for run in runs:
        run.font.size = _FOOTER_SIZE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    runs[1]._r.addprevious(field)
    field.append(runs[1]._r)
