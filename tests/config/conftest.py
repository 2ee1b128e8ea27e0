"""The smallest sound content of each kind of file, to be spoilt one key at a time."""

from copy import deepcopy
from typing import Any

import pytest

Content = dict[str, Any]

_STANDARD: Content = {
    "id": "quiz",
    "version": "1",
    "status": "synthetic",
    "title_zh": "",
    "title_en": "Quiz",
    "score_max": 10,
    "source": {"title": "none", "accessed": "2026-01-01"},
    "population": {"age_min": 18, "age_max": 69},
    "dimensions": [
        {"id": "facts", "title_zh": "", "title_en": "Facts", "points": 6},
        {"id": "skills", "title_zh": "", "title_en": "Skills", "points": 4},
    ],
    "pass": {"rule": "total", "cut": 6, "inclusive": True},
    "levels": [
        {"id": "high", "title_zh": "", "title_en": "High", "cut": 9},
        {"id": "pass", "title_zh": "", "title_en": "Pass", "cut": 6},
    ],
    "missing": {
        "not_asked": "not_scored",
        "dont_know": "wrong",
        "refused": "wrong",
        "invalid": "wrong",
    },
}

_INSTRUMENT: Content = {
    "id": "town",
    "version": "1",
    "status": "synthetic",
    "title_en": "Town",
    "population": {"age_min": 18, "age_max": 69},
    "age_variable": "age",
    "items": ["q1", "q2"],
    "variables": [
        {"id": "age", "title_en": "Age", "kind": "integer", "role": "demographic"},
        {
            "id": "area",
            "title_en": "Area",
            "kind": "code",
            "role": "design",
            "codes": [{"code": "n", "title_en": "North"}, {"code": "s", "title_en": "South"}],
        },
    ],
    "questions": [
        {
            "id": "news",
            "title_en": "News",
            "text_en": "Where from?",
            "kind": "single",
            "block": "channels",
            "options": [{"code": "1", "title_en": "TV"}, {"code": "2", "title_en": "Web"}],
        }
    ],
    "domains": [
        {"id": "area", "title_en": "Area", "variable": "area"},
        {
            "id": "age_group",
            "title_en": "Age",
            "variable": "age",
            "bands": [
                {"value": "young", "title_en": "Young", "low": 18, "high": 39},
                {"value": "old", "title_en": "Old", "low": 40},
            ],
        },
        {
            "id": "focus",
            "title_en": "Focus",
            "members": [
                {
                    "value": "northern",
                    "title_en": "N",
                    "any_of": [{"variable": "area", "codes": ["n"]}],
                }
            ],
        },
    ],
}

_ITEM: Content = {
    "id": "q1",
    "type": "single",
    "text_en": "Which?",
    "options": [{"code": "1", "text_en": "This"}, {"code": "2", "text_en": "That"}],
    "key": ["1"],
    "status": "live",
    "scoring": {"quiz": {"dimension": "facts", "points": 6}},
}

_PLAN: Content = {
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
            {
                "id": "m",
                "by": ["area", "age_group"],
                "min_respondents": 2,
                "merge_along": ["age_group"],
            }
        ],
        "raking": {"tolerance": 1e-9, "max_rounds": 50},
    },
    "variance": {"method": "linearised", "lonely_psu": "fail"},
    "estimates": {
        "confidence": 0.95,
        "interval": "korn_graubard",
        "domains": ["area", "area*age_group", "focus"],
        "gaps": ["area"],
        "levels": True,
        "dimensions": True,
        "items": True,
        "population_total": True,
        "indicators": [{"id": "web", "title_en": "Web", "question": "news", "codes": ["2"]}],
        "ratios": [
            {
                "id": "web_tv",
                "title_en": "Web per TV",
                "numerator": {"question": "news", "codes": ["2"]},
                "denominator": {"question": "news", "codes": ["1"]},
            }
        ],
    },
    "publication": {
        "min_n": 30,
        "min_n_eff": 30,
        "max_width": 0.3,
        "always_width": 0.05,
        "max_relative_width": 1.3,
        "min_df": 8,
        "review_cv": 0.165,
        "withhold_cv": 0.33,
        "note": "",
    },
    "test": {"alpha": 0.05, "power": 0.8},
}


@pytest.fixture
def standard() -> Content:
    return deepcopy(_STANDARD)


@pytest.fixture
def instrument() -> Content:
    return deepcopy(_INSTRUMENT)


@pytest.fixture
def item() -> Content:
    return deepcopy(_ITEM)


@pytest.fixture
def plan() -> Content:
    return deepcopy(_PLAN)
