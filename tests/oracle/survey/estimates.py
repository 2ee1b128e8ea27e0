"""Means, shares, totals and ratios, by domain or whole, with intervals and covariances."""

import re
from typing import Any

import numpy as np
import pandas as pd

from pipeline.survey.grid import text_of
from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.conditions import mask_of, values_of
from tests.oracle.survey.designs import AnyDesign, NotUnderstoodError, design_of, frame_of
from tests.oracle.survey.steps import adjusted
from tests.oracle.survey.terms import names_of

INTERVALS = {
    "logit": "r_logit",
    "xlogit": "logit",
    "likelihood": "r_likelihood",
    "asin": "r_asin",
    "beta": "r_beta",
    "mean": "wald",
    "wilson": "wilson",
    "korn-graubard": "korn_graubard",
}
STATISTICS = ("cv", "deff", "ci_low", "ci_high", "n", "n_eff", "df", "se")


def answer(folder: Folder, case: Case) -> Answers:
    """Rows of a table of estimates, under the names that R gives them."""
    frame, ys = with_columns(frame_of(folder, case), listed(case.estimand.get("y")))
    frame = _factors(case, frame, ys)
    design = adjusted(design_of(folder, case, frame), case)
    answers = _named(case, design, ys, estimated(case, design, ys))
    if "ci_method" not in case.estimand:
        answers |= _plain_intervals(case, design, ys)
    return answers


def _plain_intervals(case: Case, design: AnyDesign, ys: list[str]) -> Answers:
    """R puts t intervals around shares as around any mean: of 0/1 columns, one per category."""
    if call_of(case, design.frame, ys)[0] != "share":
        return {}
    columns: dict[str, Any] = {}
    for y in ys:
        levels = sorted(design.frame[y].dropna().unique(), key=str)
        is_plain = pd.api.types.is_numeric_dtype(design.frame[y])
        for level in [None] if is_plain else levels:
            hit = design.frame[y] if is_plain else design.frame[y] == level
            name = y if is_plain else f"{y}{text_of(level)}"
            columns[name] = hit.astype(float).where(design.frame[y].notna())
    wide = design.assign(**columns)
    asked = call_of(case, design.frame, ys)[1] | {"y": list(columns)}
    table = wide.mean(**asked, df=stated_df(case), level=level_of(case))
    named = _named(case, wide, list(columns), table, with_pairs=False)
    return {key: value for key, value in named.items() if key[1] in ("ci_low", "ci_high")}


def estimated(case: Case, design: AnyDesign, ys: list[str]) -> pd.DataFrame:
    """The table of the case's measure."""
    measure, asked = call_of(case, design.frame, ys)
    options = {"df": stated_df(case), "deff": _reference(case), "level": level_of(case)}
    if measure == "share":
        options["interval"] = _interval(case)
    return getattr(design, measure)(**asked, **options)


def call_of(
    case: Case, frame: pd.DataFrame, ys: list[str], measure: str = ""
) -> tuple[str, dict[str, Any]]:
    """Which estimator the case asks for, and its arguments."""
    estimand = case.estimand
    asked: dict[str, Any] = {"y": ys or None, "by": listed(estimand.get("by")) or None}
    if estimand.get("domain"):
        asked["where"] = mask_of(frame, estimand["domain"])
    if measure:
        return measure, asked
    if "x" in estimand:
        return "ratio", asked | {"x": estimand["x"]}
    words = f"{case.stat} {estimand.get('measure', '')}".lower()
    if "total" in words:
        return "total", asked
    is_factor = any(not pd.api.types.is_numeric_dtype(frame[y]) for y in ys)
    if "proportion" in words or is_factor:
        return "share", asked
    if re.search(r"mean|change|gap|odds", words):
        return "mean", asked
    raise NotUnderstoodError(f"statistic: {case.stat}")


def with_columns(frame: pd.DataFrame, texts: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """The frame with a column for every expression; factors and crossings become text."""
    for text in texts:
        if " x " in text and text not in frame:
            axes = text.split(" x ")
            name = f"interaction({', '.join(axes)})"
            crossed = frame[axes].astype(str).agg(".".join, axis=1)
            frame = frame.assign(**{name: crossed.where(frame[axes].notna().all(axis=1))})
        elif text not in frame:
            frame = frame.assign(**{text: values_of(frame, text)})
    return frame, [
        f"interaction({', '.join(text.split(' x '))})" if " x " in text else text for text in texts
    ]


def _factors(case: Case, frame: pd.DataFrame, ys: list[str]) -> pd.DataFrame:
    """Numbers that the terms treat as categories ("race1") become text."""
    terms = {number.term for number in case.numbers}
    for y in ys:
        if pd.api.types.is_numeric_dtype(frame[y]):
            levels = frame[y].dropna().unique()
            if any(f"{y}{text_of(level)}" in terms for level in levels):
                frame = frame.assign(**{y: frame[y].map(text_of, na_action="ignore")})
    return frame


def listed(given: Any) -> list[str]:
    return [] if given is None else [str(name) for name in np.atleast_1d(given)]


def level_of(case: Case) -> float:
    return float(case.estimand.get("level", 0.95))


def stated_df(case: Case) -> Any:
    """Whose degrees of freedom the intervals take: R's are the design's unless stated."""
    stated = case.estimand.get("df", "")
    method = str(case.estimand.get("ci_method", "")).lower()
    if method == "beta":  # R's takes no other than those of the design or domain
        return "domain" if "domain" in case.estimand else "design"
    if isinstance(stated, int | float):
        return float(stated)
    of_domain = "domain" in stated or "leaving out" in stated or method.startswith("korn")
    return "domain" if of_domain else "design"


def _reference(case: Case) -> str:
    stated = str(case.estimand.get("deff", ""))
    is_with = "with replacement" in stated or "replace" in re.findall(r"deff='(\w+)'", case.call)
    return "with_replacement" if is_with else "without_replacement"


def _interval(case: Case) -> str:
    stated = str(case.estimand.get("ci_method", "mean")).lower()
    for word, method in INTERVALS.items():
        if stated.startswith(word):
            return method
    raise NotUnderstoodError(f"interval: {stated}")


def _named(
    case: Case, design: AnyDesign, ys: list[str], table: pd.DataFrame, *, with_pairs: bool = True
) -> Answers:
    """Numbers of the rows under every name R may give them; covariances under pairs."""
    by, answers, places = listed(case.estimand.get("by")), {}, {}
    for place, row in table.reset_index(drop=True).iterrows():
        for name in names_of(row, by=by, several=len(ys) > 1, is_single=len(table) == 1):
            places.setdefault(name, place)
            answers |= {(name, key): float(row[key]) for key in STATISTICS}
            answers[name, "est"] = answers[name, "est_with"] = float(row["estimate"])
            answers |= {(name, "se_with"): float(row["se"]), (name, "n_pos"): float(row["n"])}
    pairs = {number.term for number in case.numbers if number.statistic == "cov"}
    if pairs and with_pairs:
        measure, asked = call_of(case, design.frame, ys)
        matrix = design.covariance(measure, **asked).to_numpy()
        for pair in pairs:
            first, second = (places[name] for name in pair.split("|"))
            answers[pair, "cov"] = float(matrix[first, second])
    return answers
