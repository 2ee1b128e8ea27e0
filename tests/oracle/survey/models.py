"""Regressions, Wald tests, predictions, margins, plausible values, standardised means."""

import re
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.conditions import mask_of
from tests.oracle.survey.designs import (
    AnyDesign,
    NotUnderstoodError,
    design_of,
    frame_of,
)
from tests.oracle.survey.estimates import call_of, listed
from tests.oracle.survey.r_text import arguments, named
from tests.oracle.survey.steps import adjusted
from tests.oracle.survey.terms import names_of

FAMILIES = {"cloglog": "cloglog", "probit": "probit", "logistic": "logit", "logit": "logit",
            "poisson": "poisson", "linear": "gaussian"}  # fmt: skip


def regression(folder: Folder, case: Case) -> Answers:
    """Coefficients by the names of R; df of the residual."""
    model = _model(folder, case)
    answers: Answers = {}
    for _, row in model.table.iterrows():
        answers |= {
            (row["term"], key): float(row[column])
            for key, column in (("est", "estimate"), ("se", "se"), ("t", "t"))
        }
        answers |= {
            (row["term"], key): float(row[key]) for key in ("p_value", "ci_low", "ci_high", "df")
        }
    answers["", "df_resid"] = float(np.min(model.result.df))
    return answers


def wald(folder: Folder, case: Case) -> Answers:
    """The term stands in the words, or in R's call."""
    model = _model(folder, case)
    stated = re.search(r"term (.+)$", case.stat)
    terms = stated[1] if stated else arguments(case.call, "regTermTest")[1].lstrip("~")
    found = model.wald(*(term.strip() for term in re.split(r"\+|,| and ", terms)))
    figures = {"F": found.statistic, "df": found.df, "ddf": found.ddf, "p": found.p_value}
    return {("", name): float(value) for name, value in figures.items()}


def prediction(folder: Folder, case: Case) -> Answers:
    """Rows of the new data, counted from 1."""
    model = _model(folder, case)
    scale = "response" if "type='response'" in case.call.replace('"', "'") else "link"
    found = model.predict(pd.DataFrame(case.estimand["newdata"]), scale=scale)
    return {
        (str(place + 1), key): float(row[column])
        for place, (_, row) in enumerate(found.iterrows())
        for key, column in (("est", "estimate"), ("se", "se"))
    }


def margins(folder: Folder, case: Case) -> Answers:
    """Mean predictions by category."""
    by = listed(case.estimand["by"])[0]
    model = _model(folder, case, factors=[by])
    found = model.margins(by)
    return {
        (str(row[by]), key): float(row[column])
        for _, row in found.iterrows()
        for key, column in (("est", "estimate"), ("se", "se"))
    }


def explained(folder: Folder, case: Case) -> Answers:
    """Pseudo R squared."""
    found = _model(folder, case).pseudo_r2
    return {("", "CoxSnell"): found.cox_snell, ("", "Nagelkerke"): found.nagelkerke}


def plausible(folder: Folder, case: Case) -> Answers:
    """Means by domain, or coefficients, pooled."""
    given = case.estimand
    design = adjusted(design_of(folder, case, frame_of(folder, case)), case)
    where = mask_of(design.frame, given["domain"]) if given.get("domain") else None
    values, by = listed(given["y"]), listed(given.get("by"))
    if "formula" in given:
        name = given["formula"].split("~")[0].strip()
        family = _family(case, given["formula"])
        table = design.plausible_regression(given["formula"], {name: values}, family, where=where)
        rows = [([row["term"]], row) for _, row in table.iterrows()]
    else:
        measure = "total" if "total" in case.stat else "mean"
        table = design.plausible_values(values, measure=measure, by=by or None, where=where)
        rows = [
            ([*names_of(row, by=by, several=False, is_single=len(table) == 1), values[0]], row)
            for _, row in table.iterrows()
        ]
    return {
        (name, key): float(row[column])
        for names, row in rows
        for name in names
        for key, column in (("est", "estimate"), ("se", "se"), ("df", "df"))
    }


def standardised(folder: Folder, case: Case) -> Answers:
    """Population of the standard in the order of the categories, or by name."""
    given = case.estimand
    design = adjusted(design_of(folder, case, frame_of(folder, case)), case)
    column, population = given["standardise"]["by"], given["standardise"]["population"]
    if not isinstance(population, dict):
        levels = sorted(design.frame[column].dropna().unique())
        population = dict(zip(levels, population, strict=True))
    _, asked = call_of(case, design.frame, listed(given["y"]), measure="mean")
    y, by = asked.pop("y")[0], asked.pop("by")
    table = design.standardised_mean(y, {column: population}, by=by, df="design", **asked)
    return {
        (name, key): float(row[column])
        for _, row in table.iterrows()
        for name in names_of(row, by=by or [], several=False, is_single=len(table) == 1)
        for key, column in (("est", "estimate"), ("se", "se"), ("ci_low", "ci_low"),
                            ("ci_high", "ci_high"))
    }  # fmt: skip


def _model(folder: Folder, case: Case, factors: list[str] | None = None) -> Any:
    formula = case.estimand["formula"]
    design: AnyDesign = adjusted(design_of(folder, case, frame_of(folder, case)), case)
    design = _with_factors(folder, design, case, formula, factors or [])
    domain = case.estimand.get("domain")
    options: dict[str, Any] = {}
    if domain:
        options["where"] = mask_of(design.frame, domain)
    if "bell-mccaffrey" in f"{case.stat} {case.call}".lower():
        options["errors"] = "bell_mccaffrey"
        if named(arguments(case.call, "svyglm")).get("degf", "").startswith("T"):
            options["df"] = "satterthwaite"
    return design.regression(formula, _family(case, formula), **options)


def _with_factors(
    folder: Folder, design: AnyDesign, case: Case, formula: str, named_too: list[str]
) -> AnyDesign:
    """Numbers that stand for categories of R become text.

    They show in the terms of a case ("race2"), or in a tested term with several df.
    """
    words = set(re.findall(r"[A-Za-z_][\w.]*", formula.split("~")[1])) | set(named_too)
    terms = {number.term for number in case.numbers}
    for word in words & set(design.frame.columns):
        column = design.frame[word]
        tested = re.search(rf"term {re.escape(word)}$", case.stat)
        several = tested and any(n.statistic == "df" and n.value > 1 for n in case.numbers)
        known = word not in terms and word in folder.factors(case.data)
        if _is_number(column) and (several or known or word in named_too):
            text = column.map(lambda value: f"{value:g}", na_action="ignore")
            design = design.assign(**{word: text.astype(object)})
    return design


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column)


def _family(case: Case, formula: str) -> str:
    words = f"{case.stat} {case.call}".lower()
    for word, family in FAMILIES.items():
        if word in words and family != "gaussian":
            return family
    if "binomial" in words:
        return "logit"
    if "gaussian" in words or "linear" in words or "binomial" not in words:
        return "gaussian"
    raise NotUnderstoodError(f"family of {formula}")
