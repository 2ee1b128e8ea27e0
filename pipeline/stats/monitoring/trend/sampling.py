"""Sampling variances of waves at smoothed shares."""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.scales import LOGIT, Scale
from pipeline.stats.monitoring.trend.series import Series
from pipeline.stats.monitoring.trend.simple import weighted_line


def smoothed_series(
    years: FloatArray, share: FloatArray, n_eff: FloatArray, scale: Scale
) -> Series:
    """A series whose variances are those of its smoothed shares.

    A wave that came out low by chance also has a low p (1 - p) and hence a wrong weight, so
    f'(p)^2 p (1 - p) / n_eff is taken at the share of a logit line through all waves, each
    weighted by its n_eff; of waves of a single year at their mean.

    Args:
        years: (n,).
        share: (n,) strictly between 0 and 1.
        n_eff: (n,) effective sizes, interviews over design effect.
        scale: of the trend.

    Raises:
        ContractError: sizes that are not above 0; shares out of range.
    """
    if not (np.asarray(n_eff) > 0).all():
        raise ContractError("series", "n_eff: expected above 0, got others")
    smooth = smoothed_shares(years, share, n_eff)
    return Series(
        years=np.asarray(years, dtype=np.float64),
        values=scale.value(share),
        variances=np.asarray(scale.slope(smooth) ** 2 * smooth * (1 - smooth) / n_eff),
    )


def smoothed_shares(years: FloatArray, share: FloatArray, n_eff: FloatArray) -> FloatArray:
    """(n,) shares of the logit line through the waves, weighted by effective size."""
    if len(np.unique(years)) == 1:
        mean = np.average(LOGIT.value(share), weights=n_eff)
        return np.full(len(years), LOGIT.share(mean))
    waves = Series(years=years, values=LOGIT.value(share), variances=1 / n_eff)
    return LOGIT.share(weighted_line(waves).at(years))
