"""Type of a document: faces by name, sizes, languages.

East Asian faces are only named; the reader's office program supplies them. Where it
cannot, the font table names an alternative.
"""

from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

from pipeline.present.language import Words

TABLE_TEXT, NOTE_TEXT = "Table Text", "Note Text"


@dataclass(frozen=True, slots=True)
class Typography:
    """Faces and sizes of one language."""

    words: Words

    def face(self, role: str) -> str:
        """Name of a face: body, heading, title, table, latin."""
        return self.words(f"document.face.{role}")

    def size(self, role: str) -> Pt:
        """Size of body, title or table text, or the fixed distance of body lines."""
        return Pt(float(self.words(f"document.size.{role}")))


def set_styles(document: Document, words: Words) -> None:
    """Give the document's styles their faces, sizes and spacing."""
    type_ = Typography(words)
    styles = document.styles
    _set_face(styles["Normal"], type_, "body", "body")
    body = styles["Normal"].paragraph_format
    body.space_before = body.space_after = Pt(0)
    body.line_spacing_rule, body.line_spacing = WD_LINE_SPACING.EXACTLY, type_.size("line")
    for name, face, size in (("Title", "title", "title"), ("Heading 1", "heading", "body")):
        _set_face(styles[name], type_, face, size)
    _plain(styles["Title"], WD_ALIGN_PARAGRAPH.CENTER)
    styles["Title"].paragraph_format.line_spacing = type_.size("title_line")
    _plain(styles["Heading 1"], WD_ALIGN_PARAGRAPH.LEFT)
    is_bold = words("document.heading_weight") == "bold"
    styles["Title"].font.bold = styles["Heading 1"].font.bold = is_bold
    for name in ("Caption", "Header", "Footer", TABLE_TEXT, NOTE_TEXT):
        if name not in styles:
            styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _set_face(styles[name], type_, "table", "note" if name == NOTE_TEXT else "table")
        styles[name].font.bold = False
        styles[name].font.color.rgb = RGBColor(0, 0, 0)
        styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    _set_languages(document, words)
    _name_alternatives(document, words)


def _plain(style: ParagraphStyle, alignment: WD_ALIGN_PARAGRAPH) -> None:
    """Undo what the template adds to titles: colour, rules, space."""
    style.font.color.rgb = RGBColor(0, 0, 0)
    border = style.element.find(f".//{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    layout = style.paragraph_format
    layout.alignment, layout.space_before, layout.space_after = alignment, Pt(0), Pt(0)


def _set_face(style: ParagraphStyle, type_: Typography, face: str, size: str) -> None:
    style.font.size = type_.size(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    latin, east_asian = type_.face("latin"), type_.face(face)
    for slot, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asian)):
        fonts.set(qn(f"w:{slot}"), name)


def _set_languages(document: Document, words: Words) -> None:
    """Without these, Word takes East Asian text for Japanese and picks Japanese faces."""
    settings = document.settings.element
    theme = settings.find(qn("w:themeFontLang"))
    if theme is None:
        theme = OxmlElement("w:themeFontLang")
        settings.append(theme)
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    for element in (theme, defaults):
        element.set(qn("w:val"), "en-US")
        element.set(qn("w:eastAsia"), "zh-CN")


def _name_alternatives(document: Document, words: Words) -> None:
    """Say which face stands in for the title face where it is not installed."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    title, alternative = words("document.face.title"), words("document.face.title_alternative")
    font = f'<w:font {nsdecls("w")} w:name="{title}"><w:altName w:val="{alternative}"/></w:font>'
    table.append(parse_xml(font))
    part._blob = serialize_part_xml(table)
