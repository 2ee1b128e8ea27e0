"""Degrees of freedom and design effects of weights."""

import re

import numpy as np
import pandas as pd

from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.conditions import mask_of, values_of
from tests.oracle.survey.designs import AnyDesign, design_of, frame_of, weighted_by
from tests.oracle.survey.estimates import listed
from tests.oracle.survey.steps import adjusted


def degrees_of_freedom(folder: Folder, case: Case) -> Answers:
    """Of the design, of a domain, or of several domains by name."""
    frame = frame_of(folder, case)
    design = adjusted(design_of(folder, case, frame), case)
    domain = case.estimand.get("domain", "")
    answers = {("", "df"): _df(design, mask_of(frame, domain) if ";" not in domain else None)}
    for number in case.numbers:
        if match := re.fullmatch(r"df_(\w+)", number.statistic):
            answers["", number.statistic] = _df(design, _named(frame, match[1]))
    return answers


def design_effects(folder: Folder, case: Case) -> Answers:
    """Kish's, Henry's and Spencer's, by the conventions of R and PracTools."""
    given = case.estimand
    frame = frame_of(folder, case)
    design = adjusted(design_of(folder, case, frame), case)
    if "rows" in given:
        weight = frame[mask_of(frame, given["rows"])]
        design = weighted_by(weight, np.asarray(design.weight)[weight.index])
    elif "weights" in given:
        design = weighted_by(frame, _evaluated(frame, given["weights"]).to_numpy(dtype=float))
    ys = listed(given.get("y"))
    chance = given.get("p", given.get("prob"))
    options = {}
    if isinstance(chance, str):
        design = design.assign(_chance=_evaluated(design.frame, chance))
        options = {"draw_probability": "_chance"}
    found = design.design_effects(*ys, x=listed(given.get("x")), as_in_r=True, **options)
    deff = found.set_index("reference")["deff"]
    kish = found.set_index("reference").loc["kish"]
    answers = {
        "deff_kish": kish["deff"],
        "n_eff": kish["n_eff"],
        "sum_w": kish["sum_of_weights"],
        "deffK": kish["deff"],
        "deffS": deff.get("spencer", np.nan),
        "deffH": deff.get("henry", np.nan),
    }
    return {("", name): float(value) for name, value in answers.items() if not np.isnan(value)}


def _evaluated(frame: pd.DataFrame, text: str) -> "pd.Series[float]":
    """An expression in which mean(column) may stand."""
    plain = re.sub(
        r"(mean|sum)\((\w+)\)",
        lambda found: repr(float(getattr(frame[found[2]], found[1])())),
        text,
    )
    return values_of(frame, plain)


def _named(frame: pd.DataFrame, name: str) -> "pd.Series[bool] | None":
    """Rows of the category of that name in whatever column holds it; "all" is everybody."""
    if name == "all":
        return None
    columns = [column for column in frame if (frame[column].astype(str) == name).any()]
    return frame[columns[0]].astype(str) == name


def _df(design: AnyDesign, where: "pd.Series[bool] | None") -> float:
    return float(design.degrees_of_freedom(where=where)["df"].iloc[0])
