"""The Word brief: its text in both languages, its form, and its bytes."""

import io
import os
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from pipeline.present.brief import brief
from tests.present.monitors import context, country
from tests.present.tables import country_results, estimates, results

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
LANGUAGES = ["zh-CN", "en"]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def content(language):
    """The brief's bytes."""
    return brief(results(), context(language))


def opened(content):
    return docx.Document(io.BytesIO(content))


def text_of(document):
    """All that a reader sees, in order; pictures by their alternative texts."""
    lines = [f"[header] {document.sections[0].header.paragraphs[0].text}"]
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += [" | ".join(cell.text for cell in row.cells) for row in block.rows]
            continue
        pictures = block._p.findall(f".//{qn('wp:docPr')}")
        lines += [f"[picture] {picture.get('descr')}" for picture in pictures]
        lines += [block.text] if block.text else []
    return "\n".join(lines) + "\n"


def test_the_text_is_the_golden_one(content, language):
    path = GOLDEN / f"brief_{language}.txt"
    if os.environ.get("REFRESH_GOLDEN"):
        path.write_text(text_of(opened(content)), encoding="utf-8")
    assert text_of(opened(content)) == path.read_text(encoding="utf-8")


def test_the_same_results_give_the_same_bytes(content, language):
    assert brief(results(), context(language)) == content


def test_the_file_tells_no_day_and_no_program(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
    core = opened(content).core_properties
    assert core.created.year == core.modified.year == 1980
    assert core.author == core.comments == ""


def test_the_table_prints_the_frames_figures(content, language):
    show = context(language).formats
    rows = opened(content).tables[0].rows
    shares = results().estimates.query("wave == '2025' and measure == 'share'")
    counties = shares.query("domain == 'county'").sort_values("category")
    expected = [show.percent(share) for share in [*counties["estimate"], 0.136]]
    assert [row.cells[1].text for row in rows[1:]] == expected


def test_every_page_is_marked_and_no_official_mark_is_there(content, language):
    header = opened(content).sections[0].header.paragraphs[0].text
    assert context(language).words("mark.synthetic") in header
    assert ("不套红头" if language == "zh-CN" else "no letterhead") in header
    colours = {run.font.color.rgb for p in opened(content).paragraphs for run in p.runs}
    assert colours == {None}


def test_real_results_carry_no_mark(language):
    document = opened(brief(results(), context(language, is_synthetic=False)))
    assert context(language).words("mark.synthetic") not in text_of(document)


def test_the_page_is_that_of_official_papers(content):
    section = opened(content).sections[0]
    text_width = section.page_width - section.left_margin - section.right_margin
    text_height = section.page_height - section.top_margin - section.bottom_margin
    measures = [section.page_width, section.page_height, section.top_margin, section.left_margin,
                text_width, text_height]  # fmt: skip
    assert [round(measure / Mm(1)) for measure in measures] == [210, 297, 37, 28, 156, 225]
    assert 'w:instr="PAGE"' in section.footer._element.xml


def test_chinese_faces_are_named_for_chinese_characters():
    document = opened(brief(results(), context("zh-CN")))
    faces = {
        name: document.styles[name].element.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia"))
        for name in ("Normal", "Heading 1", "Title")
    }
    assert faces == {"Normal": "仿宋_GB2312", "Heading 1": "黑体", "Title": "方正小标宋简体"}
    assert document.styles["Normal"].font.size.pt == 16
    theme = document.settings.element.find(qn("w:themeFontLang"))
    assert theme.get(qn("w:eastAsia")) == "zh-CN"


def test_a_font_that_may_be_absent_has_a_named_stand_in():
    with zipfile.ZipFile(io.BytesIO(brief(results(), context("zh-CN")))) as archive:
        fonts = archive.read("word/fontTable.xml").decode("utf-8")
    assert 'w:name="方正小标宋简体"><w:altName w:val="宋体"/>' in fonts


def test_withheld_areas_have_words_instead_of_figures():
    frame = estimates(**{"county/510422": (33.3, 9.0, 20)})
    document = opened(brief(results(estimates=frame), context("zh-CN")))
    row = next(r for r in document.tables[0].rows if r.cells[0].text == "盐边县")
    assert [cell.text for cell in row.cells] == ["盐边县", "", "", "20", "数据不足，不予公布"]
    assert "33.3" not in text_of(document)


def test_a_country_without_areas_has_a_brief_without_them():
    document = opened(brief(country_results(), country()))
    text = text_of(document)
    assert [p.text for p in document.paragraphs if p.style.name == "Heading 1"] == [
        "1. Overall level",
        "2. Groups of the population",
        "3. Method and notes",
    ]
    assert "Weights as delivered with the data (wtssnr)." in text
    assert "County" not in text
    assert len(document.tables) == 1
