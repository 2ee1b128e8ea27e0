import datetime
import tomllib

import pandas as pd
import pyreadstat
import pytest

from pipeline.io.microdata_writer import SavFile, write_record, write_sav, write_toml


@pytest.fixture
def file():
    """Two interviews with a number, a text, a moment and a declared missing code."""
    return SavFile(
        frame=pd.DataFrame(
            {
                "ID": ["a1", "a2"],
                "Q1": [1, 98],
                "START": pd.to_datetime(["2025-05-12 09:30", "2025-05-13 10:00"]),
            }
        ),
        label="test",
        column_labels={"Q1": "问" * 100},
        value_labels={"Q1": {1: "对", 98: "拒绝回答"}},
        missing={"Q1": (96, 98)},
    )


def test_sav_bytes_depend_on_content_alone(file, tmp_path):
    write_sav(file, tmp_path / "one.sav")
    write_sav(file, tmp_path / "other.sav")
    assert (tmp_path / "one.sav").read_bytes() == (tmp_path / "other.sav").read_bytes()
    assert b"01 Jan 7000:00:00" in (tmp_path / "one.sav").read_bytes()[:176]


def test_sav_comes_back_with_labels_and_missing_codes(file, tmp_path):
    write_sav(file, tmp_path / "one.sav")
    frame, meta = pyreadstat.read_sav(tmp_path / "one.sav", user_missing=True)
    assert frame["Q1"].tolist() == [1, 98]
    assert frame["START"].dt.minute.tolist() == [30, 0]
    assert meta.missing_ranges["Q1"] == [{"lo": 96.0, "hi": 98.0}]
    assert meta.variable_value_labels["Q1"] == {1.0: "对", 98.0: "拒绝回答"}
    assert meta.file_label == "test"


def test_a_long_label_ends_with_a_whole_character(file, tmp_path):
    write_sav(file, tmp_path / "one.sav")
    _, meta = pyreadstat.read_sav(tmp_path / "one.sav")
    assert meta.column_names_to_labels["Q1"] == "问" * 85


def test_toml_comes_back_as_it_was(tmp_path):
    content = {
        "title_zh": '模拟"数据"',
        "day": datetime.date(2025, 5, 12),
        "numbers": [1, 2.5],
        "plain": {"a": "b"},
        "nested": {"sex code": {"1": "01"}, "inner": {"is_x": True}},
    }
    write_toml(content, tmp_path / "x.toml", heading="两行\ntwo lines")
    text = (tmp_path / "x.toml").read_text(encoding="utf-8")
    assert text.startswith("# 两行\n# two lines\n")
    assert tomllib.loads(text) == content


def test_records_keep_ten_digits(tmp_path):
    write_record(pd.DataFrame({"psu": ["a"], "p": [1 / 3]}), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "psu,p\na,0.3333333333\n"
