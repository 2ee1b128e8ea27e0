"""The annex on the measurement: what it tells, and that it is a sound file."""

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from pipeline.present.measurement.annex import annex
from tests.present import measurement as tables
from tests.present.measurement import measured
from tests.present.monitors import context
from tests.present.tables import results


def opened(language="zh-CN", measurement=None, **changed):
    released = results(measurement=measurement or measured())
    content = annex(released, released.measurement, context(language, **changed))
    return docx.Document(io.BytesIO(content))


def text_of(document):
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


@pytest.mark.parametrize(
    ("language", "mark", "number"), [("zh-CN", "模拟数据", "九、"), ("en", "SIMULATED DATA", "9. ")]
)
def test_the_annex_has_its_sections_charts_and_mark(language, mark, number):
    document = opened(language)
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert len(headings) == 9
    assert headings[-1].startswith(number)
    pictures = document.element.findall(f".//{qn('wp:docPr')}")
    assert len(pictures) == 5
    assert all(picture.get("descr") for picture in pictures)
    assert mark in document.sections[0].header.paragraphs[0].text
    assert mark not in opened(language, is_synthetic=False).sections[0].header.paragraphs[0].text


def test_every_doubtful_item_is_listed_with_its_reason_and_no_other():
    rows = next(t for t in opened().tables if t.rows[0].cells[1].text == "题目").rows[1:]
    assert [row.cells[0].text for row in rows] == ["a09", "k07", "m03", "s05"]
    assert rows[1].cells[4].text == "区分度低；不同人群答题难易有明显差异"


def test_items_are_quoted_and_the_paper_says_whom_it_is_for():
    text = text_of(opened())
    assert "蘑菇和绿色植物" in text
    assert "不得公开" in text


def test_withheld_shares_are_absent():
    text = text_of(opened())
    row = next(line for line in text.split("\n") if line == "领导干部和公务员")
    assert row
    assert "33.0%" not in text
    assert "30.0%" not in text


def test_a_code_without_a_name_is_printed_as_it_is():
    fit = tables.measured().fit.assign(statistic=["rmsea", "brand_new"])
    assert "brand_new" in text_of(opened(measurement=measured(fit=fit)))


def test_tables_without_rows_are_left_out():
    names = ("links", "anchors", "dif_effects", "eigenvalues", "fit", "options", "dif")
    bare = measured(**{name: getattr(measured(), name).iloc[:0] for name in names})
    document = opened(measurement=bare)
    assert len(document.element.findall(f".//{qn('wp:docPr')}")) == 3
    assert "k07" in text_of(document)


def test_the_same_results_give_the_same_bytes_and_tell_no_day():
    released = results()
    first, second = (annex(released, released.measurement, context()) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
