"""The register of waves and the description of one."""

import pytest

from pipeline.config.loading import parse
from pipeline.config.wave import ColumnMap, Register, WaveDescription, load_register
from pipeline.errors import ConfigError


def register(years: dict[str, int]) -> Register:
    entry = {"instrument": "i", "plan": "p", "population": "c"}
    content = {
        "code": "pipeline",
        "monitor": {
            "id": "m",
            "title_en": "M",
            "area_code": "1",
            "area_en": "A",
            "population_en": "adults",
            "languages": ["en"],
        },
        "waves": {name: entry | {"year": year} for name, year in years.items()},
    }
    return parse(Register, content, "waves.toml")


def test_waves_stand_in_the_order_of_their_years_and_then_their_names():
    assert register({"2025b": 2025, "2025a": 2025, "2020": 2020}).ordered == [
        "2020",
        "2025a",
        "2025b",
    ]


def test_an_unregistered_wave_is_refused_with_the_registered_ones():
    with pytest.raises(ConfigError, match=r"wave 2027 is not registered; registered: 2020, 2025"):
        register({"2020": 2020, "2025": 2025}).wave("2027")


@pytest.mark.parametrize("name", ["2025/1", "2025 spring", "二〇二五", "a@b", ""])
def test_a_wave_whose_name_cannot_name_a_folder_and_a_stage_is_refused(name):
    with pytest.raises(ConfigError, match="waves"):
        register({name: 2025})


def test_a_register_without_a_language_is_refused(tmp_path):
    (tmp_path / "waves.toml").write_text('code = "x"\n[monitor]\nlanguages = []\n', "utf-8")
    with pytest.raises(ConfigError, match=r"key monitor\.languages"):
        load_register(tmp_path / "waves.toml")


def test_a_kind_of_missing_answer_must_be_one_of_four():
    with pytest.raises(ConfigError, match=r"key missing\.9.+'not_asked', 'dont_know', 'refused'"):
        parse(ColumnMap, {"sources": {}, "missing": {"9": "lost"}}, "columns.toml")


def test_the_origin_of_a_wave_must_be_stated():
    with pytest.raises(ConfigError, match="key origin is missing"):
        parse(WaveDescription, {"title_en": "x"}, "wave.toml")
