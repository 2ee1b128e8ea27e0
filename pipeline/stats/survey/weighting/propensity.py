"""Nonresponse adjustment by the estimated probability of an answer.

A logistic model predicts from covariates known for everybody drawn who answers. Respondents
are weighted by 1 / p, or by classes of p, which is safer where the model fits badly.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.logistic import fit_logistic, model_matrix, probabilities
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse

_WHERE = "response propensity"


@dataclass(frozen=True, kw_only=True, eq=False)
class PropensityAdjusted:
    """Weights after adjustment by response propensity, and how well the model serves.

    Attributes:
        weight: (n,) weights; 0 for all but respondents.
        base_weight: (n,) weights before.
        propensity: (n,) estimated probability of an answer.
        coefficients: by name of the covariate.
        balance: per covariate, weighted means of all eligible, of respondents with base
            weights and with adjusted ones, and the two gaps in standard deviations.
        classes: with classes of p, the table of `adjust_nonresponse`; else None.
        adjustment: what the variance needs.
    """

    weight: FloatArray
    base_weight: FloatArray
    propensity: FloatArray
    coefficients: "pd.Series[float]"
    balance: pd.DataFrame
    auc: float
    pseudo_r2: float
    classes: pd.DataFrame | None
    adjustment: Adjustment

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest propensity of the respondents."""
        held = self.propensity[self.weight > 0]
        return float(held.min()), float(held.max())


def adjust_by_propensity(
    weight: FloatArray,
    *,
    responded: BoolArray,
    covariates: Mapping[str, Labels],
    eligible: BoolArray | None = None,
    is_weighted: bool = True,
    n_classes: int | None = None,
) -> PropensityAdjusted:
    """Weight respondents by the inverse of their estimated probability to answer.

    Args:
        weight: (n,) weights of all persons drawn, respondents or not.
        responded: (n,) whether an interview was completed.
        covariates: per name, (n,) amounts or categories, known for all.
        eligible: (n,) whether the person belongs to the population; others leave.
        is_weighted: fit the model with the weights; without, to the sample as drawn.
        n_classes: instead of 1 / p, this many classes of equal numbers by p (5: quintiles)
            and the adjustment within; the classes count as fixed.

    Raises:
        DesignError: weights or covariates cannot be used, or a covariate tells exactly who
            answers.
        EmptyStratumError: a class of p has nobody who responded.

    Source: Rosenbaum & Rubin (1984), JASA 79, 516-524, and Little (1986), International
    Statistical Review 54, 139-157, for classes; Kim & Kim (2007), Canadian Journal of
    Statistics 35, 501-514, for the variance; Valliant, Dever & Kreuter (2018), Practical
    Tools for Designing and Weighting Survey Samples, section 13.5.
    """
    before = np.asarray(weight, dtype=np.float64)
    answered = np.asarray(responded, dtype=np.bool_)
    belongs = np.ones_like(answered) if eligible is None else np.asarray(eligible, dtype=np.bool_)
    matrix, names = model_matrix(covariates)
    _refuse_unusable(before, answered, belongs, len(matrix))
    rows = belongs & (before > 0)
    fit_weight = before[rows] if is_weighted else np.ones(int(rows.sum()))
    coefficients = fit_logistic(matrix[rows], answered[rows], fit_weight, names)
    p = probabilities(matrix, coefficients)
    if n_classes is None:
        adjustment, table = _inverse(before, answered, belongs, matrix, p, is_weighted), None
    else:
        in_class = _classes_of(p, rows, n_classes)
        found = adjust_nonresponse(before, responded=answered, classes=in_class, eligible=belongs)
        adjustment, table = found.adjustment, found.table
    after = before * adjustment.ratio
    return PropensityAdjusted(
        weight=after,
        base_weight=before,
        propensity=p,
        coefficients=pd.Series(coefficients, index=list(names)),
        balance=_balance(matrix, names, before * belongs, before * answered, after),
        auc=_auc(p[rows], answered[rows]),
        pseudo_r2=_pseudo_r2(p[rows], answered[rows], fit_weight),
        classes=table,
        adjustment=adjustment,
    )


def _inverse(
    weight: FloatArray,
    answered: BoolArray,
    belongs: BoolArray,
    matrix: FloatArray,
    p: FloatArray,
    is_weighted: bool,
) -> Adjustment:
    """Weights by 1 / p: the fitted totals of p x are those of the persons drawn."""
    per_weight = np.ones_like(p) if is_weighted else _inverted(weight)
    share = answered * (weight > 0)
    spread = share * weight * (1 - p) / np.square(p)
    return Adjustment(
        ratio=answered / p,
        auxiliaries=matrix * (belongs * p * per_weight)[:, None],
        regression_weight=spread / np.where(per_weight > 0, per_weight, 1),
        is_estimated=True,
    )


def _inverted(weight: FloatArray) -> FloatArray:
    return np.divide(1, weight, out=np.zeros_like(weight), where=weight > 0)


def _classes_of(p: FloatArray, rows: BoolArray, n_classes: int) -> "pd.Series[str]":
    """Class of each row by p, from 1 for the least likely to answer."""
    if n_classes < 2:
        raise DesignError(_WHERE, f"expected two classes or more, got {n_classes}")
    edges = np.quantile(p[rows], np.arange(1, n_classes) / n_classes)
    place = np.searchsorted(np.unique(edges), p, side="left") + 1
    return pd.Series([f"propensity {k}" for k in place])


def _balance(
    matrix: FloatArray,
    names: tuple[str, ...],
    everybody: FloatArray,
    before: FloatArray,
    after: FloatArray,
) -> pd.DataFrame:
    """Means of the covariates under three sets of weights."""
    means = {
        "eligible": everybody @ matrix / everybody.sum(),
        "respondents": before @ matrix / before.sum(),
        "adjusted": after @ matrix / after.sum(),
    }
    table = pd.DataFrame(means, index=pd.Index(names, name="covariate"))
    spread = np.sqrt(everybody @ np.square(matrix - means["eligible"]) / everybody.sum())
    unit = np.where(spread > 0, spread, np.nan)
    table["gap_before"] = (table["respondents"] - table["eligible"]) / unit
    table["gap_after"] = (table["adjusted"] - table["eligible"]) / unit
    return table.drop(index="intercept")


def _auc(p: FloatArray, answered: BoolArray) -> float:
    """Chance that a respondent has a higher p than a nonrespondent: 0.5 tells nothing."""
    yes, no = int(answered.sum()), int((~answered).sum())
    return float((rankdata(p)[answered].sum() - yes * (yes + 1) / 2) / (yes * no))


def _pseudo_r2(p: FloatArray, answered: BoolArray, weight: FloatArray) -> float:
    """McFadden: one minus the log-likelihood over that of the rate alone."""
    rate = float(weight @ answered / weight.sum())
    alone = weight @ np.where(answered, np.log(rate), np.log1p(-rate))
    return float(1 - weight @ np.where(answered, np.log(p), np.log1p(-p)) / alone)


def _refuse_unusable(
    weight: FloatArray, answered: BoolArray, belongs: BoolArray, rows: int
) -> None:
    sizes = {len(weight), len(answered), len(belongs), rows}
    if len(sizes) > 1:
        raise DesignError(_WHERE, f"expected one length, got {sorted(sizes)}")
    counted = belongs & (weight > 0)
    checks = {
        "weight missing, infinite or negative": ~(np.isfinite(weight) & (weight >= 0)),
        "responded, but not eligible": answered & ~belongs,
    }
    faults = [f"{what} in {int(bad.sum())} rows" for what, bad in checks.items() if bad.any()]
    if not faults and len({*answered[counted].tolist()}) < 2:
        faults.append("expected some eligible persons who responded and some who did not")
    if faults:
        raise DesignError(_WHERE, faults, hint="correct the fieldwork record")
