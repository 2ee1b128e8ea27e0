"""Delivered files come out as the codes that were written into them, whatever their kind."""

import struct
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from pipeline.errors import MicrodataError
from pipeline.io.microdata.reading import as_codes, read_csv_text, read_microdata

CODES = pd.DataFrame({"id": ["a1", "a2", "a3"], "q1": ["1", "98", None], "w": ["0.5", "2", "1.25"]})


def equal_codes(frame: pd.DataFrame, expected: pd.DataFrame = CODES) -> bool:
    return frame.where(frame.notna(), None).astype(object).equals(expected.astype(object))


def write_sav(path: Path, **columns: list) -> Path:
    pyreadstat.write_sav(pd.DataFrame(columns), path)
    return path


def test_spss_keeps_the_codes_of_user_missing_answers(tmp_path):
    frame = pd.DataFrame(
        {"id": ["a1", "a2", "a3"], "q1": [1.0, 98.0, np.nan], "w": [0.5, 2.0, 1.25]}
    )
    path = tmp_path / "wave.sav"
    pyreadstat.write_sav(frame, path, missing_ranges={"q1": [98]})
    found = read_microdata(path)
    assert equal_codes(found.frame)
    assert found.facts["dates_read"]
    assert (found.facts["rows"], found.facts["columns"]) == (3, 3)


@pytest.mark.parametrize("one", [1, 1.0], ids=["whole", "float"])
def test_stata_keeps_the_letters_of_missing_answers_and_leaves_blanks_empty(tmp_path, one):
    # In columns of whole numbers the reader gives 0 for the blank: a code nobody chose.
    path = tmp_path / "wave.dta"
    cells = pd.Series([one, "d", None, one - one], dtype=object)
    pyreadstat.write_dta(pd.DataFrame({"q1": cells}), path, missing_user_values={"q1": ["d"]})
    codes = read_microdata(path).frame["q1"]
    assert codes.where(codes.notna(), None).tolist() == ["1", "d", None, "0"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_of_chinese_offices(tmp_path, encoding):
    path = tmp_path / "wave.csv"
    path.write_bytes("编号,县\n001,米易县\n".encode(encoding))
    found = read_microdata(path)
    assert found.frame.to_dict("list") == {"编号": ["001"], "县": ["米易县"]}
    assert found.facts["encoding"] == ("GB18030" if encoding == "gb18030" else "UTF-8")


def test_excel_gives_the_same_codes(tmp_path):
    frame = pd.DataFrame({"id": ["a1", "a2", "a3"], "q1": [1, 98, None], "w": [0.5, 2, 1.25]})
    frame.to_excel(tmp_path / "wave.xlsx", index=False)
    assert equal_codes(read_microdata(tmp_path / "wave.xlsx").frame)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_words_that_pandas_takes_for_missing_are_codes(tmp_path, kind):
    path, frame = tmp_path / f"wave.{kind}", pd.DataFrame({"q": ["NA", "None", "null"]})
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_excel(path, index=False)
    assert list(read_microdata(path).frame["q"]) == ["NA", "None", "null"]


def test_chinese_text_of_an_old_spss_file_is_told_from_its_wrong_label(tmp_path):
    # Written as UTF-8 by its own account, holding GB18030: eight bytes for four characters.
    path = write_sav(tmp_path / "wave.sav", town=["ABCDEFGH", "x"])
    path.write_bytes(path.read_bytes().replace(b"ABCDEFGH", "米易县城".encode("gb18030")))
    found = read_microdata(path)
    assert list(found.frame["town"]) == ["米易县城", "x"]
    assert found.facts["encoding"] == "GB18030"


def test_an_impossible_date_does_not_stop_the_reading(tmp_path):
    path = write_sav(tmp_path / "wave.sav", q=[1.0], begun=[datetime(2025, 1, 1)])
    seconds = (datetime(2025, 1, 1) - datetime(1582, 10, 14)).total_seconds()
    stored, far = struct.pack("<d", seconds), struct.pack("<d", 9e15)
    path.write_bytes(path.read_bytes().replace(stored, far))
    found = read_microdata(path)
    assert found.frame.to_dict("list") == {"q": ["1"], "begun": ["9000000000000000"]}
    assert not found.facts["dates_read"]


def test_a_wrong_encoding_and_an_impossible_date_are_both_overcome(tmp_path):
    path = write_sav(tmp_path / "wave.sav", town=["ABCDEFGH"], begun=[datetime(2025, 1, 1)])
    seconds = (datetime(2025, 1, 1) - datetime(1582, 10, 14)).total_seconds()
    stored, far = struct.pack("<d", seconds), struct.pack("<d", 9e15)
    content = path.read_bytes().replace(b"ABCDEFGH", "米易县城".encode("gb18030"))
    path.write_bytes(content.replace(stored, far))
    found = read_microdata(path)
    assert found.frame.to_dict("list") == {"town": ["米易县城"], "begun": ["9000000000000000"]}


def test_the_facts_identify_the_file(tmp_path):
    path = tmp_path / "wave.csv"
    path.write_bytes(b"q\n1\n")
    assert read_microdata(path).facts == {
        "file": "wave.csv",
        # printf 'q\n1\n' | sha256sum
        "sha256": "6bce662af6c76d91faf9295e301740d839461473787cd5610cfbe629688e013c",
        "bytes": 4,
        "rows": 1,
        "columns": 1,
        "encoding": "UTF-8",
    }


def test_cells_become_text_without_a_trace_of_their_storage():
    moment = pd.Timestamp("2025-03-01 09:30:00")
    frame = pd.DataFrame(
        {"a": [1.0, 2.5, np.nan], "b": [1, "x ", "  "], "c": [moment, pd.NaT, moment]}
    )
    codes = as_codes(frame)
    assert codes.where(codes.notna(), None).to_dict("list") == {
        "a": ["1", "2.5", None],
        "b": ["1", "x", None],
        "c": ["2025-03-01 09:30:00", None, "2025-03-01 09:30:00"],
    }


def test_a_missing_file_is_told_from_a_damaged_one(tmp_path):
    with pytest.raises(MicrodataError, match="the file is missing"):
        read_microdata(tmp_path / "wave.sav")
    (tmp_path / "wave.sav").write_bytes(b"not a statistics file")
    with pytest.raises(MicrodataError, match=r"cannot be read as \.sav: ReadstatError"):
        read_microdata(tmp_path / "wave.sav")


def test_a_file_of_an_unknown_kind_is_refused_with_the_known_ones(tmp_path):
    (tmp_path / "wave.ods").touch()
    with pytest.raises(MicrodataError, match=r"kind \.sav, \.dta, \.xlsx, \.csv, got '\.ods'"):
        read_microdata(tmp_path / "wave.ods")


def test_a_file_without_rows_is_refused(tmp_path):
    (tmp_path / "wave.csv").write_text("id,q1\n", encoding="utf-8")
    with pytest.raises(MicrodataError, match="at least one interview, the file has no rows"):
        read_microdata(tmp_path / "wave.csv")


def test_an_empty_table_is_a_value_error_for_its_reader(tmp_path):
    (tmp_path / "record.csv").touch()
    with pytest.raises(ValueError, match="No columns"):
        read_csv_text(tmp_path / "record.csv")
