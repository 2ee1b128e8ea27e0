"""Breaking lines and placing labels."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.present import theme
from pipeline.present.charts.placement import spread
from pipeline.present.charts.wrapping import headline, text_width, wrapped

TITLE = "2025年攀枝花市公民具备科学素质的比例约为13.6%，与2023年相比未见统计显著变化"


@pytest.fixture(autouse=True)
def look():
    with theme.applied():
        yield


@pytest.mark.parametrize("width", [1.0, 2.0, 4.0])
def test_no_line_is_wider_than_its_room_and_no_character_is_lost(width):
    lines = wrapped(TITLE, width, 8).split("\n")
    assert "".join(lines) == TITLE
    assert max(text_width(line, 8) for line in lines) <= width


def test_chinese_lines_never_begin_with_a_closing_mark():
    for width in (0.6, 0.8, 1.0, 1.3, 1.7):
        starts = {line[0] for line in wrapped(TITLE, width, 8).split("\n")}
        assert not starts & set("，。；：）%\uff5e")


def test_english_breaks_between_words_only():
    text = "No statistically significant change was found"
    assert " ".join(wrapped(text, 1.2, 8).split("\n")) == text


def test_a_headline_breaks_after_its_clause():
    assert headline(TITLE, 5.9, 11.5, "bold").split("\n")[1] == "与2023年相比未见统计显著变化"


def test_a_headline_of_one_long_clause_has_lines_of_like_length():
    lines = headline("攀" * 40, 3.0, 11.5, "bold").split("\n")
    assert max(map(len, lines)) - min(map(len, lines)) <= 1 + len(lines)


heights = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.1)), min_size=1, max_size=8)


@given(heights)
def test_spread_labels_do_not_touch_and_stay_inside(labels):
    wanted, sizes = zip(*labels, strict=True)
    placed = spread(wanted, sizes, 0, 1)
    boxes = sorted((p - h / 2, p + h / 2) for p, h in zip(placed, sizes, strict=True))
    assert boxes[0][0] >= -1e-9
    assert boxes[-1][1] <= 1 + 1e-9
    assert all(low[1] <= high[0] + 1e-9 for low, high in pairwise(boxes))


def test_labels_with_room_enough_stay_where_they_belong():
    assert spread([0.8, 0.2], [0.1, 0.1], 0, 1) == pytest.approx([0.8, 0.2])
