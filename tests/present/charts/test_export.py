"""Files of figures: three kinds, the same bytes each time, every glyph in the fonts."""

import re

import pytest

from pipeline.errors import FontMissingError
from pipeline.present import charts
from pipeline.present.charts.export import export
from tests.present.monitors import context
from tests.present.tables import results


@pytest.fixture(scope="module")
def twice():
    """The trend chart drawn and exported twice from scratch."""
    return [export(charts.draw_all(results(), context())["trend"]) for _ in range(2)]


def test_drawing_again_gives_the_same_bytes(twice):
    first, second = twice
    assert set(first) == {"svg", "png", "pdf"}
    assert first == second


def test_files_tell_neither_day_nor_program(twice):
    svg, png, pdf = (twice[0][kind] for kind in ("svg", "png", "pdf"))
    assert b"<dc:date>" not in svg
    assert b"Software" not in png
    assert not re.search(rb"/(CreationDate|Producer|Creator)", pdf)


def test_svg_needs_no_font_and_pdf_carries_ours(twice):
    assert b"<text" not in twice[0]["svg"]
    assert b"NotoSansSC" in twice[0]["pdf"]


def test_a_character_without_a_glyph_stops_the_chart():
    with pytest.raises(FontMissingError, match=r"U\+4DAE"):
        charts.draw_all(results(), context(references={"100000": "\u4dae"}))
