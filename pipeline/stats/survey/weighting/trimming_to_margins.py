"""Weights within bounds and on the margins at once."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.calibration import Calibrated, calibrate
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.margin_check import matched_margins


def trim_to_margins(
    weight: FloatArray,
    codes: Mapping[str, Labels],
    margins: Mapping[str, Mapping[Any, float]],
    *,
    low: float,
    high: float,
    tolerance: float,
    max_rounds: int,
) -> Calibrated:
    """The weights nearest to those given that meet the margins and lie in [low, high] x median.

    Trimming loses the margins and raking anew loses the bounds; going round and round
    converges slowly if at all. Here both hold: raking ratios, cut where the weight reaches a
    bound, with the multipliers that meet the margins (distance of raking, truncated).

    Args:
        weight: (n,) raked weights, or those before raking.
        codes: per margin, (n,) category names.
        margins: per margin, population total by category name.
        low: lower bound as a multiple of the median of the weights above 0.
        high: upper bound likewise.
        tolerance: largest distance to a total relative to 1 + the total.
        max_rounds: Newton steps after which it has failed.

    Raises:
        MarginMismatchError: margins and sample do not fit.
        CalibrationError: no weights do both; names the totals and the bounds that would do.

    Source: Deville & Särndal (1992), JASA 87, 376-382, case 7; bounds on weights as in R
    survey 4.5 calibrate(bounds.const = TRUE).
    """
    before = np.asarray(weight, dtype=np.float64)
    matched = matched_margins(before, codes, margins)
    middle = float(np.median(before[before > 0]))
    return calibrate(
        before,
        matched.auxiliaries(matched.cell_of_row),
        method="raking",
        weight_bounds=(low * middle, high * middle),
        tolerance=tolerance,
        max_rounds=max_rounds,
    )
