"""A series of shares on the scale of its trend, with known sampling variances."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.trend.scales import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Waves in any order; two of one year are two observations of the same state.

    Attributes:
        years: (n,) may have fractions.
        values: (n,) on the scale of the trend.
        variances: (n,) sampling variances on that scale, above 0.
    """

    years: FloatArray
    values: FloatArray
    variances: FloatArray

    def __post_init__(self) -> None:
        """Refuse a series no trend can read."""
        columns = (self.years, self.values, self.variances)
        sizes = [np.shape(column) for column in columns]
        if len(set(sizes)) > 1 or len(sizes[0]) != 1 or not sizes[0][0]:
            raise ContractError(
                "series", f"years, values, variances: expected one length, got {sizes}"
            )
        faults = []
        if lost := int((~np.isfinite(np.stack(columns))).any(axis=0).sum()):
            faults.append(f"expected finite numbers, got others in {lost} waves")
        if flat := int((self.variances <= 0).sum()):
            faults.append(f"variances: expected above 0, got others in {flat} waves")
        if faults:
            hint = "a published wave without an error needs an assumed one"
            raise ContractError("series", faults, hint=hint)

    @property
    def start(self) -> float:
        """First year."""
        return float(self.years.min())


def series_of_shares(years: FloatArray, share: FloatArray, se: FloatArray, scale: Scale) -> Series:
    """A series from shares and their standard errors, variances by the delta method.

    Args:
        years: (n,).
        share: (n,) strictly between 0 and 1.
        se: (n,) on the scale of the share.
        scale: of the trend.
    """
    return Series(
        years=np.asarray(years, dtype=np.float64),
        values=scale.value(share),
        variances=scale.variance(share, se),
    )


def check_years(years: FloatArray, start: float, where: str) -> None:
    """Refuse years before the trend begins, where nothing is defined."""
    early = int((~(np.asarray(years) >= start)).sum())
    if early:
        raise ContractError(where, f"years: expected {start:g} or later, got {early} others")
