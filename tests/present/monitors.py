"""A monitored city of five counties and four waves, and a country without targets."""

from pipeline.config.instrument import Instrument
from pipeline.config.loading import parse
from pipeline.config.plan import Plan
from pipeline.config.standard import Standard
from pipeline.config.wave import Monitor, WaveDescription
from pipeline.present.context import Context
from pipeline.present.language import Words
from tests.present.bank import bank

CITY = "510400"
YEARS = (2020, 2022, 2023, 2025)
STANDARD = "cast_100@2024"
SOURCE = {"title": "调查组织者发布的说明", "accessed": "2026-11-23"}
COUNTIES = {"510402": "东区", "510403": "西区", "510411": "仁和区", "510421": "米易县",
            "510422": "盐边县"}  # fmt: skip
ENGLISH = {
    "东区": "Dongqu",
    "西区": "Xiqu",
    "仁和区": "Renhe",
    "米易县": "Miyi",
    "盐边县": "Yanbian",
}
AGES = ("18-29", "30-39", "40-49", "50-59", "60-69")
EDUCATION = {
    "primary_or_below": ("小学及以下", "Primary or below"),
    "junior_secondary": ("初中", "Junior secondary"),
    "senior_secondary": ("高中（含中专、职高、技校）", "Senior secondary"),
    "junior_college": ("大学专科", "Junior college"),
    "bachelor_or_above": ("大学本科及以上", "Bachelor or above"),
}
KEY_GROUPS = {
    "farmer": ("农民", "Farmers"),
    "industrial_worker": ("产业工人", "Industrial workers"),
    "older_adult": ("老年人（60-69岁）", "Older adults (60-69)"),
    "cadre_civil_servant": ("领导干部和公务员", "Leading cadres and civil servants"),
}


def standard() -> Standard:
    """The 100-point standard, cut short to what outputs print."""
    content = {
        "id": "cast_100", "version": "2024", "status": "official",
        "title_zh": "公民科学素质百分制测评标准",
        "title_en": "100-point civic science literacy standard",
        "score_max": 100, "source": SOURCE, "population": {"age_min": 18, "age_max": 69},
        "dimensions": [{"id": "knowledge", "title_zh": "科学知识", "title_en": "Knowledge",
                        "points": 100}],
        "pass": {"rule": "total", "cut": 70, "inclusive": True},
        "levels": [{"id": "literate", "title_zh": "具备科学素质", "title_en": "Science literate",
                    "cut": 70}],
        "missing": dict.fromkeys(("not_asked", "dont_know", "refused", "invalid"), "wrong"),
    }  # fmt: skip
    return parse(Standard, content, "standard")


def plan(**changed: object) -> Plan:
    """The plan of the monitored city."""
    content = {
        "id": "pzh", "version": "1", "title_zh": "攀枝花市公民科学素质监测分析方案",
        "title_en": "Analysis plan of the Panzhihua monitor", "headline": "cast_100",
        "standards": ["cast_100"], "cleaning": {"quarantine": []},
        "weights": {
            "method": "calibrated", "nonresponse": {"class_by": ["stratum"]},
            "margins": [
                {"id": "county_sex_age", "by": ["county", "sex", "age_group"],
                 "min_respondents": 5},
                {"id": "education", "by": ["education"], "min_respondents": 5},
            ],
            "raking": {"tolerance": 1e-9, "max_rounds": 100},
        },
        "variance": {"method": "linearised", "lonely_psu": "fail"},
        "estimates": {
            "confidence": 0.95,
            "interval": "korn_graubard",
            "domains": ["county", "urban_rural", "county*urban_rural", "sex", "age_group",
                        "education", "key_group"],
            "gaps": ["urban_rural", "sex"], "levels": True, "dimensions": True, "items": False,
            "population_total": True,
        },
        "publication": {
            "min_n": 30, "min_n_eff": 30, "max_width": 0.3, "always_width": 0.05,
            "max_relative_width": 1.3, "min_df": 8, "review_cv": 0.165, "withhold_cv": 0.33,
            "note": "",
        },
        "test": {"alpha": 0.05, "power": 0.8},
        "measurement": {
            "model": "2pl", "min_reliability": 0.8, "min_accuracy": 0.9, "note": "",
            "anchors": {"min_items": 15, "min_share": 0.2, "max_z": 2.7, "max_delta": 1.5},
            "fairness": {"groupings": ["urban_rural", "sex", "age_group", "education"],
                         "min_group": 200},
            "plausible_values": {"draws": 10, "conditioning": ["county", "sex", "education"]},
        },
    }  # fmt: skip
    return parse(Plan, content | changed, "plan")


def _groups(titles: dict[str, tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"value": value, "title_zh": zh, "title_en": en, "codes": [str(code)]}
        for code, (value, (zh, en)) in enumerate(titles.items())
    ]


def _members(titles: dict[str, tuple[str, str]]) -> list[dict[str, object]]:
    rule = [{"variable": "age", "min": 18}]
    return [
        {"value": value, "title_zh": zh, "title_en": en, "all_of": rule}
        for value, (zh, en) in titles.items()
    ]


def instrument() -> Instrument:
    """The city's questionnaire: variables and reporting domains only."""
    codes = [{"code": c, "title_zh": n, "title_en": ENGLISH[n]} for c, n in COUNTIES.items()]
    code = [{"code": str(number), "title_en": str(number)} for number in range(9)]
    bands = [
        {"value": a, "title_zh": f"{a}岁", "title_en": a, "low": int(a[:2]), "high": int(a[3:])}
        for a in AGES
    ]
    pair = {"urban": ("城镇", "Urban"), "rural": ("乡村", "Rural")}
    sexes = {"male": ("男性", "Male"), "female": ("女性", "Female")}
    content = {
        "id": "demo", "version": "1", "status": "synthetic", "title_en": "Demo",
        "population": {"age_min": 18, "age_max": 69}, "age_variable": "age", "items": [],
        "variables": [
            {"id": "age", "title_en": "Age", "kind": "integer", "role": "demographic"},
            {"id": "code", "title_en": "Code", "kind": "code", "role": "demographic",
             "codes": code},
            {"id": "county_code", "title_en": "County", "kind": "code", "role": "design",
             "codes": codes},
        ],
        "domains": [
            {"id": "county", "title_zh": "县（区）", "title_en": "County",
             "variable": "county_code"},
            {"id": "urban_rural", "title_zh": "城乡", "title_en": "Urban and rural",
             "variable": "code", "groups": _groups(pair)},
            {"id": "sex", "title_zh": "性别", "title_en": "Sex", "variable": "code",
             "groups": _groups(sexes)},
            {"id": "age_group", "title_zh": "年龄", "title_en": "Age", "variable": "age",
             "bands": bands},
            {"id": "education", "title_zh": "受教育程度", "title_en": "Education",
             "variable": "code", "groups": _groups(EDUCATION)},
            {"id": "key_group", "title_zh": "重点人群", "title_en": "Key groups",
             "members": _members(KEY_GROUPS)},
        ],
    }  # fmt: skip
    return parse(Instrument, content, "instrument")


def description(year: int) -> WaveDescription:
    """One wave's fieldwork."""
    content = {
        "title_en": f"Wave {year}", "origin": "synthetic", "microdata": f"wave{year}.sav",
        "fieldwork_start": f"{year}-06-01", "fieldwork_end": f"{year}-07-15",
        "frame": "communities2020",
        "design_zh": "按县（区）与城乡分层，按规模成比例抽取社区（村），每户访问一人。",
        "design_en": "Strata are county by urban or rural; communities are drawn with "
        "probability proportional to size; one person per household.",
        "source": SOURCE,
    }  # fmt: skip
    return parse(WaveDescription, content, "wave")


def context(language: str = "zh-CN", **changed: object) -> Context:
    """What the city's outputs print."""
    english = language == "en"
    monitor = {
        "id": "pzh", "title_zh": "攀枝花市公民科学素质监测",
        "title_en": "Monitoring of citizen science literacy in Panzhihua",
        "area_code": CITY, "area_zh": "攀枝花市", "area_en": "Panzhihua",
        "population_zh": "18—69周岁常住居民", "population_en": "residents aged 18-69",
        "languages": ["zh-CN", "en"],
    }  # fmt: skip
    content = {
        "words": Words.load(language),
        "monitor": parse(Monitor, monitor, "monitor"),
        "is_synthetic": True,
        "standards": (standard(),),
        "plan": plan(),
        "instrument": instrument(),
        "waves": tuple((str(year), year) for year in YEARS),
        "descriptions": {str(year): description(year) for year in YEARS},
        "code": "0.1.0",
        "references": {"100000": "China" if english else "全国",
                       "510000": "Sichuan" if english else "四川省"},
        "targets": {"floor25": "floor", "stretch25": "stretch", "goal35": "goal"},
        "hashes": {"plan": "4f2a" * 16, "margins": "91bc" * 16},
        "items": bank(),
    }  # fmt: skip
    return Context(**(content | changed))


def country(**changed: object) -> Context:
    """A real survey of a country: English only, regions, weights as given, no targets."""
    titles = ("Northeast", "Midwest", "South", "West")
    content = {
        "id": "us", "version": "1", "status": "public", "title_en": "Science module",
        "population": {"age_min": 18}, "age_variable": "age", "items": [],
        "variables": [
            {"id": "age", "title_en": "Age", "kind": "integer", "role": "demographic"},
            {"id": "region", "title_en": "Region", "kind": "code", "role": "demographic",
             "codes": [{"code": str(k), "title_en": t} for k, t in enumerate(titles, start=1)]},
        ],
        "domains": [{"id": "region4", "title_en": "Census region", "variable": "region"}],
    }  # fmt: skip
    monitor = {
        "id": "us", "title_en": "Science knowledge", "area_code": "840",
        "area_en": "United States", "population_en": "adults", "languages": ["en"],
    }  # fmt: skip
    asked = {"domains": ["region4"], "levels": False, "dimensions": False, "items": False,
             "population_total": False, "confidence": 0.95,
             "interval": "korn_graubard"}  # fmt: skip
    own = {
        "words": Words.load("en"),
        "monitor": parse(Monitor, monitor, "monitor"),
        "is_synthetic": False,
        "instrument": parse(Instrument, content, "instrument"),
        "plan": plan(weights={"method": "given", "columns": ["wtssnr"]}, estimates=asked),
        "references": {},
        "targets": {},
        "hashes": {},
    }
    return context("en", **(own | changed))
