"""Our answer to a case: every statistic it asks for, from the package's functions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.stats.survey import contrasts, estimators
from pipeline.stats.survey.design import Design
from pipeline.stats.survey.domains import Domains
from pipeline.stats.survey.estimates import Estimates
from pipeline.stats.survey.intervals import logit_interval, t_interval, wilson_interval
from pipeline.stats.survey.linearised import Linearised, combine, covariance, logit
from tests.oracle.survey.oracle_cases import (
    ONE_STRATUM_FPC,
    Case,
    build_design,
    domain_mask,
    read_data,
)

Answers = dict[tuple[str, str], float]


def answer(folder: Path, case: Case) -> Answers:
    design = build_design(folder, case)
    frame = read_data(folder, case.design)
    terms = _terms(case, design, frame)
    terms = {term: _corrected(row, case.design) for term, row in terms.items()}
    answers: Answers = {}
    for term, row in terms.items():
        answers |= {(term, name): value for name, value in _row(case, design, row).items()}
    numbers = {term: row.at(*row.labels[0]) for term, row in terms.items()}
    for number in case.numbers:
        if number.statistic == "cov":
            pair = [numbers[term] for term in number.term.split("|")]
            answers[number.term, "cov"] = covariance(pair)[0, 1]
    if any(number.term == "contrast" for number in case.numbers):
        answers |= {("contrast", k): v for k, v in _contrast(case, design, numbers).items()}
    return answers


def _terms(case: Case, design: Design, frame: pd.DataFrame) -> dict[str, Estimates]:
    """One estimate per coefficient, named as R names it."""
    estimand = case.estimand
    mask = domain_mask(frame, estimand.get("domain"))
    by = np.atleast_1d(estimand["by"]).tolist() if "by" in estimand else []
    if by:
        labels = frame[by].astype(str).agg(".".join, axis=1)
        domains = Domains.from_categories("by", labels).where(mask)
        every = _estimate(
            estimand["stat"], frame, estimand["y"], estimand.get("x"), design, domains
        )
        return {every.labels[j][1]: _single(every, j) for j in range(len(every.labels))}
    whole = Domains.from_mask("all", "all", mask)
    found = {}
    for y in np.atleast_1d(estimand["y"]).tolist():
        for name, column in _columns(estimand["stat"], frame, y).items():
            term = f"{y}/{estimand['x']}" if "x" in estimand else name
            term = "" if "ci_method" in estimand or case.id.startswith("pub.") else term
            stat, wide = estimand["stat"], frame.assign(**{"_y": column})
            found[term] = _estimate(stat, wide, "_y", estimand.get("x"), design, whole)
    return found


def _columns(stat: str, frame: pd.DataFrame, y: str) -> dict[str, pd.Series]:
    """A variable, or one indicator per level of a factor."""
    if " x " in y:
        axes = y.split(" x ")
        levels = frame[axes].agg(".".join, axis=1)
        name = f"interaction({', '.join(axes)})"
        return {f"{name}{level}": levels == level for level in levels.unique()}
    if y not in frame:
        return {y: frame.eval(y)}
    is_factor = not pd.api.types.is_numeric_dtype(frame[y]) or stat == "total of indicators"
    levels = sorted(frame[y].dropna().unique()) if is_factor else []
    return {f"{y}{level}": frame[y] == level for level in levels} or {y: frame[y]}


def _estimate(
    stat: str, frame: pd.DataFrame, y: str, x: str | None, design: Design, domains: Domains
) -> Estimates:
    values = frame[y].to_numpy(dtype=float)
    if x:
        return estimators.ratio(values, frame[x].to_numpy(dtype=float), design, domains)
    if "total" in stat:
        return estimators.total(values, design, domains)
    if set(values[~np.isnan(values)]) <= {0, 1}:
        return estimators.share(values, design, domains)
    return estimators.mean(values, design, domains)


def _single(every: Estimates, j: int) -> Estimates:
    arrays = ("estimate", "variance", "n", "population", "n_eff", "deff")
    picked = {name: getattr(every, name)[[j]] for name in arrays}
    return replace(every, labels=(every.labels[j],), totals=every.totals.column(j), **picked)


def _corrected(row: Estimates, design: str) -> Estimates:
    """With the finite population correction of a one-stratum design."""
    factor = ONE_STRATUM_FPC.get(design, 1.0)
    totals = row.totals.replaced(np.sqrt(factor) * row.totals.z, row.totals.holds)
    return replace(
        row,
        variance=row.variance * factor,
        n_eff=row.n_eff / factor,
        deff=row.deff * factor,
        totals=totals,
    )


def _row(case: Case, design: Design, row: Estimates) -> dict[str, float]:
    df = _df(case, design, row)
    level = case.estimand.get("level", 0.95)
    method = case.estimand.get("ci_method", "mean")
    if method in ("logit", "xlogit"):
        bounds = logit_interval(row.estimate, row.se, df, n_eff=row.n_eff, level=level)
    elif method == "wilson":
        bounds = wilson_interval(row.estimate, df, n_eff=row.n_eff, level=level)
    else:
        bounds = t_interval(row.estimate, row.se, df, level=level)
    values = {"est": row.estimate, "se": row.se, "cv": row.cv, "n": row.n, "df": row.df}
    values |= {"ci_low": bounds.low, "ci_high": bounds.high, "n_eff": row.n_eff}
    if any(number.statistic == "deff" for number in case.numbers):
        # R's default reference is SRS without replacement: the same times 1 - n/N
        values["deff"] = row.deff / (1 - row.n / row.population)
    return {name: float(value[0]) for name, value in values.items()}


def _df(case: Case, design: Design, row: Estimates) -> np.ndarray:
    stated = case.estimand.get("df", "design")
    if stated == "design":
        return np.array([design.df])
    return np.array([stated]) if isinstance(stated, int) else row.df


def _contrast(case: Case, design: Design, numbers: dict[str, Linearised]) -> dict[str, float]:
    """Later minus earlier wave, or of two gaps; R takes the degrees of freedom of the design."""
    if "log odds" in case.estimand["stat"]:
        gap = contrasts.difference(logit(numbers["2"]), logit(numbers["1"]), level=0.95)
        return {"est": gap.estimate, "se": gap.se}
    coefficients = case.estimand.get("contrast", {"2": 1, "1": -1})
    if isinstance(coefficients, str):  # "E/H" or "api00/api99-1"
        first, second = coefficients.removesuffix("-1").split("/")
        quotient = contrasts.ratio(numbers[first], numbers[second], level=0.95)
        return {"est": quotient.estimate - coefficients.endswith("-1"), "se": quotient.se}
    plus = [numbers[term] for term, sign in coefficients.items() if sign > 0]
    minus = [numbers[term] for term, sign in coefficients.items() if sign < 0]
    if len(plus) == 2:  # a change of a gap: 2.M + 1.F - 2.F - 1.M
        plus, minus = [combine(plus, [1, 1])], [combine(minus, [1, 1])]
    gap = contrasts.difference(plus[0], minus[0], level=0.95)
    low, high = t_interval(
        np.array([gap.estimate]), np.array([gap.se]), np.array([design.df]), level=0.95
    )
    return {"est": gap.estimate, "se": gap.se, "ci_low": low[0], "ci_high": high[0]}
