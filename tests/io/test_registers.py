"""Registers kept as CSV: read with their types, refused with the file and the column."""

import pytest

from pipeline.errors import ConfigError
from pipeline.io.registers import read_areas, read_published, read_targets
from pipeline.tables import AREAS

TARGETS = (
    "target_id,area_code,year,operator,target,target_kind,standard,document,note\n"
    "floor,0510,2025,>,0.13,floor,quiz,paper 7,\n"
)
PUBLISHED = (
    "area_code,year,standard,domain,category,estimate,sample_size,citation\n"
    "0510,2020,quiz,all,all,0.1056,,paper 3\n"
)


@pytest.fixture
def raw(tmp_path):
    """Write one register and give the folder of all."""

    def write(name: str, text: str, encoding: str = "utf-8"):
        path = tmp_path / name / f"{name}.csv"
        path.parent.mkdir()
        path.write_bytes(text.encode(encoding))
        return tmp_path

    return write


def test_codes_stay_text_and_numbers_become_numbers(raw):
    (row,) = read_targets(raw("targets", TARGETS)).to_dict("records")
    assert (row["area_code"], row["year"], row["target"]) == ("0510", 2025, 0.13)


def test_a_figure_without_a_sample_size_is_kept(raw):
    table = read_published(raw("published", PUBLISHED))
    assert table["sample_size"].isna().all()
    assert table["estimate"].tolist() == [0.1056]


def test_a_register_with_only_a_header_is_empty(raw):
    assert read_targets(raw("targets", TARGETS.splitlines()[0] + "\n")).empty


def test_a_register_saved_by_a_windows_editor_is_read(raw):
    assert len(read_targets(raw("targets", TARGETS, "utf-8-sig"))) == 1


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (",operator", ",sign", "column operator is missing"),
        (">", "=>", "column operator: expected one of >, >=; rows that differ: 1"),
        ("0.13", "13", "column target: expected at most 1; rows that differ: 1"),
        ("0.13", "a lot", "expected numbers where numbers belong: Unable to parse string"),
        ("2025", "", "expected numbers where numbers belong: Cannot convert"),
    ],
)
def test_a_fault_names_the_file_and_what_was_expected(raw, old, new, fault):
    folder = raw("targets", TARGETS.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_targets(folder)
    assert caught.value.where.endswith("targets.csv")
    assert caught.value.faults[0].startswith(fault)


@pytest.mark.parametrize("text", ["", "目标,数值\n"])
def test_a_file_in_another_encoding_or_without_a_table_is_refused(raw, text):
    folder = raw("areas", text, "gb18030")
    (folder / "areas").rename(folder / "geography")
    with pytest.raises(ConfigError, match="expected a CSV table in UTF-8"):
        read_areas(folder)


def test_a_missing_register_tells_its_columns(tmp_path):
    with pytest.raises(ConfigError, match="the register is missing") as caught:
        read_areas(tmp_path)
    assert caught.value.hint == f"columns: {', '.join(AREAS.columns)}"
