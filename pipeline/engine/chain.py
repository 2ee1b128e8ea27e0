"""The weighting of one set of base weights, step after step.

The same steps run once for the weights that are used and once more for each unit that the
jackknife leaves out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.config.plan import CalibratedWeights
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.weighting.nonresponse import NonresponseAdjustment, adjust_by_class
from pipeline.stats.survey.weighting.proportional_fitting import IfUnmet
from pipeline.stats.survey.weighting.raking import Raked, rake
from pipeline.stats.survey.weighting.trimming import Trimmed, trim


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Every step of a weighting with its outcome.

    Attributes:
        eligibility: factors by class of addresses whose eligibility is known.
        nonresponse: factors by class of those interviewed.
        known: (n,) eligibility factor of each respondent.
        answered: (n,) nonresponse factor.
        raked: weights on the population margins.
        trimmed: weights within bounds; None without trimming in the plan.
        final: weights on the margins again.
    """

    eligibility: NonresponseAdjustment
    nonresponse: NonresponseAdjustment
    known: FloatArray
    answered: FloatArray
    raked: Raked
    trimmed: Trimmed | None
    final: Raked

    @property
    def kept(self) -> FloatArray:
        """(n,) weights after trimming, before the last raking."""
        return self.raked.weight if self.trimmed is None else self.trimmed.weight

    @property
    def is_trimmed(self) -> BoolArray:
        """(n,) whether trimming stopped the weight, if it touched any."""
        if self.trimmed is None:
            return np.zeros(len(self.kept), dtype=np.bool_)
        is_stopped: BoolArray = np.isin(self.kept, (self.trimmed.low, self.trimmed.high))
        return is_stopped & bool(self.trimmed.n_low or self.trimmed.n_high)


def weigh(
    base: FloatArray,
    classes: "pd.Series[str]",
    fieldwork: pd.DataFrame,
    codes: Mapping[str, "pd.Series[str]"],
    totals: Mapping[str, "pd.Series[float]"],
    plan: CalibratedWeights,
    *,
    if_unmet: IfUnmet = "refuse",
) -> Chain:
    """Eligibility and nonresponse classes, raking, trimming and raking once more.

    Args:
        base: (n,) base weights of the respondents.
        classes: (n,) their response classes.
        fieldwork: per drawn unit: response_class, household_weight, issued, known, eligible,
            completed.
        codes: per margin, (n,) categories.
        totals: per margin, population by category.
        plan: the plan's rules.
        if_unmet: what to do about margins that contradict each other.

    Raises:
        DesignError, CalibrationError: the sample cannot carry the plan.
    """
    eligibility = _by_class(fieldwork, every="issued", part="known")
    nonresponse = _by_class(fieldwork, every="eligible", part="completed")
    known, answered = eligibility.factors(classes), nonresponse.factors(classes)
    raked = _rake(base * known * answered, codes, totals, plan, if_unmet)
    trimmed = final = None
    if plan.trimming is not None:
        trimmed = trim(raked.weight, low=plan.trimming.low, high=plan.trimming.high)
        final = _rake(trimmed.weight, codes, totals, plan, if_unmet)
    return Chain(
        eligibility=eligibility,
        nonresponse=nonresponse,
        known=known,
        answered=answered,
        raked=raked,
        trimmed=trimmed,
        final=final or raked,
    )


def _by_class(fieldwork: pd.DataFrame, *, every: str, part: str) -> NonresponseAdjustment:
    return adjust_by_class(
        classes=fieldwork["response_class"],
        weight=fieldwork["household_weight"],
        eligible=fieldwork[every],
        completed=fieldwork[part],
    )


def _rake(
    weight: FloatArray,
    codes: Mapping[str, "pd.Series[str]"],
    totals: Mapping[str, "pd.Series[float]"],
    plan: CalibratedWeights,
    if_unmet: IfUnmet,
) -> Raked:
    return rake(
        weight,
        codes,
        {name: total.to_dict() for name, total in totals.items()},
        tolerance=plan.raking.tolerance,
        max_rounds=plan.raking.max_rounds,
        if_unmet=if_unmet,
    )
