"""The sampling design: who was drawn from which stratum and PSU, with which weight.

Owns the checks of a design and its counts (PSUs, strata, degrees of freedom). A PSU is
always nested in its stratum: label 1 in two strata means two PSUs. Rows of weight zero are
kept but uncounted: they are in no n, PSU or stratum, so they change no result.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.errors import DesignError
from pipeline.stats.arrays import (
    BoolArray,
    CodeArray,
    FloatArray,
    SparseArray,
    TextArray,
    dense,
)
from pipeline.stats.survey.residuals import Calibration

LonelyPsuRule: TypeAlias = Literal["fail", "certainty", "remove", "adjust", "average"]


@dataclass(frozen=True, eq=False)
class Units:
    """The PSUs of a design in the order of their names, and where each row belongs.

    Attributes:
        psu_of_row: (n,) index of the row's PSU; -1 for a row of weight zero.
        psu: (P,) names; unique only together with the stratum.
        stratum_of_psu: (P,) index into `stratum`.
        stratum: (S,) names.
    """

    psu_of_row: CodeArray
    psu: TextArray
    stratum_of_psu: CodeArray
    stratum: TextArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """Weights, strata and PSUs of n people, with the rule for strata of one PSU.

    Attributes:
        weight: (n,) final weights, finite and not negative.
        stratum: (n,) stratum names.
        psu: (n,) PSU names, read within the stratum. Without clusters: one name per row.
        lonely_psu: what a stratum with a single PSU adds to a variance: "fail" refuses,
            "certainty" and "remove" nothing, "adjust" its squared distance from the mean of
            all PSU totals, "average" the average of the other strata.
        calibration: the calibration the weights went through, if any.

    Raises:
        DesignError: lengths differ, labels are missing, weights cannot be used.
    """

    weight: FloatArray
    stratum: TextArray
    psu: TextArray
    lonely_psu: LonelyPsuRule = "fail"
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        for name, kind in (("weight", np.float64), ("stratum", object), ("psu", object)):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=kind))
        if faults := self._faults():
            raise DesignError(
                "design",
                faults,
                hint="mend the weights, strata and PSUs of the sampling record; "
                "a person outside the sample gets weight 0 or is left out",
            )

    def _faults(self) -> list[str]:
        sizes = {len(self.weight), len(self.stratum), len(self.psu)}
        if len(sizes) > 1:
            return [f"weight, stratum and psu: expected one length, got {sorted(sizes)}"]
        found = _weight_faults(self.weight, "weight")
        for name in ("stratum", "psu"):
            if missing := int(pd.isna(getattr(self, name)).sum()):
                found.append(f"{name}: missing in {missing} rows")
        return found + (self._calibration_faults(self.calibration) if self.calibration else [])

    def _calibration_faults(self, calibration: Calibration) -> list[str]:
        found = _weight_faults(calibration.weight, "weight before calibration")
        if {self.n_rows} != {len(calibration.weight), *map(len, calibration.margins)}:
            found.append(f"calibration: expected {self.n_rows} rows in its weight and margins")
        if unlabelled := sum(int((codes < 0).sum()) for codes in calibration.margins):
            found.append(f"calibration: no margin category in {unlabelled} rows")
        return found

    @property
    def n_rows(self) -> int:
        """Rows handed over, those of weight zero included."""
        return len(self.weight)

    @property
    def is_counted(self) -> BoolArray:
        """(n,) rows that carry weight."""
        return self.weight > 0

    @cached_property
    def units(self) -> Units:
        """PSUs and strata that hold a row with weight, in the order of their names."""
        rows = self.is_counted
        stratum, stratum_names = _number_by_name(self.stratum[rows])
        psu, psu_names = _number_by_name(self.psu[rows])
        pairs, index = np.unique(stratum * len(psu_names) + psu, return_inverse=True)
        psu_of_row = np.full(self.n_rows, -1, dtype=np.int64)
        psu_of_row[rows] = index
        stratum_of_psu, name = np.divmod(pairs, len(psu_names))
        return Units(psu_of_row, psu_names[name], stratum_of_psu, stratum_names)

    @cached_property
    def psu_weights(self) -> SparseArray:
        """(P, n) weights; times an (n, k) array it gives weighted PSU totals."""
        rows = np.flatnonzero(self.is_counted)
        place = (self.units.psu_of_row[rows], rows)
        shape = (len(self.units.psu), self.n_rows)
        return sparse.csr_array((self.weight[rows], place), shape=shape)

    @cached_property
    def psu_auxiliaries(self) -> FloatArray:
        """(P, q) weighted PSU totals of the calibration's auxiliaries; q = 0 without one."""
        if self.calibration is None:
            return np.zeros((self.n_psu, 0))
        return dense(self.psu_weights @ self.calibration.auxiliaries)

    @property
    def n_psu(self) -> int:
        """PSUs that hold a row with weight."""
        return len(self.units.psu)

    @property
    def n_strata(self) -> int:
        """Strata that hold a row with weight."""
        return len(self.units.stratum)

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs - strata."""
        return self.n_psu - self.n_strata

    def domain_df(self, mask: BoolArray) -> int:
        """PSUs - strata that hold a row of the domain with weight."""
        held = np.unique(self.units.psu_of_row[mask & self.is_counted])
        return len(held) - len(np.unique(self.units.stratum_of_psu[held]))

    @property
    def lonely_strata(self) -> list[str]:
        """Names of the strata with a single PSU."""
        sizes = np.bincount(self.units.stratum_of_psu, minlength=self.n_strata)
        return [str(name) for name in self.units.stratum[sizes == 1]]


def _weight_faults(weight: FloatArray, name: str) -> list[str]:
    checks = {
        "missing or infinite": int((~np.isfinite(weight)).sum()),
        "negative": int((weight < 0).sum()),
    }
    found = [f"{name}: {what} in {count} rows" for what, count in checks.items() if count]
    if not found and not (weight > 0).any():
        found.append(f"{name}: expected at least one above zero, got none in {len(weight)} rows")
    return found


def _number_by_name(labels: TextArray) -> tuple[CodeArray, TextArray]:
    """Number labels in the order of their names, whatever order the rows have."""
    codes, uniques = pd.factorize(labels)
    names = np.array([str(label) for label in uniques], dtype=object)
    order = np.argsort(names)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[codes], names[order]
