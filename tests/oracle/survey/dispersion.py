"""Population variances and covariances, agreement, reliability, own statistics."""

import re

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
from tests.oracle.survey.estimates import listed, with_columns
from tests.oracle.survey.steps import adjusted
from tests.oracle.survey.terms import names_of


def answer(folder: Folder, case: Case) -> Answers:
    """Variances by column, covariance matrices by place."""
    ys, by = listed(case.estimand.get("y")), listed(case.estimand.get("by"))
    design, where = _design(folder, case, ys)
    if len(ys) > 1 and "covariance" in case.stat.lower():
        table = design.population_covariance(ys, where=where)
        places = [*range(1, len(table) + 1)]
        pairs = [f"{a}:{b}" for a, b in zip(table["variable"], table["other"], strict=True)]
        rows = [*zip(places, table.to_dict("records"), strict=True)]
        rows += [*zip(pairs, table.to_dict("records"), strict=True)]
        return {(str(name), k): row[c] for name, row in rows for k, c in COLUMNS.items()}
    answers: Answers = {}
    for y in ys:
        table = design.variance(y, by=by or None, where=where, df="design")
        for _, row in table.iterrows():
            for name in names_of(row, by=by, several=len(ys) > 1, is_single=len(table) == 1):
                answers |= {(name, k): float(row[c]) for k, c in COLUMNS.items()}
    return answers


COLUMNS = {"est": "estimate", "se": "se", "ci_low": "ci_low", "ci_high": "ci_high"}


def agreement(folder: Folder, case: Case) -> Answers:
    """Cohen's kappa, Cronbach's alpha."""
    if "alpha" in case.stat.lower():
        items = listed(case.estimand["items"])
        design, _ = _design(folder, case, [], with_domain=False)
        found = design.alpha(items)
        return {("", "alpha"): found["estimate"].iloc[0], ("", "se"): found["se"].iloc[0]}
    design, where = _design(folder, case, [])
    found = design.kappa(*listed(case.estimand["vars"]), where=where)
    return {
        (name, key): float(found[column].iloc[0])
        for name in ("kappa", "")
        for key, column in COLUMNS.items()
    }


def own_statistic(folder: Folder, case: Case) -> Answers:
    """Functions of the weights, computed again in every replicate."""
    ys = listed(case.estimand.get("y"))
    design, _ = _design(folder, case, ys)
    words = case.stat.lower()
    if "covariance" in words:
        found = design.statistic(lambda weight, frame: _covariance(weight, *(frame[y] for y in ys)))
    elif "median" in words or "quantile" in words:
        found = design.statistic(lambda weight, frame: _median(weight, frame[ys[0]]))
    else:
        raise NotUnderstoodError(f"statistic: {case.stat}")
    return {("", key): float(found[column].iloc[0]) for key, column in COLUMNS.items()}


def _covariance(weight: np.ndarray, x: pd.Series, y: pd.Series) -> float:
    total = weight.sum()
    return (weight * x * y).sum() / total - (weight * x).sum() * (weight * y).sum() / total**2


def _median(weight: np.ndarray, y: pd.Series) -> float:
    rows = y.notna().to_numpy()
    order = np.argsort(y[rows].to_numpy(), kind="stable")
    share = np.cumsum(weight[rows][order]) / weight[rows].sum()
    return float(y[rows].to_numpy()[order][np.flatnonzero(share >= 0.5)[0]])


def _design(
    folder: Folder, case: Case, ys: list[str], *, with_domain: bool = True
) -> tuple[AnyDesign, object]:
    frame, _ = with_columns(frame_of(folder, case), ys)
    design = adjusted(design_of(folder, case, frame), case)
    domain = case.estimand.get("domain") if with_domain else None
    named = bool(domain) and not re.match(r"all |complete", str(domain))
    return design, mask_of(design.frame, domain) if named else None
