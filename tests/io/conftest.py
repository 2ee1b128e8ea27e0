"""A questionnaire of one town and a file of five people, small enough to check by hand."""

import pandas as pd
import pytest

from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.loading import parse


def _codes(*codes: str) -> list[dict[str, str]]:
    return [{"code": code, "title_en": code} for code in codes]


def _item(name: str, kind: str, codes: str, key: str) -> Item:
    options = [{"code": code, "text_en": code} for code in codes]
    content = {"id": name, "type": kind, "text_en": "?", "options": options, "key": list(key)}
    return parse(Item, content | {"status": "live"}, name)


@pytest.fixture
def bank() -> dict[str, Item]:
    """One single and one multiple item."""
    return {"q1": _item("q1", "single", "123", "2"), "q2": _item("q2", "multiple", "12", "1")}


@pytest.fixture
def instrument() -> Instrument:
    """Items q1 and q2, a question, a coded variable and an age."""
    content = {
        "id": "town",
        "version": "1",
        "status": "synthetic",
        "title_en": "Town",
        "population": {"age_min": 18, "age_max": 69},
        "age_variable": "age",
        "items": ["q1", "q2"],
        "variables": [
            {"id": "age", "title_en": "Age", "kind": "integer", "role": "demographic",
             "min": 18, "max": 69},
            {"id": "sex", "title_en": "Sex", "kind": "code", "role": "demographic",
             "codes": _codes("f", "m")},
            {"id": "rooms", "title_en": "Rooms", "kind": "integer", "role": "demographic",
             "required": False},
        ],
        "questions": [
            {"id": "tv", "title_en": "TV", "text_en": "TV?", "kind": "single", "block": "channels",
             "options": _codes("1", "8")},
        ],
        "domains": [
            {"id": "sex", "title_en": "Sex", "variable": "sex"},
            {"id": "gender", "title_en": "Gender", "variable": "sex", "groups": [
                {"value": "women", "title_en": "Women", "codes": ["f"]},
                {"value": "men", "title_en": "Men", "codes": ["m"]}]},
            {"id": "age_group", "title_en": "Age", "variable": "age", "bands": [
                {"value": "young", "title_en": "Young", "low": 18, "high": 39},
                {"value": "older", "title_en": "Older", "low": 50}]},
            {"id": "focus", "title_en": "Focus", "members": [
                {"value": "women", "title_en": "Women",
                 "all_of": [{"variable": "sex", "codes": ["f"]}]},
                {"value": "any_end", "title_en": "Youngest or oldest",
                 "any_of": [{"variable": "age", "max": 29}, {"variable": "age", "min": 60}]},
                {"value": "old_women", "title_en": "Old women",
                 "all_of": [{"variable": "sex", "codes": ["f"]}, {"variable": "age", "min": 50}]}]},
        ],
    }  # fmt: skip
    return parse(Instrument, content, "town")


@pytest.fixture
def raw() -> pd.DataFrame:
    """The delivered file as text codes; the fourth person came by an online push."""
    return pd.DataFrame(
        {
            "ID": ["a", "b", "c", "d", "e"],
            "STRATUM": ["n", "n", "s", None, "s"],
            "UNIT": ["1", "2", "1", None, "1"],
            "HOW": ["probability", "probability", "probability", "online", "probability"],
            "ADULTS": ["1", "2", "4", None, "2"],
            "WHO": ["kim", "lee", "kim", None, "lee"],
            "MINUTES": ["20", "4", "15", "9", None],
            "AGE": ["18", "35", "44", "60", "69"],
            "SEX": ["1", "2", "1", "2", "1"],
            "ROOMS": ["3", None, "99", "2", "1"],
            "Q1": ["2", "98", "1", "99", "2"],
            "Q2A": ["1", "0", "1", "99", "1"],
            "Q2B": ["0", "1", "0", "99", "0"],
            "TV": ["1", "8", "8", "1", "99"],
            "NAME": ["Anna", "Ben", "Cleo", "Dan", "Eva"],
        },
        dtype=object,
    )  # fmt: skip


@pytest.fixture
def column_map() -> dict[str, object]:
    """Content of the column map that fits the file."""
    return {
        "sources": {
            "respondent_id": "ID", "stratum": "STRATUM", "psu": "UNIT", "source": "HOW",
            "eligible_adults": "ADULTS", "interviewer": "WHO", "minutes": "MINUTES",
            "age": "AGE", "sex": "SEX", "rooms": "ROOMS",
            "q1": "Q1", "q2_1": "Q2A", "q2_2": "Q2B", "tv": "TV",
        },
        "recode": {"sex": {"1": "f", "2": "m"}},
        "missing": {"8": "dont_know", "98": "dont_know", "99": "refused"},
        "missing_in": {"rooms": {"99": "refused"}},
    }  # fmt: skip
