"""Weights of online respondents, built apart from the probability sample.

They never enter the headline. Estimates of them alone and of both samples blended stand beside
it under their own names, so that everybody sees what the online part would change.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.config.plan import CalibratedWeights
from pipeline.errors import CalibrationError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.blend import blend


def online_weights(
    online: pd.DataFrame,
    weight: FloatArray,
    codes: Mapping[str, "pd.Series[str]"],
    online_codes: Mapping[str, "pd.Series[str]"],
    totals: Mapping[str, "pd.Series[float]"],
    plan: CalibratedWeights,
) -> pd.DataFrame:
    """Weights of the online respondents, calibrated to the margins, and their blend share.

    Args:
        online: m respondents whom nobody drew.
        weight: (n,) final weights of the probability sample.
        codes: per margin, (n,) categories of the probability sample.
        online_codes: per margin, (m,) categories of the online respondents.
        totals: per margin, population by category.
        plan: the plan's rules.

    Returns:
        respondent_id, weight, blend_share; no rows when nobody answered online or the plan
        does not ask.

    Raises:
        CalibrationError: the online respondents do not fit the margins.
    """
    if plan.online is None or online.empty:
        return pd.DataFrame(columns=["respondent_id", "weight", "blend_share"])
    margins = {
        name: (
            pd.concat([codes[name], online_codes[name]], ignore_index=True),
            totals[name].to_dict(),
        )
        for name in plan.online.margins
    }
    try:
        found = blend(
            np.concatenate([weight, np.zeros(len(online))]),
            is_online=np.arange(len(weight) + len(online)) >= len(weight),
            margins=margins,
            assumed_bias=plan.online.assumed_bias,
        )
    except CalibrationError as fault:
        raise type(fault)(
            "online respondents",
            fault.faults,
            hint="widen the margins, or take [weights.online] out of the plan",
        ) from fault
    return pd.DataFrame(
        {
            "respondent_id": online["respondent_id"].to_numpy(),
            "weight": found.online[len(weight) :],
            "blend_share": 1 - found.share,
        }
    )
