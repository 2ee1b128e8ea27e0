"""Weights after a step: of single rows, their range and their spread."""

import re

import numpy as np

from tests.oracle.survey.cases import Answers, Case, Folder
from tests.oracle.survey.designs import design_of, frame_of
from tests.oracle.survey.steps import adjusted


def answer(folder: Folder, case: Case) -> Answers:
    """Rows are counted from 1 in the filtered file."""
    before = design_of(folder, case, frame_of(folder, case))
    after = adjusted(before, case)
    weight = np.asarray(after.weight)
    factor = weight / np.asarray(before.weight)
    kish = after.design_effects(as_in_r=True).set_index("reference").loc["kish"]
    answers = {
        **{"g_min": factor.min(), "min_g": factor.min()},
        **{"g_max": factor.max(), "max_g": factor.max()},
        **{"sum_w": weight.sum(), "sum_w2": float(weight @ weight)},
        **{"deff_kish": kish["deff"], "n_eff": kish["n_eff"]},
        **{"w_min": weight.min(), "w_max": weight.max(), "n_pos": float((weight > 0).sum())},
    }
    for number in case.numbers:
        if row := re.fullmatch(r"w_(?:row)?(\d+)", number.statistic):
            answers[number.statistic] = weight[int(row[1]) - 1]
    return {("", name): float(value) for name, value in answers.items()}
