"""Regressions of two groups, and of both together, that decompositions compare."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pipeline.errors import ContractError, within
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.estimation.regression.families import Family
from pipeline.stats.survey.estimation.regression.fitting import coefficients

Reference: TypeAlias = float | Literal["pooled", "pooled_with_group"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoGroups:
    """Outcomes and columns of a first and a second group.

    Attributes:
        y: (n,) outcomes.
        x: (n, p) columns, the intercept's ones first.
        is_first: (n,) who is in the first group.
        weight: (n,) weights; with 0 a row takes no part.
        family: distribution and link of the regressions.
    """

    y: FloatArray
    x: FloatArray
    is_first: BoolArray
    weight: FloatArray
    family: Family

    def __post_init__(self) -> None:
        n = len(self.y)
        if np.shape(self.x)[:1] != (n,) or not n == len(self.is_first) == len(self.weight):
            raise ContractError("decomposition", "expected n outcomes, rows, groups and weights")
        if not (np.isfinite(self.y).all() and np.isfinite(self.x).all()):
            raise ContractError(
                "decomposition", "a value is missing", hint="leave these rows out by a mask"
            )
        if np.ndim(self.x) != 2 or not (self.x[:, 0] == 1).all():
            raise ContractError("decomposition", "expected a first column of ones")
        if not all(w.sum() > 0 for w in self.group_weight):
            raise ContractError("decomposition", "expected people with weight in both groups")

    @property
    def group_weight(self) -> tuple[FloatArray, FloatArray]:
        """(n,) weights of the first and of the second group, 0 elsewhere."""
        return self.weight * self.is_first, self.weight * ~self.is_first

    def means(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Weighted means of (n,) or (n, m) values in the first and in the second group."""
        first, second = (w @ values / w.sum() for w in self.group_weight)
        return np.asarray(first), np.asarray(second)

    def own(self) -> tuple[FloatArray, FloatArray]:
        """(p,) coefficients of the first and of the second group.

        Raises:
            ContractError: a group alone does not bear the regression.
        """
        found = []
        for name, weight in zip(("first", "second"), self.group_weight, strict=True):
            with within(f"{name} group"):
                kept = weight > 0
                found.append(
                    coefficients(self.y[kept], self.x[kept], weight[kept], family=self.family)
                )
        return found[0], found[1]

    def pooled(self, *, dummy: BoolArray | None = None) -> FloatArray:
        """(p,) coefficients of both groups together, or (p + 1,) with a group's dummy last."""
        x = self.x if dummy is None else np.column_stack([self.x, dummy])
        return coefficients(self.y, x, self.weight, family=self.family)

    def reference(
        self, own: tuple[FloatArray, FloatArray], reference: Reference, *, dummy: BoolArray
    ) -> FloatArray:
        """(p,) coefficients b* that stand for neither group's advantage.

        Args:
            own: coefficients of the groups.
            reference: weight of the first group's coefficients, "pooled", or
                "pooled_with_group": pooled with a group's dummy, which is then left out.
            dummy: (n,) the group of that dummy.
        """
        if reference == "pooled":
            return self.pooled()
        if reference == "pooled_with_group":
            return self.pooled(dummy=dummy)[:-1]
        return np.asarray(reference * own[0] + (1 - reference) * own[1])
