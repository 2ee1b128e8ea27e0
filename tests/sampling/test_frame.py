"""The list of communities: read whole or refused, every community in exactly one stratum."""

import pytest

from pipeline.errors import ConfigError
from pipeline.sampling.frame import county_of, read_frame, stratified
from tests.sampling.small_city import list_of_communities


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("community", "c01", "expected every code once; rows that differ: 1"),
        ("community", "../c", "expected letters, digits, - and _; rows that differ: 1"),
        ("households", 0, "expected a whole number above 0; rows that differ: 1"),
        ("households", "many", "expected a whole number above 0"),
        ("urban_rural", "town", "expected urban or rural"),
        ("name", "", "expected text"),
    ],
)
def test_a_list_with_an_impossible_row_is_refused(tmp_path, column, value, fault):
    frame = list_of_communities().astype(object)
    frame.loc[0, column] = value
    frame.to_csv(tmp_path / "frame.csv", index=False)
    with pytest.raises(ConfigError, match=fault):
        read_frame(tmp_path / "frame.csv")


def test_an_absent_list_and_an_absent_column_are_told(tmp_path):
    with pytest.raises(ConfigError, match="the list is missing"):
        read_frame(tmp_path / "frame.csv")
    list_of_communities().drop(columns="name").to_csv(tmp_path / "frame.csv", index=False)
    with pytest.raises(ConfigError, match="column name is missing"):
        read_frame(tmp_path / "frame.csv")


def test_codes_keep_their_leading_zeros_and_rows_their_order(tmp_path):
    frame = list_of_communities()[::-1]
    frame["county"] = frame["county"].replace("A", "01")
    frame.to_csv(tmp_path / "frame.csv", index=False)
    read = read_frame(tmp_path / "frame.csv")
    assert read["community"].tolist() == frame["community"].tolist()
    assert read["county"].iloc[-1] == "01"


def test_a_county_and_its_parts_are_strata():
    members = stratified(list_of_communities(), ["A", "B-urban", "B-rural"])
    assert [len(rows) for rows in members.values()] == [12, 6, 6]
    assert [county_of(name) for name in members] == ["A", "B", "B"]


@pytest.mark.parametrize(
    ("strata", "fault"),
    [
        (["A", "B-urban"], "communities of B-rural are in 0 strata"),
        (["A", "B", "B-rural"], "communities of B-rural are in 2 strata"),
        (["A", "B", "C"], "stratum C has no community"),
    ],
)
def test_strata_that_do_not_cover_the_list_once_are_refused(strata, fault):
    with pytest.raises(ConfigError, match=fault):
        stratified(list_of_communities(), strata)
