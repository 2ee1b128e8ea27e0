"""Tests of independence, of given shares and of means."""

import math

from pipeline import survey
from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.conditions import mask_of
from tests.oracle.survey.designs import AnyDesign, design_of, frame_of
from tests.oracle.survey.estimates import level_of, listed, with_columns
from tests.oracle.survey.steps import adjusted

STATISTICS = {"lincom": "saddlepoint"}  # the reference ran without CompQuadForm


def independence(folder: Folder, case: Case) -> Answers:
    """R's "lincom" is our "exact", but took a saddlepoint where CompQuadForm was missing."""
    given = case.estimand["vars"]
    names = given.split("+") if isinstance(given, str) else list(given)
    design, where = _design(folder, case, [])
    statistic = case.estimand.get("statistic", "F")
    statistic = STATISTICS.get(statistic, statistic)
    rows, columns = (name.strip() for name in names)
    is_sum = statistic in ("exact", "saddlepoint")
    options = {"df": math.inf} if is_sum and isinstance(design, survey.ReplicateDesign) else {}
    found = design.test_independence(rows, columns, where=where, statistic=statistic, **options)
    answers = {
        "statistic": found.statistic,
        "p_value": found.p_value,
        "df_ndf": found.df,
        "df_ddf": found.ddf,
        "df_df": found.df,
    }
    return {("", name): value for name, value in answers.items() if not math.isnan(value)}


def goodness_of_fit(folder: Folder, case: Case) -> Answers:
    """Shares stand in the order of the categories."""
    y = listed(case.estimand["y"])[0]
    design, where = _design(folder, case, [])
    levels = sorted(design.frame[y].dropna().unique())
    shares = dict(zip(levels, case.estimand["p"], strict=True))
    found = design.goodness_of_fit(y, shares, where=where)
    return {
        ("", "statistic"): found.statistic,
        ("", "p_value"): found.p_value,
        ("", "df_df"): found.df,
        ("", "df_scale"): found.scale,
    }


def t_test(folder: Folder, case: Case) -> Answers:
    """One mean against 0, or two groups."""
    ys = listed(case.estimand["y"])
    design, where = _design(folder, case, ys)
    by = listed(case.estimand.get("by")) or [None]
    found = design.t_test(ys[0], by[0], where=where, level=level_of(case))
    return {
        ("", "estimate"): found.estimate,
        ("", "statistic"): found.statistic,
        ("", "df_df"): found.df,
        ("", "p_value"): found.p_value,
        ("", "ci_low"): found.ci_low,
        ("", "ci_high"): found.ci_high,
        ("", "se"): found.se,
    }


def _design(folder: Folder, case: Case, ys: list[str]) -> tuple[AnyDesign, object]:
    frame, _ = with_columns(frame_of(folder, case), ys)
    design = adjusted(design_of(folder, case, frame), case)
    domain = case.estimand.get("domain")
    return design, mask_of(design.frame, domain) if domain else None
