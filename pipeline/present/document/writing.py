"""Paragraphs, headings, pictures and captions of a document, and its file."""

import io

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pipeline.present.archive import normalised
from pipeline.present.document.typography import Typography
from pipeline.present.language import Words

# Two characters, in hundredths of a character; twips serve programs that know no characters.
_INDENT = {"firstLineChars": "200", "firstLine": "640"}

_APART = Pt(6)


def add_text(paragraph: Paragraph, text: str, words: Words) -> Run:
    """Append text; punctuation shared by both scripts follows the document's language."""
    run = paragraph.add_run(text)
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:hint"), words("document.hint"))
    return run


def write_title(document: Document, text: str, words: Words) -> None:
    """The title with half a line of air below."""
    paragraph = document.add_paragraph(style="Title")
    add_text(paragraph, text, words)
    paragraph.paragraph_format.space_after = Pt(Typography(words).size("line").pt / 2)


def write_heading(document: Document, text: str, words: Words) -> None:
    """A heading of the first level, kept with the text below it."""
    paragraph = document.add_paragraph(style="Heading 1")
    paragraph.paragraph_format.keep_with_next = True
    _indent(paragraph, words)
    add_text(paragraph, text, words)


def write_paragraph(document: Document, text: str, words: Words) -> None:
    """A body paragraph: justified, first line indented."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent(paragraph, words)
    add_text(paragraph, text, words)


def write_caption(document: Document, text: str, words: Words, *, above: bool) -> None:
    """A caption; above its table it stays with what follows."""
    paragraph = document.add_paragraph(style="Caption")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    layout = paragraph.paragraph_format
    layout.keep_with_next = above
    layout.space_before, layout.space_after = (_APART, Pt(2)) if above else (Pt(2), _APART)
    add_text(paragraph, text, words)


def write_picture(document: Document, png: bytes, *, width: Length, alternative: str) -> None:
    """A centred picture with a text for those who cannot see it, kept with its caption."""
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    # A fixed distance of lines would cut the picture to one line.
    layout.line_spacing_rule = WD_LINE_SPACING.SINGLE
    layout.keep_with_next, layout.space_before = True, _APART
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    inline = paragraph.add_run().add_picture(io.BytesIO(png), width=width)._inline
    inline.docPr.set("descr", alternative)
    for side in "TBLR":
        inline.set(f"dist{side}", "0")


def saved(document: Document, title: str) -> bytes:
    """The document as a file that tells no day and no machine."""
    core = document.core_properties
    core.title, core.author, core.comments, core.keywords = title, "", "", ""
    buffer = io.BytesIO()
    document.save(buffer)
    return normalised(buffer.getvalue())


def _indent(paragraph: Paragraph, words: Words) -> None:
    if words("document.indent") == "yes":
        indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
        for name, value in _INDENT.items():
            indent.set(qn(f"w:{name}"), value)
