"""Linearised variables summed to PSUs: all that the variance of an estimate needs.

Owns the step from persons to PSUs, and the replacement of linearised variables by
calibration residuals. Tables of PSU totals can be stored, so that a later wave which
returns to the same PSUs still finds the covariance.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from pipeline.stats.arrays import (
    BoolArray,
    CodeArray,
    FloatArray,
    SparseArray,
    TextArray,
    dense,
)
from pipeline.stats.survey.design import Design, LonelyPsuRule


@dataclass(frozen=True, kw_only=True, eq=False)
class PsuTotals:
    """Totals of k linearised variables in the P PSUs of a design.

    Attributes:
        stratum: (P,) stratum names.
        psu: (P,) PSU names, read within the stratum.
        z: (P, k) weighted totals of the linearised variables.
        holds: (P, k) whether the PSU holds a row of the estimate's domain.
        lonely_psu: rule for strata of one PSU.
    """

    stratum: TextArray
    psu: TextArray
    z: FloatArray
    holds: BoolArray
    lonely_psu: LonelyPsuRule

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, lonely_psu: LonelyPsuRule) -> "PsuTotals":
        """Read back one estimate's totals: columns stratum, psu, z, holds_domain."""
        return cls(
            stratum=frame["stratum"].to_numpy(dtype=object),
            psu=frame["psu"].to_numpy(dtype=object),
            z=frame[["z"]].to_numpy(dtype=np.float64),
            holds=frame[["holds_domain"]].to_numpy(dtype=np.bool_),
            lonely_psu=lonely_psu,
        )

    def column(self, j: int) -> "PsuTotals":
        """Totals of the j-th variable alone."""
        return self.replaced(self.z[:, [j]], self.holds[:, [j]])

    def replaced(self, z: FloatArray, holds: BoolArray) -> "PsuTotals":
        """Other totals over the same PSUs."""
        return PsuTotals(
            stratum=self.stratum, psu=self.psu, z=z, holds=holds, lonely_psu=self.lonely_psu
        )

    @cached_property
    def stratum_of_psu(self) -> CodeArray:
        """(P,) strata counted from 0."""
        return pd.factorize(self.stratum)[0].astype(np.int64)

    @cached_property
    def stratum_size(self) -> CodeArray:
        """(S,) PSUs per stratum."""
        return np.bincount(self.stratum_of_psu).astype(np.int64)

    @property
    def n_psu(self) -> CodeArray:
        """(k,) PSUs that hold a row of the domain."""
        return np.asarray(self.holds.sum(axis=0))

    @property
    def n_strata(self) -> CodeArray:
        """(k,) strata that hold a row of the domain."""
        held = self.sum_by_stratum(self.holds.astype(np.float64)) > 0
        return np.asarray(held.sum(axis=0))

    @property
    def df(self) -> CodeArray:
        """(k,) PSUs - strata that hold a row of the domain."""
        return self.n_psu - self.n_strata

    def sum_by_stratum(self, values: FloatArray) -> FloatArray:
        """(S, k) sums of (P, k) values."""
        sums = np.zeros((len(self.stratum_size), values.shape[1]))
        np.add.at(sums, self.stratum_of_psu, values)
        return sums


def psu_totals(
    design: Design, linearised: FloatArray | SparseArray, members: SparseArray | None = None
) -> PsuTotals:
    """Sum linearised variables to PSUs, as residuals when the weights were calibrated.

    Calibration moves the part of a variable that the margins explain from the sample to
    the population; only the residual varies. With u the linearised variable, X the margin
    indicators, d and w the weights before and after: e = u - X b, b from the regression of
    u on X weighted by d, and the total of a PSU is the sum of w e.

    Args:
        design: n people.
        linearised: (n,), (n, k) or sparse (n, k) values per person, not yet weighted.
        members: (n, k) sparse ones of the domain the variable belongs to; default: all.

    Source: Deville & Särndal (1992), JASA 87, 376-382; base-weighted residuals as in R
    survey `calibrate(calfun = "raking")`. (R's `rake` leaves the weights out of the
    regression and is off when they vary within cells.)
    """
    if isinstance(linearised, np.ndarray):
        linearised = linearised.reshape(design.n_rows, -1)
    z = dense(design.psu_weights @ linearised)
    if design.calibration is not None:
        z = z - design.psu_auxiliaries @ design.calibration.slopes(linearised)
    return PsuTotals(
        stratum=design.units.stratum[design.units.stratum_of_psu],
        psu=design.units.psu,
        z=z,
        holds=_holds(design, members, z.shape[1]),
        lonely_psu=design.lonely_psu,
    )


def _holds(design: Design, members: SparseArray | None, k: int) -> BoolArray:
    if members is None:
        return np.ones((design.n_psu, k), dtype=np.bool_)
    held: BoolArray = dense(design.psu_weights @ members) > 0
    return held
