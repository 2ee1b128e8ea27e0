"""Differences, ratios and other functions of several estimates."""

from typing import Any

from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.designs import design_of, frame_of
from tests.oracle.survey.estimates import call_of, level_of, listed, with_columns
from tests.oracle.survey.r_text import contrast_of
from tests.oracle.survey.steps import adjusted

STATISTICS = {"est": "estimate", "se": "se", "ci_low": "ci_low", "ci_high": "ci_high"}
LOG_ODDS = "log(`{1}`/(1-`{1}`))-log(`{0}`/(1-`{0}`))"


def answer(folder: Folder, case: Case) -> Answers:
    """One row per contrast; R takes the degrees of freedom of the design."""
    frame, ys = with_columns(frame_of(folder, case), listed(case.estimand.get("y")))
    design = adjusted(design_of(folder, case, frame), case)
    measure, asked = call_of(case, design.frame, ys)
    contrast = _contrast(case, design.frame)
    table = design.contrast(measure, contrast=contrast, df="design", level=level_of(case), **asked)
    return {
        (row["contrast"], key): float(row[column])
        for _, row in table.iterrows()
        for key, column in STATISTICS.items()
    }


def _contrast(case: Case, frame: Any) -> Any:
    stated = case.estimand.get("contrast") or contrast_of(case.call)
    if stated is not None:
        return stated
    early, late = sorted(frame[listed(case.estimand["by"])[0]].dropna().unique())
    return LOG_ODDS.format(early, late) if "odds" in case.stat else {early: -1, late: 1}


def ratio_estimator(folder: Folder, case: Case) -> Answers:
    """A total as ratio times the known total of x; separate ratios in every stratum."""
    given = case.estimand
    frame, ys = with_columns(frame_of(folder, case), listed(given.get("y")))
    design = adjusted(design_of(folder, case, frame), case)
    known = next(given[key] for key in TOTALS if key in given)
    options: dict[str, Any] = {"x": given["x"], "df": "design", "level": level_of(case)}
    if isinstance(known, dict):
        spec = folder.designs[case.design]
        options["by"] = given.get("by") or spec["strata"]
        contrast: Any = {str(level): float(total) for level, total in known.items()}
    else:
        contrast = [float(known)]
    row = design.contrast("ratio", ys, contrast, **options).iloc[0]
    names = ("", "contrast", *ys)
    return {(name, key): float(row[c]) for name in names for key, c in STATISTICS.items()}


TOTALS = ("totals", "total", "x_total", "X", "tx", "population")
