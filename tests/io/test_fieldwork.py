"""Sampling and fieldwork records: sound numbers, and the same units in both."""

import pandas as pd
import pytest

from pipeline.errors import MicrodataError
from pipeline.io.fieldwork import no_fieldwork, read_fieldwork
from pipeline.tables import FIELDWORK, check

SAMPLING = "stratum,psu,psu_prob,household_prob\nn,1,0.1,0.01\nn,2,0.2,0.02\ns,1,1,0.03\n"
FIELDWORK_CSV = "stratum,psu,issued,eligible,completed\ns,1,9,8,7\nn,1,5,4,3\nn,2,6,5,0\n"


@pytest.fixture
def records(tmp_path):
    """Write both records and read them."""

    def read(
        sampling: str | bytes = SAMPLING, fieldwork: str | bytes = FIELDWORK_CSV
    ) -> pd.DataFrame:
        for name, text in (("sampling.csv", sampling), ("fieldwork.csv", fieldwork)):
            content = text if isinstance(text, bytes) else text.encode()
            (tmp_path / name).write_bytes(content)
        return read_fieldwork(tmp_path)

    return read


def faults(records, **texts: str | bytes) -> list[str]:
    with pytest.raises(MicrodataError) as caught:
        records(**texts)
    return caught.value.faults


def test_both_records_are_joined_by_unit_whatever_their_order(records):
    units = check(FIELDWORK, records())
    assert units.to_numpy().tolist() == [
        ["n", "n/1", 0.1, 0.01, 5, 4, 3, 0, 0],
        ["n", "n/2", 0.2, 0.02, 6, 5, 0, 0, 0],
        ["s", "s/1", 1.0, 0.03, 9, 8, 7, 0, 0],
    ]


def test_equal_unit_codes_in_two_strata_are_two_units(records):
    assert records()["psu"].is_unique


def test_records_saved_by_chinese_office_software_are_read(records):
    sampling = SAMPLING.replace("n,", "米易县,").encode("gb18030")
    fieldwork = FIELDWORK_CSV.replace("n,", "米易县,").encode("gb18030")
    assert records(sampling, fieldwork)["psu"].tolist() == ["米易县/1", "米易县/2", "s/1"]


def test_columns_besides_the_needed_ones_are_left_alone(records):
    wide = SAMPLING.replace("\n", ",note\n")
    assert "note" not in records(sampling=wide)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("psu_prob,h", "prob,h", "column psu_prob is missing"),
        ("0.02", "", "column household_prob: expected a probability in (0, 1]"),
        ("0.02", "2 %", "column household_prob: expected a probability in (0, 1]"),
        ("0.02", "0", "column household_prob: expected a probability in (0, 1]"),
        ("0.02", "1.2", "column household_prob: expected a probability in (0, 1]"),
        ("n,2,", ",2,", "column stratum: expected a code"),
    ],
)
def test_faults_of_the_sampling_record_are_named_by_column(records, old, new, fault):
    (found,) = faults(records, sampling=SAMPLING.replace(old, new))
    assert found.startswith(fault)


@pytest.mark.parametrize("number", ["", "-1", "2.5", "two"])
def test_counts_of_fieldwork_are_whole_numbers(records, number):
    (found,) = faults(records, fieldwork=FIELDWORK_CSV.replace("6,5,0", f"6,5,{number}"))
    assert found == "column completed: expected a whole number from 0; rows that differ: 1"


@pytest.mark.parametrize("counts", ["6,5,6", "6,7,5"])
def test_more_interviews_than_eligible_or_issued_addresses_are_refused(records, counts):
    (found,) = faults(records, fieldwork=FIELDWORK_CSV.replace("6,5,0", counts))
    assert found == "unit n/2: expected completed + refused <= eligible <= issued - unknown"


def test_units_of_one_record_only_are_named(records):
    assert faults(records, sampling=SAMPLING.replace("s,1", "s,2")) == [
        "unit s/2 stands in sampling.csv only",
        "unit s/1 stands in fieldwork.csv only",
    ]


def test_a_unit_recorded_twice_is_refused(records):
    assert faults(records, sampling=SAMPLING + "n,1,0.1,0.01\n") == [
        "sampling.csv names a unit twice"
    ]


def test_a_missing_record_tells_its_columns(tmp_path):
    with pytest.raises(MicrodataError, match=r"sampling\.csv: the record is missing") as caught:
        read_fieldwork(tmp_path)
    assert caught.value.hint == "columns: stratum, psu, psu_prob, household_prob"


def test_an_empty_file_is_no_record(records):
    assert faults(records, sampling="") == ["expected a CSV table with a header"]


def test_without_a_record_the_table_is_empty_and_sound():
    assert check(FIELDWORK, no_fieldwork()).empty
