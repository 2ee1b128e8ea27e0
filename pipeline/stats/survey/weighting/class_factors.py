"""Weight handed from some rows of a class to others of it: the arithmetic of class adjustments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from pipeline.errors import DesignError, EmptyStratumError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.weighting.cells import Coded

_OUT, _GIVES, _TAKES = 0, 1, 2
_PARTS = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassFactors:
    """n rows, of which some give their weight and others of the class take it.

    Rows that do neither leave with weight 0, and theirs goes to nobody.

    Attributes:
        base_weight: (n,) weights before.
        gives: (n,) rows that end with weight 0 in favour of others.
        takes: (n,) rows that keep theirs and take a share in proportion to it.
        membership: (n, K) ones for the class of each row that gives or takes; an undecided
            row may belong to several classes by shares.
    """

    base_weight: FloatArray
    gives: BoolArray
    takes: BoolArray
    membership: SparseArray

    @cached_property
    def owed(self) -> FloatArray:
        """(K,) weight of those who give or take."""
        return self.sums(self.base_weight)

    @cached_property
    def held(self) -> FloatArray:
        """(K,) weight of those who take."""
        return self.sums(self.base_weight * self.takes)

    @cached_property
    def factor(self) -> FloatArray:
        """(K,) weight after over weight before of those who take; 0 in classes without."""
        return np.divide(self.owed, self.held, out=np.zeros_like(self.held), where=self.held > 0)

    @cached_property
    def ratio(self) -> FloatArray:
        """(n,) weight after over weight before."""
        return np.asarray(self.takes * (self.membership @ self.factor))

    @property
    def adjustment(self) -> Adjustment:
        """What the variance needs: class totals are estimated from all who give and take."""
        return Adjustment(
            ratio=self.ratio,
            auxiliaries=self.membership,
            regression_weight=self.base_weight * self.takes,
            is_estimated=True,
        )

    def adjustment_in_cells(self, classes: Coded) -> Adjustment:
        """The same where every row has one class: rows of one class and part are one cell."""
        n_classes = len(classes.names)
        part = np.where(self.takes, _TAKES, np.where(self.gives, _GIVES, _OUT))
        row_class = np.where(classes.codes < 0, n_classes, classes.codes).astype(np.int64)
        takes_part = np.array([[0.0], [1.0], [1.0]])  # of those out, givers and takers
        of_class = sparse.eye_array(n_classes + 1, n_classes)
        return replace(
            self.adjustment,
            auxiliaries=sparse.csr_array(sparse.kron(of_class, takes_part)),
            cell=row_class * _PARTS + part,
        )

    def sums(self, values: FloatArray) -> FloatArray:
        """(K,) sums over the members of each class."""
        return np.asarray(self.membership.T @ values)

    def counts(self, rows: BoolArray) -> CodeArray:
        """(K,) rows with weight among the members of each class."""
        counted = (rows & (self.base_weight > 0)).astype(np.int64)
        return np.asarray((self.membership > 0).astype(np.int64).T @ counted)


def membership(classes: Coded, takes_part: BoolArray) -> SparseArray:
    """(n, K) ones for the class of each row that takes part."""
    rows = np.flatnonzero(takes_part & (classes.codes >= 0))
    shape = (len(classes.codes), len(classes.names))
    return sparse.csr_array((np.ones(len(rows)), (rows, classes.codes[rows])), shape=shape)


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
        counts = factors.counts(factors.gives)
        raise EmptyStratumError(
            where,
            [f"class {names[k]}: {counts[k]} {giver}, nobody {taker}" for k in lost],
            hint="use wider classes, so that each has somebody to stand for the others",
        )
