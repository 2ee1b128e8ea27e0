"""Linearised variables summed to units: all that the variance of an estimate needs.

Owns the step from persons to units, through the whole weighting. Tables of totals can be
stored, so that a later wave which returns to the same PSUs still finds the covariance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.stats.arrays import (
    BoolArray,
    CodeArray,
    FloatArray,
    SparseArray,
    TextArray,
    dense,
)
from pipeline.stats.survey.design.joining import joined_totals
from pipeline.stats.survey.design.sample import LonelyPsuRule, PpsRule, Sample
from pipeline.stats.survey.design.variance import total_covariance, total_variance


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitTotals:
    """Totals of k linearised variables in the U units of all stages.

    Attributes:
        stage: (U,) stage of the unit; PSUs have 1.
        stratum: (U,) stratum names.
        unit: (U,) unit names, read within the stratum.
        z: (U, k) weighted totals of the linearised variables.
        holds: (U, k) whether the unit holds a row of the estimate's domain.
        scale: (U,) factor of the unit's squared deviation: fraction of its parents drawn
            times the fraction of its stratum not drawn; 1 with replacement.
        lonely_psu: rule for strata of one unit.
        is_centred: whether z are deviations from the full-sample estimate already, as the
            jackknife gives them; then no mean of the stratum is taken off.
        lonely_in_domains: whether the rule holds for strata with one unit in the domain too.
        pps: rule for unequal probabilities without replacement at the first stage.
        probability: (U,) inclusion probabilities, where `pps` needs them.
        squared_probabilities: (U,) their sum of squares over the frame of the stratum.
    """

    stage: CodeArray
    stratum: TextArray
    unit: TextArray
    z: FloatArray
    holds: BoolArray
    scale: FloatArray
    lonely_psu: LonelyPsuRule
    is_centred: bool = False
    lonely_in_domains: bool = False
    pps: PpsRule | None = None
    probability: FloatArray | None = None
    squared_probabilities: FloatArray | None = None

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, lonely_psu: LonelyPsuRule) -> "UnitTotals":
        """Read back one estimate's PSU totals.

        Args:
            frame: one row per PSU: stratum, psu, z, holds_domain, is_centred.
            lonely_psu: rule for strata of one PSU.
        """
        return cls(
            stage=np.ones(len(frame), dtype=np.int64),
            stratum=frame["stratum"].to_numpy(dtype=object),
            unit=frame["psu"].to_numpy(dtype=object),
            z=frame[["z"]].to_numpy(dtype=np.float64),
            holds=frame[["holds_domain"]].to_numpy(dtype=np.bool_),
            scale=np.ones(len(frame)),
            lonely_psu=lonely_psu,
            is_centred=bool(frame["is_centred"].any()),
        )

    def variance(self) -> FloatArray:
        """(k,) variances of the totals."""
        return total_variance(self)

    def covariance(self) -> FloatArray:
        """(k, k) covariances of the totals."""
        return total_covariance(self)

    def column(self, j: int) -> "UnitTotals":
        """Totals of the j-th variable alone."""
        return self.replaced(self.z[:, [j]], self.holds[:, [j]])

    def combined(self, coefficients: FloatArray) -> "UnitTotals":
        """Totals of m linear combinations, their coefficients given as (k, m)."""
        touched = coefficients != 0
        return self.replaced(self.z @ coefficients, (self.holds.astype(float) @ touched) > 0)

    def joined(self, others: Sequence["UnitTotals"]) -> "UnitTotals":
        """The columns of other totals beside these, units matched by name."""
        return joined_totals([self, *others])

    def replaced(self, z: FloatArray, holds: BoolArray) -> "UnitTotals":
        """Other totals over the same units."""
        return replace(self, z=z, holds=holds)

    @cached_property
    def group(self) -> CodeArray:
        """(U,) strata of all stages, counted from 0."""
        strata = pd.factorize(self.stratum)[0].astype(np.int64)
        if self.is_psu.all():
            return strata
        in_stage = self.stage * (int(strata.max(initial=0)) + 1) + strata
        return np.asarray(pd.factorize(in_stage)[0], dtype=np.int64)

    @cached_property
    def group_size(self) -> CodeArray:
        """(G,) units per stratum."""
        return np.bincount(self.group).astype(np.int64)

    @property
    def is_psu(self) -> BoolArray:
        """(U,) units of the first stage."""
        return cast(BoolArray, self.stage == 1)

    @property
    def n_psu(self) -> CodeArray:
        """(k,) PSUs that hold a row of the domain."""
        return np.asarray(self.holds[self.is_psu].sum(axis=0))

    @cached_property
    def n_strata(self) -> CodeArray:
        """(k,) strata that hold a row of the domain."""
        held = self.sum_by_group(self.holds & self.is_psu[:, None]) > 0
        return np.asarray(held.sum(axis=0))

    @property
    def df(self) -> CodeArray:
        """(k,) PSUs - strata that hold a row of the domain."""
        return self.n_psu - self.n_strata

    def sum_by_group(self, values: FloatArray | BoolArray) -> FloatArray:
        """(G, k) sums of (U, k) values over the units of each stratum."""
        return dense(self._in_group.T @ values.astype(np.float64, copy=False))

    @cached_property
    def _in_group(self) -> SparseArray:
        """(U, G) ones for the stratum of each unit."""
        size = len(self.group)
        shape = (size, len(self.group_size))
        return sparse.csr_array((np.ones(size), self.group, np.arange(size + 1)), shape=shape)


def unit_totals(
    sample: Sample, linearised: FloatArray | SparseArray, members: SparseArray | None = None
) -> UnitTotals:
    """Sum linearised variables to units, undoing the weighting step by step.

    With u per unit of final weight, every step turns u into what it is per unit of the weight
    before (`Adjustment.backward`); the total of a unit is the sum of base weight times the
    last of these. Rows that dropped out on the way, such as nonrespondents, take part.

    Args:
        sample: n people.
        linearised: (n,), (n, k) or sparse (n, k) values per person, not yet weighted.
        members: (n, k) sparse ones of the domain the variable belongs to; default: all.

    Source: Särndal, Swensson & Wretman (1992), section 5.5; Deville & Särndal (1992), JASA 87,
    376-382, with regressions weighted by the weights before each step. (R's `rake` leaves the
    weights out of the regression and is off when they vary within cells.)
    """
    values = linearised
    if isinstance(values, np.ndarray):
        values = values.reshape(sample.n_rows, -1)
    if sample.steps:
        values = weight = dense(values)
        for step in reversed(sample.steps):
            values, weight = step.backward(values, weight)
    levels = sample.levels
    sums = [units.sums(sample.base_weight) for units in levels]
    z = np.concatenate([dense(of_units @ values) for of_units in sums])
    probability, squares = _probabilities(sample)
    return UnitTotals(
        stage=np.repeat(np.arange(1, len(levels) + 1), [len(units.unit) for units in levels]),
        stratum=np.concatenate([units.stratum[units.stratum_of_unit] for units in levels]),
        unit=np.concatenate([units.unit for units in levels]),
        z=z,
        holds=_holds(sample, members, z.shape),
        scale=np.concatenate([units.scale for units in levels]),
        lonely_psu=sample.lonely_psu,
        lonely_in_domains=sample.lonely_in_domains,
        pps=sample.pps,
        probability=probability,
        squared_probabilities=squares,
    )


def _holds(sample: Sample, members: SparseArray | None, shape: tuple[int, ...]) -> BoolArray:
    if members is None:
        return np.ones(shape, dtype=np.bool_)
    counted = sample.is_counted.astype(np.float64)
    held = [dense(units.sums(counted) @ members) > 0 for units in sample.levels]
    return np.concatenate(held)


def _probabilities(sample: Sample) -> tuple[FloatArray | None, FloatArray | None]:
    """Inclusion probabilities of the PSUs and their sums of squares, by unit."""
    if sample.pps is None:
        return None, None
    units = sample.units
    estimated = np.bincount(units.stratum_of_unit, units.fraction, len(units.stratum))
    given = sample.squared_probabilities or {}
    squares = np.array([given.get(str(name), estimated[h]) for h, name in enumerate(units.stratum)])
    later = sum(len(level.unit) for level in sample.levels[1:])
    pad = np.zeros(later)
    return (
        np.concatenate([units.fraction, pad]),
        np.concatenate([squares[units.stratum_of_unit], pad]),
    )
