"""Weight handed from some rows of a class to others of it: the arithmetic of class adjustments.

What happens to a row hangs on its class and its part in the step alone, so rows of one class
and part are one cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from pipeline.errors import DesignError, EmptyStratumError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.cells import Coded


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassFactors:
    """n rows in C cells, of which some give their weight and others of the class take it.

    Cells that do neither leave with weight 0, and theirs goes to nobody.

    Attributes:
        base_weight: (n,) weights before.
        cell: (n,) cell of each row.
        takes: (C,) cells that keep their weight and take a share in proportion to it.
        membership: (C, K) ones for the class of each cell that gives or takes; a cell may
            belong to several classes by shares.
    """

    base_weight: FloatArray
    cell: CodeArray
    takes: BoolArray
    membership: SparseArray

    @cached_property
    def owed(self) -> FloatArray:
        """(K,) weight of those who give or take."""
        return np.asarray(self.membership.T @ self.cell_weight)

    @cached_property
    def held(self) -> FloatArray:
        """(K,) weight of those who take."""
        return np.asarray(self.membership.T @ (self.cell_weight * self.takes))

    @cached_property
    def ratio(self) -> FloatArray:
        """(n,) weight after over weight before."""
        factor = np.divide(self.owed, self.held, out=np.zeros_like(self.held), where=self.held > 0)
        return np.asarray((self.takes * (self.membership @ factor))[self.cell])

    @property
    def adjustment(self) -> Adjustment:
        """What the variance needs: class totals are estimated from all who give and take."""
        return Adjustment(
            ratio=self.ratio,
            auxiliaries=self.membership,
            regression_weight=self.base_weight * self.takes[self.cell],
            is_estimated=True,
            cell=self.cell,
        )

    def counts(self, cells: BoolArray) -> CodeArray:
        """(K,) rows with weight in some of the cells of each class."""
        return np.asarray((self.membership > 0).astype(np.int64).T @ (self.cell_count * cells))

    @cached_property
    def cell_weight(self) -> FloatArray:
        """(C,) sum of the weights before."""
        sums = np.bincount(self.cell, self.base_weight, len(self.takes))
        return np.asarray(sums, dtype=np.float64)

    @cached_property
    def cell_count(self) -> CodeArray:
        """(C,) rows with weight."""
        return np.bincount(self.cell[self.base_weight > 0], minlength=len(self.takes))


def class_cells(classes: Coded, parts: Sequence[BoolArray]) -> CodeArray:
    """(n,) cells, class by class and within it part by part; last those of rows without class.

    Args:
        classes: of the n rows.
        parts: (n,) masks; every row is in one of them.
    """
    codes = classes.codes.astype(np.int64)
    part = np.select(list(parts), list(range(len(parts))))
    of_class = np.where(codes < 0, len(classes.names), codes)
    return np.asarray(of_class * len(parts) + part, dtype=np.int64)


def class_membership(classes: Coded, takes_part: Sequence[bool]) -> SparseArray:
    """(C, K) ones for the class of each of these cells whose part gives or takes."""
    of_class = sparse.eye_array(len(classes.names) + 1, len(classes.names))
    column = np.asarray(takes_part, dtype=np.float64)[:, None]
    return sparse.csr_array(sparse.kron(of_class, column))


def refuse_unusable(
    where: str, weight: FloatArray, classes: Coded, parts: dict[str, BoolArray]
) -> None:
    """Refuse weights and classes that cannot be used; parts exclude each other.

    Raises:
        DesignError: every fault found.
    """
    sizes = {"weight": len(weight), "classes": len(classes.codes)}
    sizes |= {name: len(rows) for name, rows in parts.items()}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise DesignError(where, f"expected one length, got {told}")
    takes_part = np.any(list(parts.values()), axis=0) & (weight > 0)
    checks = {
        "weight missing, infinite or negative": ~(np.isfinite(weight) & (weight >= 0)),
        f"more than one of {', '.join(parts)}": np.sum(list(parts.values()), axis=0) > 1,
        "no class": takes_part & (classes.codes < 0),
    }
    faults = [f"{what} in {int(bad.sum())} rows" for what, bad in checks.items() if bad.any()]
    if faults:
        raise DesignError(where, faults, hint="complete the sampling record")


def refuse_lost(
    where: str, factors: ClassFactors, names: Sequence[str], giver: str, taker: str
) -> None:
    """Refuse classes in which some give and nobody takes.

    Raises:
        EmptyStratumError: such classes, by name.
    """
    lost = np.flatnonzero((factors.owed > 0) & (factors.held <= 0))[: len(names)]
    if len(lost):
        counts = factors.counts(~factors.takes)
        raise EmptyStratumError(
            where,
            [f"class {names[k]}: {counts[k]} {giver}, nobody {taker}" for k in lost],
            hint="use wider classes, so that each has somebody to stand for the others",
        )
