"""Rows or groups of rows that share one calibration ratio."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray
from pipeline.stats.survey.weighting.cells import Coded


@dataclass(frozen=True, kw_only=True, eq=False)
class SharingUnits:
    """U units with one ratio each: people, or households whose members share a weight.

    Attributes:
        weight: (U,) sum of the members' weights.
        auxiliaries: (U, q) weighted means over the members.
        variance: (U,) likewise.
        lower: (U,) smallest ratio every member allows.
        upper: (U,) largest.
        unit_of_row: (n,) unit of each row; -1 for rows of weight 0.
    """

    weight: FloatArray
    auxiliaries: FloatArray | SparseArray
    variance: FloatArray
    lower: FloatArray
    upper: FloatArray
    unit_of_row: CodeArray

    def spread(self, ratio: FloatArray) -> FloatArray:
        """(n,) each row's share of a (U,) ratio; 1 for rows of weight 0."""
        return np.append(ratio, 1.0)[self.unit_of_row]

    def spread_auxiliaries(self, auxiliaries: FloatArray | SparseArray) -> FloatArray | SparseArray:
        """(n, q) auxiliaries that rows were calibrated on: their own, or the group's means."""
        is_own = len(self.weight) >= np.count_nonzero(self.unit_of_row >= 0)
        return auxiliaries if is_own else self.auxiliaries[self.unit_of_row]


def sharing_units(
    weight: FloatArray,
    auxiliaries: FloatArray | SparseArray,
    variance: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    group: Coded | None,
) -> SharingUnits:
    """Units of n rows; rows of weight 0 are in none.

    A group's auxiliaries are averaged, so that its weight times its mean is the sum over
    its members, and totals met by units are met by rows.

    Source: Lemaître & Dufour (1987), Survey Methodology 13, 199-207.
    """
    rows = np.flatnonzero(weight > 0)
    unit_of_row = np.full(len(weight), -1, dtype=np.int64)
    if group is None:
        unit_of_row[rows] = np.arange(len(rows))
        keep = slice(None) if len(rows) == len(weight) else rows
        return SharingUnits(
            weight=weight[keep],
            auxiliaries=auxiliaries[keep],
            variance=variance[keep],
            lower=lower[keep],
            upper=upper[keep],
            unit_of_row=unit_of_row,
        )
    _, unit_of_row[rows] = np.unique(group.codes[rows], return_inverse=True)
    unit = unit_of_row[rows]
    total: FloatArray = np.bincount(unit, weight[rows]).astype(np.float64)
    shape = (len(total), len(weight))
    mean = sparse.csr_array((weight[rows] / total[unit], (unit, rows)), shape=shape)
    least, most = np.full(len(total), -np.inf), np.full(len(total), np.inf)
    np.maximum.at(least, unit, lower[rows])
    np.minimum.at(most, unit, upper[rows])
    return SharingUnits(
        weight=total,
        auxiliaries=_product(mean, auxiliaries),
        variance=np.asarray(mean @ variance),
        lower=least,
        upper=most,
        unit_of_row=unit_of_row,
    )


def _product(mean: SparseArray, auxiliaries: FloatArray | SparseArray) -> FloatArray | SparseArray:
    if isinstance(auxiliaries, np.ndarray):
        return np.asarray(mean @ auxiliaries)
    return sparse.csr_array(mean @ auxiliaries)
