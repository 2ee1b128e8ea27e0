"""A town of two counties, eight units and forty people, small enough to check by hand."""

import numpy as np
import pandas as pd
import pytest

from pipeline.config.instrument import Instrument
from pipeline.config.loading import parse
from pipeline.config.plan import Plan
from pipeline.config.standard import Standard

COUNTIES, SEXES = ("n", "s"), ("f", "m")


def codes(*names: str) -> list[dict[str, str]]:
    return [{"code": name, "title_en": name} for name in names]


@pytest.fixture
def instrument() -> Instrument:
    variable = {"title_en": "x", "kind": "code", "role": "demographic"}
    content = {
        "id": "town",
        "version": "1",
        "status": "synthetic",
        "title_en": "Town",
        "population": {"age_min": 20, "age_max": 59},
        "age_variable": "age",
        "items": [],
        "variables": [
            {"id": "county", **variable, "codes": codes(*COUNTIES)},
            {"id": "sex", **variable, "codes": codes(*SEXES)},
            {"id": "age", **variable, "kind": "integer"},
        ],
        "questions": [
            {"id": "tv", "title_en": "TV", "text_en": "TV?", "kind": "single", "block": "channels",
             "options": codes("1", "2")},
        ],
        "domains": [
            {"id": "county", "title_en": "County", "variable": "county"},
            {"id": "sex", "title_en": "Sex", "variable": "sex"},
            {"id": "group", "title_en": "Group", "members": [
                {"value": "women", "title_en": "Women",
                 "all_of": [{"variable": "sex", "codes": ["f"]}]},
                {"value": "older", "title_en": "Older", "all_of": [{"variable": "age", "min": 40}]},
            ]},
        ],
    }  # fmt: skip
    return parse(Instrument, content, "town")


@pytest.fixture
def standard() -> Standard:
    content = {
        "id": "quiz",
        "version": "1",
        "status": "synthetic",
        "title_en": "Quiz",
        "title_zh": "",
        "score_max": 10.0,
        "source": {"title": "test", "accessed": "2026-01-01"},
        "population": {"age_min": 18},
        "dimensions": [{"id": "all", "title_zh": "", "title_en": "All", "points": 10.0}],
        "pass": {"rule": "total", "cut": 6.0, "inclusive": True},
        "levels": [{"id": "high", "title_zh": "", "title_en": "High", "cut": 9.0}],
        "missing": {"not_asked": "not_scored", "dont_know": "wrong", "refused": "wrong",
                    "invalid": "wrong"},
    }  # fmt: skip
    return parse(Standard, content, "quiz")


@pytest.fixture
def plan() -> Plan:
    content = {
        "id": "town",
        "version": "1",
        "title_en": "Town",
        "headline": "quiz",
        "standards": ["quiz"],
        "cleaning": {"quarantine": []},
        "weights": {
            "method": "calibrated",
            "nonresponse": {"class_by": ["stratum"]},
            "margins": [
                {"id": "county_sex", "by": ["county", "sex"], "min_respondents": 2,
                 "merge_along": ["sex"]},
            ],
            "raking": {"tolerance": 1e-9, "max_rounds": 50},
        },
        "variance": {"method": "linearised", "lonely_psu": "fail"},
        "estimates": {
            "confidence": 0.95, "interval": "korn_graubard",
            "domains": ["county", "sex", "county*sex", "group"],
            "gaps": ["sex"], "levels": True, "dimensions": True, "items": True,
            "population_total": True,
            "indicators": [{"id": "tv", "question": "tv", "codes": ["1"], "title_en": "TV"}],
            "ratios": [{"id": "tv_tv", "title_en": "TV per TV",
                        "numerator": {"question": "tv", "codes": ["1"]},
                        "denominator": {"question": "tv", "codes": ["1", "2"]}}],
        },
        "publication": {"min_n": 2, "min_n_eff": 2, "max_width": 0.99, "always_width": 0.05,
                        "max_relative_width": 20, "min_df": 1, "review_cv": 1, "withhold_cv": 2,
                        "note": ""},
        "test": {"alpha": 0.05, "power": 0.8},
    }  # fmt: skip
    return parse(Plan, content, "town")


@pytest.fixture
def people() -> pd.DataFrame:
    """Forty people, five in each of eight units, two strata of four units."""
    n = 40
    unit = np.repeat(np.arange(8), 5)
    county = np.where(unit < 4, "n", "s")
    return pd.DataFrame(
        {
            "respondent_id": [f"t-{k:02d}" for k in range(n)],
            "wave": "t",
            "source": "probability",
            "stratum": county,
            "psu": [f"{c}/{u}" for c, u in zip(county, unit, strict=True)],
            "psu_prob": 0.2,
            "household_prob": 0.1,
            "person_prob": np.where(np.arange(n) % 2, 0.5, 1.0),
            "county": county,
            "sex": np.where(np.arange(n) % 3, "f", "m"),
            "age": 20 + np.arange(n),
            "group_women": (np.arange(n) % 3) > 0,
            "group_older": np.arange(n) >= 20,
        }
    )


@pytest.fixture
def fieldwork(people: pd.DataFrame) -> pd.DataFrame:
    units = people[["stratum", "psu"]].drop_duplicates().reset_index(drop=True)
    return units.assign(
        psu_prob=0.2,
        household_prob=0.1,
        issued=12,
        eligible=10,
        completed=5,
        refused=2,
        unknown=0,
    )


@pytest.fixture
def margins() -> dict[str, pd.DataFrame]:
    rows = [("n", "f", 2000), ("n", "m", 1500), ("s", "f", 1000), ("s", "m", 900)]
    return {"county_sex": pd.DataFrame(rows, columns=["county", "sex", "count"])}
