"""Released tables of the city and of the country, with realistic figures."""

from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.present.measured import Measured
from pipeline.present.results import Results
from tests.present.measurement import measured
from tests.present.monitors import CITY, STANDARD, YEARS

MEASURED = measured()

# Shares of 2025 in percent, standard errors in points, respondents.
LATEST = {
    ("all", "all"): (13.6, 0.95, 2406),
    ("county", "510402"): (17.9, 1.6, 780),
    ("county", "510403"): (13.2, 1.9, 318),
    ("county", "510411"): (12.1, 1.7, 502),
    ("county", "510421"): (10.6, 1.8, 441),
    ("county", "510422"): (9.8, 2.0, 365),
    ("urban_rural", "urban"): (16.4, 1.2, 1610),
    ("urban_rural", "rural"): (8.1, 1.1, 796),
    ("county*urban_rural", "510402*urban"): (18.2, 1.7, 741),
    ("county*urban_rural", "510402*rural"): (11.0, 5.1, 39),
    ("sex", "male"): (14.9, 1.2, 1188),
    ("sex", "female"): (12.2, 1.1, 1218),
    ("age_group", "18-29"): (24.1, 2.6, 402),
    ("age_group", "30-39"): (18.3, 2.2, 480),
    ("age_group", "40-49"): (12.9, 1.7, 544),
    ("age_group", "50-59"): (8.2, 1.3, 602),
    ("age_group", "60-69"): (4.6, 1.2, 378),
    ("education", "primary_or_below"): (2.9, 0.8, 520),
    ("education", "junior_secondary"): (7.8, 1.0, 880),
    ("education", "senior_secondary"): (17.1, 2.1, 470),
    ("education", "junior_college"): (25.0, 2.9, 310),
    ("education", "bachelor_or_above"): (42.7, 4.0, 226),
    ("key_group", "farmer"): (5.2, 1.2, 430),
    ("key_group", "industrial_worker"): (11.7, 2.0, 350),
    ("key_group", "older_adult"): (4.6, 1.2, 378),
    ("key_group", "cadre_civil_servant"): (33.0, 9.5, 28),
}
CITY_SHARES = {2020: (10.1, 1.7, 700), 2022: (11.8, 1.1, 1500), 2023: (12.4, 1.0, 1800)}
NATION = {2010: 3.27, 2015: 6.20, 2018: 8.47, 2020: 10.56, 2022: 12.93, 2023: 14.14, 2024: 15.37}


def row(share: float, se: float, n: int, *, df: float = 50, flag: str = "publish") -> dict:
    """Figures of one share; percent and points in, fractions out."""
    p, s = share / 100, se / 100
    if n < 30:
        flag = "withhold"
    elif se / share > 0.19 and flag == "publish":
        flag = "review"
    n_eff = p * (1 - p) / s**2
    return {
        "estimate": p, "se": s, "ci_low": max(p - 1.96 * s, 0.001), "ci_high": p + 2.05 * s,
        "df": float(df), "n": n, "n_psu": 60, "n_strata": 10, "n_eff": n_eff, "deff": n / n_eff,
        "cv": s / p, "population": 1000.0 * n, "flag": flag,
        "reason": "" if flag == "publish" else "small_n",
    }  # fmt: skip


def estimates(**changed: object) -> pd.DataFrame:
    """Estimates of all waves; `changed` gives other figures for "domain/category" of 2025."""
    latest = LATEST | {tuple(key.split("/")): value for key, value in changed.items()}
    rows = []
    for year in YEARS:
        city, _, n = CITY_SHARES.get(year, latest["all", "all"])
        for (domain, category), (share, own_se, own_n) in latest.items():
            scale, size = city / LATEST["all", "all"][0], n / LATEST["all", "all"][2]
            is_now = year == YEARS[-1]
            figures = (
                (share, own_se, own_n)
                if is_now
                else (share * scale, own_se * size**-0.5, round(own_n * size))
            )
            found = row(*figures, df=5 if year == YEARS[0] else 50)
            rows += [
                {
                    "wave": str(year),
                    "domain": domain,
                    "category": category,
                    "measure": measure,
                    "standard": STANDARD,
                    "weighting": "final",
                    "indicator": "is_literate",
                    **found,
                }
                for measure in ("share", "total")
            ]
        mean = row(52.1, 0.8, n) | {"estimate": 52.1, "se": 0.8, "ci_low": 50.5, "ci_high": 53.7}
        rows.append(
            {
                "wave": str(year),
                "domain": "all",
                "category": "all",
                "measure": "mean",
                "standard": STANDARD,
                "weighting": "final",
                "indicator": "score",
                **mean,
            }
        )
    frame = pd.DataFrame(rows)
    totals = frame["measure"] == "total"
    for name in ("estimate", "se", "ci_low", "ci_high"):
        frame.loc[totals, name] *= frame.loc[totals, "population"]
    few = (frame["df"] < 8) & (frame["flag"] == "publish") & (frame["domain"] == "all")
    return frame.assign(flag=frame["flag"].mask(few, "review"))


def figures_of(shares: dict[int, tuple[float, float, int]]) -> pd.DataFrame:
    """Estimates of the whole city alone, by year: percent, points, respondents."""
    rows = [
        {"wave": str(year), "domain": "all", "category": "all", "measure": "share",
         "standard": STANDARD, "weighting": "final", "indicator": "is_literate", **row(*figures)}
        for year, figures in shares.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def trend(frame: pd.DataFrame) -> pd.DataFrame:
    """Own shares and published figures."""
    shares = frame[(frame["indicator"] == "is_literate") & (frame["measure"] == "share")]
    own = shares.assign(area_code=CITY, kind="survey", year=shares["wave"].astype(int),
                        citation=None, sample_size=shares["n"].astype(float))  # fmt: skip
    published = [
        {"area_code": "100000", "year": year, "estimate": share / 100,
         "standard": "cast_100" if year >= 2018 else "miller_3part",
         "citation": f"公开报道，{year + 1}年"}
        for year, share in NATION.items()
    ]  # fmt: skip
    published.append({"area_code": "510000", "year": 2010, "estimate": 0.028,
                      "standard": "miller_3part", "citation": "省实施方案，2012年"})  # fmt: skip
    others = pd.DataFrame(published).assign(
        kind="published", wave="", domain="all", category="all", se=np.nan, ci_low=np.nan,
        ci_high=np.nan, sample_size=np.nan, flag="publish",
    )  # fmt: skip
    columns = [*others.columns]
    return pd.concat([own[columns], others], ignore_index=True)


def changes(*, latest: float = 0.012, is_significant: bool = False) -> pd.DataFrame:
    """Changes of the city's share between consecutive waves."""
    waves = [str(year) for year in YEARS]
    rows = [
        {"wave_from": a, "wave_to": b, "change": 0.011, "is_significant": False}
        for a, b in pairwise(waves[:-1])
    ]
    rows.append({"wave_from": waves[-2], "wave_to": waves[-1], "change": latest,
                 "is_significant": is_significant})  # fmt: skip
    frame = pd.DataFrame(rows).assign(
        standard=STANDARD, domain="all", category="all", se=0.0135, df=100.0,
        p_value=0.38, flag="publish",
    )  # fmt: skip
    if is_significant:
        frame = frame.assign(se=0.004, p_value=0.0004)
    half = 1.98 * frame["se"]
    return frame.assign(ci_low=frame["change"] - half, ci_high=frame["change"] + half)


def gaps() -> pd.DataFrame:
    """Urban minus rural and male minus female over the waves."""
    sizes = {"urban_rural": (0.083, 0.016, 2.02), "sex": (0.027, 0.016, 1.22)}
    pairs = {"urban_rural": ("urban", "rural"), "sex": ("male", "female")}
    rows = []
    for k, year in enumerate(YEARS):
        for gap, (points, se, ratio) in sizes.items():
            size = points * (0.8 + 0.2 * k / 3)
            a, b = pairs[gap]
            common = {"wave": str(year), "standard": STANDARD, "gap": gap, "category_a": a,
                      "category_b": b, "df": 50.0, "flag": "publish"}  # fmt: skip
            rows.append({**common, "comparison": "points", "estimate": size, "se": se,
                         "ci_low": size - 2 * se, "ci_high": size + 2 * se})  # fmt: skip
            rows.append({**common, "comparison": "ratio", "estimate": ratio, "se": 0.2,
                         "ci_low": ratio - 0.4, "ci_high": ratio + 0.4})  # fmt: skip
    return pd.DataFrame(rows)


def ranks() -> pd.DataFrame:
    """Places of two counties in the latest wave that their errors leave open."""
    common = {"wave": "2025", "standard": STANDARD, "domain": "county", "may_rank": False}
    return pd.DataFrame(
        [
            {**common, "category": "510402", "estimate": 0.179, "rank": 1, "rank_low": 1,
             "rank_high": 2, "prob_highest": 0.93},
            {**common, "category": "510403", "estimate": 0.141, "rank": 2, "rank_low": 1,
             "rank_high": 2, "prob_highest": 0.07},
        ]
    )  # fmt: skip


def verdicts() -> pd.DataFrame:
    """The latest wave against the city's three targets."""
    common = {"wave": "2025", "standard": STANDARD, "area_code": CITY, "estimate": 0.136,
              "se": 0.0095, "df": 50.0}  # fmt: skip
    return pd.DataFrame(
        [
            {**common, "target_id": "floor25", "target_year": 2025, "is_due": True,
             "operator": ">", "target": 0.13, "p_value": 0.26, "prob_met": 0.74,
             "verdict": "not_decided", "n_needed": 21843.0},
            {**common, "target_id": "stretch25", "target_year": 2025, "is_due": True,
             "operator": ">=", "target": 0.15, "p_value": 0.927, "prob_met": 0.073,
             "verdict": "not_decided", "n_needed": 3719.0},
            {**common, "target_id": "goal35", "target_year": 2035, "is_due": False,
             "operator": ">=", "target": 0.25, "p_value": 0.99999, "prob_met": 0.00001,
             "verdict": "shown_below", "n_needed": 240.0},
        ]
    )  # fmt: skip


def weights() -> pd.DataFrame:
    """Facts about the weights of each wave."""
    facts = {"n": 1200.0, "kish_deff": 1.43, "n_eff": 839.2, "min": 0.31, "median": 0.92,
             "max": 4.8, "raking_rounds": 7.0, "raking_gap": 2e-10, "trimmed_low": 0.0,
             "trimmed_high": 3.0}  # fmt: skip
    rows = [(str(y), name, value) for y in YEARS for name, value in facts.items()]
    return pd.DataFrame(rows, columns=["wave", "diagnostic", "value"])


def margins() -> pd.DataFrame:
    """Fit of the latest wave to its margins."""
    columns = ["wave", "margin", "category", "population_share", "before", "after"]
    rows = [
        ("2025", "county_sex_age", "510402*male*18-29", 0.04, 0.05, 0.04),
        ("2025", "county_sex_age", "510403*male+female*18-29+30-39", 0.06, 0.05, 0.06),
        ("2025", "education", "junior_college", 0.11, 0.18, 0.11),
    ]
    return pd.DataFrame(rows, columns=columns)


def results(*, measurement: Measured | None = MEASURED, **changed: pd.DataFrame) -> Results:
    """All tables of the city."""
    frame = changed.pop("estimates", None)
    frame = estimates() if frame is None else frame
    tables = {
        "estimates": frame, "trend": trend(frame), "changes": changes(), "gaps": gaps(),
        "ranks": ranks(), "verdicts": verdicts(), "weights": weights(), "margins": margins(),
    }  # fmt: skip
    return Results.released(measurement=measurement, **(tables | changed))


def country_results() -> Results:
    """The country's tables: shares by region, no gaps, targets, references or margins."""
    regions = {("region4", str(k)): (40.0 + 5 * k, 2.0, 300) for k in range(1, 5)}
    shares = {("all", "all"): (46.0, 1.6, 1390)} | regions
    rows = [
        {"wave": str(year), "domain": domain, "category": category, "measure": "share",
         "standard": STANDARD, "weighting": "final", "indicator": "is_literate", **row(*figures)}
        for year in YEARS
        for (domain, category), figures in shares.items()
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    own = trend(frame)
    return results(
        estimates=frame,
        trend=own[own["kind"] == "survey"],
        gaps=gaps().iloc[:0],
        ranks=ranks().iloc[:0],
        verdicts=verdicts().iloc[:0],
        margins=margins().iloc[:0],
        measurement=None,
    )
