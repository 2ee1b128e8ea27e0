"""Reading a TOML file: everything wrong with it is told at once, in words of the file."""

from datetime import date
from typing import Literal

import pytest

from pipeline.config.loading import Model, load, read_toml
from pipeline.errors import ConfigError


class Stop(Model):
    """A bus stop, for want of a simpler model."""

    name: str
    opened: date
    lines: tuple[int, ...] = ()
    roof: Literal["glass", "steel"] = "steel"


class Town(Model):
    """Stops by street, and the main one."""

    main: Stop
    stops: dict[str, Stop] = {}
    fare: float | None = None


MAIN = 'main = { name = "Market", opened = 1990-05-01, lines = [1, 2] }\n'


def faults_of(tmp_path, text: str) -> list[str]:
    path = tmp_path / "town.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(Town, path)
    assert caught.value.where == str(path)
    return caught.value.faults


def test_a_sound_file_becomes_a_frozen_model(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text(MAIN + "fare = 2\n", encoding="utf-8")
    town = load(Town, path)
    assert town == Town(main=Stop(name="Market", opened=date(1990, 5, 1), lines=(1, 2)), fare=2.0)
    with pytest.raises(ValueError, match="frozen"):
        town.fare = 3.0


def test_a_file_saved_by_a_windows_editor_is_read(tmp_path):
    path = tmp_path / "town.toml"
    path.write_text(MAIN, encoding="utf-8-sig")
    assert load(Town, path).main.name == "Market"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (MAIN + "fair = 2\n", "key fair is unknown; did you mean fare?"),
        (MAIN + "zone = 2\n", "key zone is unknown; expected one of fare, main, stops"),
        ('main = { name = "M" }\n', "key main.opened is missing"),
        (MAIN + 'fare = "2"\n', "key fare: expected Input should be a valid number, got '2'"),
        (
            MAIN.replace("]", '], roof = "wood"'),
            "key main.roof: expected Input should be 'glass' or 'steel', got 'wood'",
        ),
        (
            MAIN + 'stops.north = { name = "N", opened = 1991-01-01, line = 3 }\n',
            "key stops.north.line is unknown; did you mean lines?",
        ),
    ],
)
def test_a_fault_names_its_key_what_was_expected_and_what_came(tmp_path, text, fault):
    assert faults_of(tmp_path, text) == [fault]


def test_all_faults_of_a_file_come_together(tmp_path):
    faults = faults_of(tmp_path, MAIN + 'fair = 2\nstops.a = { name = 1, opened = "soon" }\n')
    assert [fault.split()[1].rstrip(":") for fault in faults] == [
        "stops.a.name",
        "stops.a.opened",
        "fair",
    ]


def test_a_missing_file_names_its_neighbours(tmp_path):
    (tmp_path / "village.toml").touch()
    with pytest.raises(ConfigError, match="the file is missing") as caught:
        read_toml(tmp_path / "town.toml")
    assert caught.value.hint == "files there: village.toml"


def test_a_missing_folder_is_said_to_be_missing(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read_toml(tmp_path / "nowhere" / "town.toml")
    assert caught.value.hint.endswith("nowhere does not exist either")


def test_text_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "town.toml").write_bytes('name = "集市"'.encode("gb18030"))
    with pytest.raises(ConfigError, match="expected UTF-8 text"):
        read_toml(tmp_path / "town.toml")


def test_text_that_is_no_toml_is_refused_with_its_place(tmp_path):
    (tmp_path / "town.toml").write_text("name = \n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"expected TOML, got: Invalid value \(at line 1"):
        read_toml(tmp_path / "town.toml")
