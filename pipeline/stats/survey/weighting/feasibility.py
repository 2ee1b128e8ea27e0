"""Why bounds on weights cannot be kept, and which bounds could: linear programmes.

Rows of equal auxiliaries and bounds are one variable, since their mean serves as well.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray

_linprog: Any = linprog  # its stubs know no sparse constraints

_SOLVED = 0  # linprog's status for an optimum
_CLOSE = 1e-6  # relative distance at which a total counts as met by a linear programme
_SEED = 20240229


@dataclass(frozen=True, kw_only=True, eq=False)
class BoundedTotals:
    """Totals wanted of weights times a ratio, and the bounds of the ratio.

    Attributes:
        weight: (n,) weights before, above 0.
        auxiliaries: (n, q).
        totals: (q,).
        lower: (n,) smallest ratio; may be minus infinity.
        upper: (n,) largest ratio; may be infinity.
    """

    weight: FloatArray
    auxiliaries: FloatArray | SparseArray
    totals: FloatArray
    lower: FloatArray
    upper: FloatArray

    def nearest_totals(self) -> FloatArray | None:
        """(q,) totals within the bounds, the relative distance to the wanted ones smallest.

        As the sum of distances is minimised, few totals are missed rather than all a little.
        None if the bounds contradict themselves.
        """
        cells = self._cells()
        count, q = len(cells.weight), len(self.totals)
        price = 1 / (1 + np.abs(self.totals))
        short, over = sparse.eye_array(q), -sparse.eye_array(q)
        found = _linprog(
            np.concatenate([np.zeros(count), price, price]),
            A_eq=sparse.hstack([cells._sums(), short, over]),
            b_eq=self.totals,
            bounds=[*zip(cells.lower, cells.upper, strict=True), *[(0, None)] * (2 * q)],
        )
        if found.status != _SOLVED:
            return None
        return np.asarray(cells._sums() @ found.x[:count])

    def narrowest(self, *, down: float, up: float) -> float | None:
        """Smallest s for which ratios in [lower - s down w, upper + s up w] do; None if none.

        w is the distance between the bounds of a row.
        """
        cells = self._cells()
        count, width = len(cells.weight), (cells.upper - cells.lower)[:, None]
        unit = sparse.eye_array(count)
        at_most = sparse.hstack([unit, sparse.csr_array(-up * width)])
        at_least = sparse.hstack([-unit, sparse.csr_array(-down * width)])
        found = _linprog(
            np.append(np.zeros(count), 1.0),
            A_eq=sparse.hstack([cells._sums(), sparse.csr_array((len(self.totals), 1))]),
            b_eq=self.totals,
            A_ub=sparse.vstack([at_most, at_least]),
            b_ub=np.concatenate([cells.upper, -cells.lower]),
            bounds=[*[(None, None)] * count, (0, None)],
        )
        return float(found.x[-1]) if found.status == _SOLVED else None

    def _sums(self) -> SparseArray:
        """(q, n) auxiliaries times weight."""
        scaled = sparse.diags_array(self.weight) @ sparse.csr_array(self.auxiliaries)
        return sparse.csr_array(scaled.T)

    def _cells(self) -> "BoundedTotals":
        random = np.random.default_rng(_SEED)
        key = np.asarray(self.auxiliaries @ random.random(len(self.totals)))
        for bound in (self.lower, self.upper):
            key = key + np.nan_to_num(bound, neginf=-1e6, posinf=1e6) * random.random()
        _, first, cell = np.unique(key, return_index=True, return_inverse=True)
        return BoundedTotals(
            weight=np.bincount(cell, self.weight).astype(np.float64),
            auxiliaries=self.auxiliaries[first],
            totals=self.totals,
            lower=self.lower[first],
            upper=self.upper[first],
        )


def off_target(attained: FloatArray, totals: FloatArray) -> BoolArray:
    """(q,) whether attained totals differ from the wanted ones by more than rounding."""
    is_off: BoolArray = np.abs(attained - totals) > _CLOSE * (1 + np.abs(totals))
    return is_off
