"""Units of each stage of selection: their names, their nesting, their fractions.

A variance with finite population corrections adds up stages: what varies among units of a
later stage counts with the fraction of its parents that were drawn. A stage drawn with
replacement, or one whose parents were, ends the sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, TextArray
from pipeline.stats.survey.design.labels import Coded, Labels, coded, nested

StageColumns: TypeAlias = tuple[Labels | None, Labels, FloatArray | None]

_ALL = 1 - 1e-7  # a stratum of which this fraction was drawn was taken whole
_SIZE_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one stage in the order of their names, and where each row belongs.

    Attributes:
        unit_of_row: (n,) index of the row's unit; -1 for a row of base weight zero.
        unit: (U,) names; unique only together with the stratum.
        stratum_of_unit: (U,) index into `stratum`.
        stratum: (S,) names; of a later stage, led by the name of the parent unit.
        fraction: (U,) fraction of the stratum drawn, or the unit's own probability; 0 when
            drawn with replacement.
        carried: (U,) product of the fractions of the stages before.
    """

    unit_of_row: CodeArray
    unit: TextArray
    stratum_of_unit: CodeArray
    stratum: TextArray
    fraction: FloatArray
    carried: FloatArray

    @property
    def left(self) -> FloatArray:
        """(U,) fraction of the stratum not drawn; 1 when drawn with replacement."""
        return np.where(self.fraction > _ALL, 0.0, 1 - self.fraction)

    @property
    def scale(self) -> FloatArray:
        """(U,) factor of each unit's deviation in a variance."""
        return np.asarray(self.carried * self.left)

    def sums(self, weight: FloatArray) -> SparseArray:
        """(U, n) weights; times an (n, k) array it gives weighted totals of the units."""
        rows = np.flatnonzero(self.unit_of_row >= 0)
        place = (self.unit_of_row[rows], rows)
        shape = (len(self.unit), len(weight))
        return sparse.csr_array((weight[rows], place), shape=shape)


def stage_units(
    stages: Sequence[StageColumns], base_weight: FloatArray, *, own_fractions: bool
) -> tuple[Units, ...]:
    """Units of every stage that adds to a variance, first stage first.

    Args:
        stages: per stage (stratum or None, unit, fpc or None), each (n,).
        base_weight: (n,) rows of weight zero are in no unit.
        own_fractions: at the first stage fpc holds each unit's own probability.

    Raises:
        DesignError: a fraction differs within a stratum, or fewer units exist than were drawn.
    """
    is_drawn = base_weight > 0
    rows = np.arange(len(base_weight)) if is_drawn.all() else np.flatnonzero(is_drawn)
    found: list[Units] = []
    for depth, columns in enumerate(stages):
        parent = found[-1] if found else None
        if parent is not None and not (parent.carried * parent.fraction > 0).any():
            break
        is_own = own_fractions and depth == 0
        found.append(_stage(columns, parent, rows, len(base_weight), depth + 1, is_own))
    return tuple(found)


def _stage(
    columns: StageColumns, parent: Units | None, rows: CodeArray, n: int, number: int, is_own: bool
) -> Units:
    labels, unit_labels, fpc = columns
    found = nested(_strata(labels, parent, rows), coded(_of(unit_labels, rows)))
    pair, stratum_of_unit, names = found.number, found.outer, found.outer_names
    size = len(stratum_of_unit)
    fraction, carried = np.zeros(size), np.ones(size)
    if fpc is not None:
        given = _one_per_unit(np.asarray(fpc, dtype=np.float64)[rows], pair, size, number)
        fraction = given if is_own else _fractions(given, stratum_of_unit, names, number)
    if parent is not None:
        above = np.zeros(size, dtype=np.int64)
        above[pair] = parent.unit_of_row[rows]
        carried = (parent.carried * parent.fraction)[above]
    unit_of_row = pair
    if len(pair) < n:
        unit_of_row = np.full(n, -1, dtype=np.int64)
        unit_of_row[rows] = pair
    return Units(unit_of_row, found.inner_names, stratum_of_unit, names, fraction, carried)


def _strata(labels: Labels | None, parent: Units | None, rows: CodeArray) -> Coded:
    """Stratum of each row: as named, within the unit of the stage before."""
    if parent is None and labels is None:
        return Coded(np.zeros(len(rows), dtype=np.int64), np.array(["all"], dtype=object))
    if parent is None or labels is None:
        return coded(_of(labels, rows)) if labels is not None else _parents(parent, rows)
    within = nested(_parents(parent, rows), coded(_of(labels, rows)))
    led = within.outer_names[within.outer] + "/" + within.inner_names
    return Coded(within.number, np.asarray(led, dtype=object))


def _parents(parent: Units | None, rows: CodeArray) -> Coded:
    if parent is None:
        raise ValueError("the first stage has no parents")
    led = parent.stratum[parent.stratum_of_unit] + "/" + parent.unit
    return Coded(parent.unit_of_row[rows], np.asarray(led, dtype=object))


def _of(labels: Labels, rows: CodeArray) -> Labels:
    if len(rows) == len(labels):
        return labels
    return labels.iloc[rows] if isinstance(labels, pd.Series) else labels[rows]


def _one_per_unit(given: FloatArray, unit: CodeArray, n_units: int, number: int) -> FloatArray:
    low, high = np.full(n_units, np.inf), np.full(n_units, -np.inf)
    np.minimum.at(low, unit, given)
    np.maximum.at(high, unit, given)
    wrong = int((~np.isfinite(given) | (given <= 0)).sum())
    if wrong:
        raise DesignError(
            f"design, stage {number}", f"expected fpc above 0, got another value in {wrong} rows"
        )
    if differing := int((high - low > _SIZE_ROUNDING * high).sum()):
        raise DesignError(
            f"design, stage {number}",
            f"expected one fpc per unit, got several in {differing} of {n_units} units",
            hint="fpc counts units of the stratum, so all rows of a stratum share it",
        )
    return high


def _fractions(given: FloatArray, stratum: CodeArray, names: TextArray, number: int) -> FloatArray:
    """Fraction drawn of each stratum, from counts of the population or as given."""
    drawn = np.bincount(stratum, minlength=len(names)).astype(np.float64)
    fraction = np.where(given > 1, drawn[stratum] / given, given)
    if (fraction > 1 + _SIZE_ROUNDING).any():
        places = sorted({str(names[h]) for h in stratum[fraction > 1 + _SIZE_ROUNDING]})
        raise DesignError(
            f"design, stage {number}",
            [f"stratum {name}: more units drawn than the population has" for name in places],
            hint="give the number of units in the population of the stratum, or the fraction drawn",
        )
    return np.minimum(fraction, 1.0)
