"""Change between two waves whose samples may share first-stage units."""

import numpy as np
import pandas as pd

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.contrasts import Contrast, contrast
from pipeline.stats.survey.estimation.linearised import Linearised


def change(later: Linearised, earlier: Linearised, *, level: float, shares_frame: bool) -> Contrast:
    """Later minus earlier, with the covariance of the units that both waves visited.

    v = v(later) + v(earlier) - 2 cov. Only units visited twice covary, so the covariance is
    estimated among them alone, about their own mean: within a stratum with m shared units
    m / (m - 1) * sum (z_later - mean)(z_earlier - mean), z times the root of the unit's scale
    where fractions were drawn. Pooling all units of both waves in
    one stratum, as a stacked design does, would count the distance between a stratum's
    share and the city's as noise whenever the waves drew different units.

    Args:
        later: share of the later wave with its unit totals.
        earlier: share of the earlier wave.
        level: confidence level.
        shares_frame: whether equal unit names mean the same unit in both waves.

    Returns:
        The contrast; df = sum of both waves' minus that of the shared units in the domain.

    Source: Kish (1965), Survey Sampling, section 12.4; Tam (1984), Am. Stat. 38, on
    covariances from overlapping units.
    """
    covariance, shared_df = _shared(later, earlier) if shares_frame else (0.0, 0)
    bound = float(np.sqrt(later.variance * earlier.variance))
    covariance = float(np.clip(covariance, -bound, bound))
    variance = later.variance + earlier.variance - 2 * covariance
    return contrast(
        later.value - earlier.value,
        max(variance, 0.0),
        covariance=covariance,
        df=float(later.df + earlier.df - shared_df),
        level=level,
    )


def _shared(later: Linearised, earlier: Linearised) -> tuple[float, int]:
    """Covariance over shared units, and their degrees of freedom."""
    both = _units(later).merge(_units(earlier), on=["stratum", "psu"])
    covariance, df = 0.0, 0
    for _, units in both.groupby("stratum"):
        m = len(units)
        if m > 1:
            z = _centred(units["z_x"]) * _centred(units["z_y"])
            covariance += m / (m - 1) * float(z.sum())
        df += max(int((units["holds_x"] & units["holds_y"]).sum()) - 1, 0)
    return covariance, df


def _units(number: Linearised) -> pd.DataFrame:
    totals = number.totals
    if not isinstance(totals, UnitTotals):
        raise DesignError("change", "expected linearised estimates, got replicates")
    return pd.DataFrame(
        {
            "stratum": totals.stratum,
            "psu": totals.unit,
            "z": totals.z[:, 0] * np.sqrt(totals.scale),
            "holds": totals.holds[:, 0],
        }
    )


def _centred(values: "pd.Series[float]") -> FloatArray:
    array = values.to_numpy(dtype=np.float64)
    return np.asarray(array - array.mean())
