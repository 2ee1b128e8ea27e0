"""Korn-Graubard intervals in the form of the NCHS, with its presentation rules."""

from tests.oracle.survey import estimates
from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.conditions import mask_of
from tests.oracle.survey.designs import design_of, frame_of
from tests.oracle.survey.steps import adjusted

COLUMNS = {
    "est": "estimate",
    "se": "se",
    "ci_low": "ci_low",
    "ci_high": "ci_high",
    "n": "n",
    "n_eff": "n_eff",
    "n_eff_df": "n_eff_df",
    "df": "df",
    "abs_width": "width",
    "rel_width": "relative_width",
    "nchs_suppress": "suppress",
    "nchs_footnote_complement": "footnote_complement",
    "nchs_review": "review",
}


def answer(folder: Folder, case: Case) -> Answers:
    """One row of the presentation table."""
    frame, ys = estimates.with_columns(
        frame_of(folder, case), estimates.listed(case.estimand.get("y"))
    )
    design = adjusted(design_of(folder, case, frame), case)
    domain = case.estimand.get("domain")
    where = mask_of(design.frame, domain) if domain else None
    row = design.presentation(ys[0], where=where).iloc[0]
    return {("", name): float(row[column]) for name, column in COLUMNS.items()}
