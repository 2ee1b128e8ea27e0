"""Online respondents beside a probability sample: with, without, and a calibrated blend.

People who answered a link nobody drew them for have no probability of selection. They are
never pooled: their weights are built apart, by calibration to the population's margins and
to what the probability sample estimates of further covariates, and a stated share of the
blend is theirs. The share follows from how far the two samples differ on covariates that
both measured and neither was calibrated on, or from a bias assumed beforehand. Answers are
not among these covariates: weights do not see them.

What a standard error of a blend holds: the sampling of the probability part, and of the
online part as if its people were independent with unequal weights (Kish). What it does not
hold: the bias of the online part that its covariates do not show. A report gives the
estimate without the online part first.

Source: Elliott & Haviland (2007), Survey Methodology 33, 211-215, for the composite; Elliott &
Valliant (2017), Statistical Science 32, 249-264; Valliant & Dever (2018), Survey Weights: A
Step-by-step Guide, chapter 6, for calibrating volunteers; Dever & Valliant (2016), Journal of
Survey Statistics and Methodology 4, 289-318, for totals that are estimates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import CalibrationError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.weighting.auxiliaries import auxiliaries_of
from pipeline.stats.survey.weighting.calibration import Calibrated, calibrate
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.diagnostics import n_eff
from pipeline.stats.survey.weighting.distances import Interval

_WHERE = "blend"


@dataclass(frozen=True, kw_only=True, eq=False)
class Blend:
    """Sets of weights for n rows, probability sample and online respondents together.

    Attributes:
        without: (n,) weights of the probability sample alone; 0 online.
        online: (n,) weights of the online respondents alone; 0 elsewhere.
        pooled: (n,) both, as if the online ones had no bias: for comparison only.
        blended: (n,) both, the online ones discounted for their bias.
        share: of the probability sample in the blend.
        n_eff: effective sizes: probability sample, online respondents, and what these are
            worth once their bias counts.
        bias: standardised bias of the online respondents that the share rests on.
        differences: per check covariate, both means and their gap in standard deviations;
            empty when the bias is assumed.
        calibration: of the online respondents.
    """

    without: FloatArray
    online: FloatArray
    pooled: FloatArray
    blended: FloatArray
    share: float
    n_eff: tuple[float, float, float]
    bias: float
    differences: pd.DataFrame
    calibration: Calibrated


def blend(
    weight: FloatArray,
    *,
    is_online: BoolArray,
    margins: Mapping[str, tuple[Labels, Mapping[Any, float]]],
    shared: Mapping[str, Labels] | None = None,
    checks: Mapping[str, FloatArray] | None = None,
    assumed_bias: float | None = None,
    clustering: float = 1.0,
    bounds: Interval = (0.0, np.inf),
) -> Blend:
    """Calibrate online respondents and combine them with the probability sample.

    The share of the probability sample is the one of least mean squared error for a variable
    of variance 1: with n the effective sizes and b the bias, v = 1 / n_prob and m = 1 /
    n_online + b^2, share = m / (m + v). b^2 is the mean over the checks of the squared
    standardised difference minus what sampling explains (v + 1 / n_online), not below 0.

    Args:
        weight: (n,) final weights of the probability sample; of online rows ignored.
        is_online: (n,) rows that nobody drew.
        margins: per name, (n,) categories and their population totals.
        shared: per name, (n,) further categories, their totals estimated from the
            probability sample.
        checks: per name, (n,) amounts that both samples measured and that are in neither
            margins nor shared. Never answers.
        assumed_bias: bias in standard deviations, instead of checks.
        clustering: design effect of the probability sample beyond that of its weights.
        bounds: smallest and largest ratio of an online weight to the mean one.

    Raises:
        CalibrationError: one of checks and assumed_bias is needed, checks are missing in
            some rows, a sample is empty, or calibration fails.
        MarginMismatchError: margins and online respondents do not fit.
    """
    online = np.asarray(is_online, dtype=np.bool_)
    drawn = np.where(online, 0.0, np.asarray(weight, dtype=np.float64))
    _refuse_unusable(drawn, online, checks or {}, assumed_bias)
    found = _calibrated(drawn, online, margins, shared or {}, bounds)
    differences = _differences(drawn, found.weight, checks or {})
    v_drawn, v_online = clustering / n_eff(drawn), 1 / n_eff(found.weight)
    bias2 = _squared_bias(differences, v_drawn + v_online, assumed_bias)
    share = (v_online + bias2) / (v_online + bias2 + v_drawn)
    unbiased_share = v_online / (v_online + v_drawn)
    return Blend(
        without=drawn,
        online=found.weight,
        pooled=unbiased_share * drawn + (1 - unbiased_share) * found.weight,
        blended=share * drawn + (1 - share) * found.weight,
        share=share,
        n_eff=(1 / v_drawn, 1 / v_online, 1 / (v_online + bias2)),
        bias=float(np.sqrt(bias2)),
        differences=differences,
        calibration=found,
    )


def _squared_bias(differences: pd.DataFrame, sampling: float, assumed_bias: float | None) -> float:
    if assumed_bias is not None:
        return assumed_bias**2
    return max(float(np.square(differences["gap"]).mean()) - sampling, 0.0)


def _calibrated(
    drawn: FloatArray,
    online: BoolArray,
    margins: Mapping[str, tuple[Labels, Mapping[Any, float]]],
    shared: Mapping[str, Labels],
    bounds: Interval,
) -> Calibrated:
    """Online rows, each starting from the same weight, on margins and estimated totals."""
    size = float(sum(next(iter(margins.values()))[1].values())) if margins else drawn.sum()
    start = np.where(online, size / online.sum(), 0.0)
    totals: dict[str, float | Mapping[Any, float]] = {
        name: total for name, (_, total) in margins.items()
    }
    totals |= {name: _estimated(drawn, labels, size) for name, labels in shared.items()}
    columns: dict[str, Labels] = {name: labels for name, (labels, _) in margins.items()}
    columns |= shared
    if not totals:
        columns, totals = {"people": np.ones(len(online))}, {"people": size}
    return calibrate(start, auxiliaries_of(start, columns, totals), method="raking", bounds=bounds)


def _estimated(drawn: FloatArray, labels: Labels, size: float) -> Mapping[Any, float]:
    sums = pd.Series(drawn).groupby(np.asarray(labels, dtype=object)).sum()
    return (sums * (size / sums.sum())).to_dict()


def _differences(
    drawn: FloatArray, online: FloatArray, checks: Mapping[str, FloatArray]
) -> pd.DataFrame:
    rows = []
    for name, values in checks.items():
        mean = float(drawn @ values / drawn.sum())
        spread = float(np.sqrt(drawn @ np.square(values - mean) / drawn.sum()))
        other = float(online @ values / online.sum())
        rows.append((name, mean, other, (other - mean) / spread if spread > 0 else 0.0))
    return pd.DataFrame(rows, columns=["covariate", "probability", "online", "gap"])


def _refuse_unusable(
    drawn: FloatArray,
    online: BoolArray,
    checks: Mapping[str, FloatArray],
    assumed_bias: float | None,
) -> None:
    bad = int((~(np.isfinite(drawn) & (drawn >= 0))).sum())
    rules = {
        "expected either check covariates or an assumed bias": bool(checks)
        == (assumed_bias is not None),
        "assumed bias: expected one not below 0": assumed_bias is not None
        and not assumed_bias >= 0,
        f"weight: missing, infinite or negative in {bad} rows": bad > 0,
        "expected online respondents, got none": not online.any(),
        "expected a probability sample with weight, got none": not (drawn > 0).any(),
    }
    faults = [fault for fault, is_broken in rules.items() if is_broken]
    for name, values in checks.items():
        if missing := int((~np.isfinite(values)).sum()):
            faults.append(f"check {name}: missing in {missing} rows")
    if faults:
        raise CalibrationError(
            _WHERE,
            faults,
            hint="checks are covariates known for both samples and used in no margin",
        )
