"""Quantiles with their intervals."""

import numpy as np

from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.designs import design_of, frame_of
from tests.oracle.survey.estimates import call_of, level_of, listed, stated_df, with_columns
from tests.oracle.survey.steps import adjusted
from tests.oracle.survey.terms import names_of

INTERVALS = {
    "mean": "wald",
    "beta": "beta",
    "xlogit": "logit",
    "asin": "r_asin",
    "score": "r_score",
    "quantile": "quantile",
}


def answer(folder: Folder, case: Case) -> Answers:
    """Rows are named by their share, after the domain if there is one."""
    estimand = case.estimand
    frame, ys = with_columns(frame_of(folder, case), listed(estimand["y"]))
    design = adjusted(design_of(folder, case, frame), case)
    by, qs = listed(estimand.get("by")), np.atleast_1d(estimand.get("q", 0.5))
    asked = call_of(case, design.frame, ys, measure="quantile")[1]
    del asked["y"]
    answers: Answers = {}
    for y in ys:
        table = design.quantile(
            y,
            [float(q) for q in qs],
            rule=estimand.get("qrule", "math"),
            interval=INTERVALS[estimand.get("ci_method", "mean")],
            level=level_of(case),
            df=stated_df(case),
            **asked,
        )
        for _, row in table.iterrows():
            domains = list(names_of(row, by=by, several=len(ys) > 1, is_single=len(ys) == 1))
            share = f"{row['q']:g}"
            names = [share, *domains] if not by else domains
            names += [f"{name}:{share}" for name in domains] + [f"{y}.{share}"]
            for name in names:
                answers |= {
                    (name, key): float(row[column])
                    for key, column in (("est", "estimate"), ("se", "se"), ("df", "df"))
                }
                answers |= {(name, key): float(row[key]) for key in ("ci_low", "ci_high")}
    return answers
