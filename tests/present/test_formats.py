"""Numbers and dates as text."""

from datetime import date

import pytest

from pipeline.present.formats import Formats
from pipeline.present.language import Words

ZH, EN = Formats(Words.load("zh-CN")), Formats(Words.load("en"))


@pytest.mark.parametrize(
    ("method", "arguments", "chinese", "english"),
    [
        ("percent", (0.13449,), "13.4%", "13.4%"),
        ("level", (0.13,), "13%", "13%"),
        ("level", (0.115,), "11.5%", "11.5%"),
        ("points", (-0.0184,), "1.8个百分点", "1.8 percentage points"),
        ("signed_points", (0.012,), "+1.2个百分点", "+1.2 percentage points"),
        ("signed_points", (-0.012,), "-1.2个百分点", "−1.2 percentage points"),
        ("signed_points", (-0.0001,), "0.0个百分点", "0.0 percentage points"),
        ("signed_points", (0.0001,), "0.0个百分点", "0.0 percentage points"),
        ("interval", (0.112, 0.1594), "11.2%～15.9%", "11.2% to 15.9%"),
        ("points_interval", (-0.009, 0.032), "-0.9～3.2个百分点", "−0.9 to 3.2 percentage points"),
        ("count", (12406,), "12406", "12,406"),
        ("rough", (21843.2,), "22000", "22,000"),
        ("p_value", (0.0004,), "P<0.001", "p < 0.001"),
        ("p_value", (0.0324,), "P=0.032", "p = 0.032"),
        ("day", (date(2025, 6, 1),), "2025年6月1日", "1 June 2025"),
        ("listing", (["甲"],), "甲", "甲"),
        ("listing", (["A", "B", "C"],), "A、B和C", "A, B and C"),
        ("listing", ([],), "", ""),
    ],
)
def test_numbers_are_written_in_the_manner_of_the_language(method, arguments, chinese, english):
    assert getattr(ZH, method)(*arguments) == chinese
    assert getattr(EN, method)(*arguments) == english


def test_a_period_names_both_days():
    days = (date(2025, 5, 12), date(2025, 7, 20))
    assert ZH.period(*days) == "2025年5月12日至2025年7月20日"
    assert EN.period(*days) == "12 May 2025 to 20 July 2025"
