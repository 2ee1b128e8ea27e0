"""Change between two waves whose samples may share first-stage units."""

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.contrasts import Contrast
from pipeline.stats.survey.intervals import t_interval
from pipeline.stats.survey.linearised import Linearised


def change(later: Linearised, earlier: Linearised, *, level: float, shares_frame: bool) -> Contrast:
    """Later minus earlier, with the covariance of the units that both waves visited.

    v = v(later) + v(earlier) - 2 cov. Only units visited twice covary, so the covariance is
    estimated among them alone, about their own mean: within a stratum with m shared units
    m / (m - 1) * sum (z_later - mean)(z_earlier - mean). Pooling all units of both waves in
    one stratum, as a stacked design does, would count the distance between a stratum's
    share and the city's as noise whenever the waves drew different units.

    Args:
        later: share of the later wave with its unit totals.
        earlier: share of the earlier wave.
        level: confidence level.
        shares_frame: whether equal unit names mean the same unit in both waves.

    Returns:
        The contrast; df = sum of both waves' minus that of the shared units.

    Source: Kish (1965), Survey Sampling, section 12.4; Tam (1984), Am. Stat. 38, on
    covariances from overlapping units.
    """
    covariance, shared_df = _shared(later, earlier) if shares_frame else (0.0, 0)
    bound = float(np.sqrt(later.variance * earlier.variance))
    covariance = float(np.clip(covariance, -bound, bound))
    variance = later.variance + earlier.variance - 2 * covariance
    estimate, se = later.value - earlier.value, float(np.sqrt(max(variance, 0.0)))
    df = float(later.df + earlier.df - shared_df)
    interval = t_interval(np.array([estimate]), np.array([se]), np.array([df]), level=level)
    return Contrast(
        estimate=estimate,
        se=se,
        ci_low=float(interval.low[0]),
        ci_high=float(interval.high[0]),
        df=df,
        p_value=_two_sided(estimate, se, df),
        covariance=covariance,
    )


def _shared(later: Linearised, earlier: Linearised) -> tuple[float, int]:
    """Covariance over shared units, and their degrees of freedom."""
    both = pd.concat([_units(later, "later"), _units(earlier, "earlier")], axis=1, join="inner")
    covariance, df = 0.0, 0
    for _, units in both.groupby(level="stratum"):
        m = len(units)
        if m > 1:
            z = _centred(units["later"]) * _centred(units["earlier"])
            covariance += m / (m - 1) * float(z.sum())
            df += m - 1
    return covariance, df


def _units(number: Linearised, name: str) -> "pd.Series[float]":
    totals = number.totals
    index = pd.MultiIndex.from_arrays([totals.stratum, totals.psu], names=["stratum", "psu"])
    return pd.Series(totals.z[:, 0], index=index, name=name)


def _centred(values: "pd.Series[float]") -> FloatArray:
    array = values.to_numpy(dtype=np.float64)
    return np.asarray(array - array.mean())


def _two_sided(estimate: float, se: float, df: float) -> float:
    return float(2 * stats.t.sf(abs(estimate) / se, df)) if se > 0 and df > 0 else float("nan")
