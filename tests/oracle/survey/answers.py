"""Which family of methods answers a case."""

import math
import re
import warnings
from collections.abc import Callable

from pipeline.errors import PipelineError
from tests.oracle.survey import (
    contrasts,
    dispersion,
    estimates,
    hypotheses,
    models,
    nchs,
    planning,
    quantiles,
    refusals,
    sizes,
    weights,
)
from tests.oracle.survey.cases import Answers, Case, Folder

Family = Callable[[Folder, Case], Answers]

# the first family whose words occur in what is estimated
FAMILIES: dict[str, Family] = {
    r"ratio estimat": contrasts.ratio_estimator,
    r"degrees_of_freedom": sizes.degrees_of_freedom,
    r"refused": refusals.answer,
    r"custom statistic|weighted median": dispersion.own_statistic,
    r"standardis|standardiz": models.standardised,
    r"plausible": models.plausible,
    r"wald test": models.wald,
    r"predicted": models.prediction,
    r"margins": models.margins,
    r"pseudo r": models.explained,
    r"regression|linear model": models.regression,
    r"quantile|median": quantiles.answer,
    r"independence": hypotheses.independence,
    r"goodness of fit": hypotheses.goodness_of_fit,
    r"t test": hypotheses.t_test,
    r"weights (after|\(rows)": weights.answer,
    r"unequal-weighting|henry|spencer|kish|design effect": sizes.design_effects,
    r"kappa|alpha": dispersion.agreement,
    r"population_variance|covariance matrix|population variance": dispersion.answer,
}


def answer(folder: Folder, case: Case) -> tuple[Answers, str]:
    """Our numbers, or why there are none; nothing that a case holds stops the run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return family_of(case)(folder, case), ""
    except PipelineError as refusal:
        told = f"refused: {refusal.__class__.__name__}: {refusal}"
        return {("", "error"): math.nan}, told
    except Exception as fault:  # a case that is not understood is missing, never a crash
        return {}, f"{fault.__class__.__name__}: {fault}"


def family_of(case: Case) -> Family:
    """The family that a case belongs to."""
    if case.group in ("sample_size", "weights"):
        return planning.answer if case.group == "sample_size" else weights.answer
    if "contrast" in case.estimand or any(n.term == "contrast" for n in case.numbers):
        return contrasts.answer
    if "missing" in str(case.estimand.get("note", "")) and "weight" in case.estimand["note"]:
        return refusals.missing_weight
    if str(case.estimand.get("ci_method", "")).lower().startswith("korn"):
        return nchs.answer
    for words, family in FAMILIES.items():
        if re.search(words, case.stat, re.IGNORECASE):
            return family
    return estimates.answer
