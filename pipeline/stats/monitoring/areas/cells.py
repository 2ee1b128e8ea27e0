"""Census cells: who lives in an area, and shares of areas that rest on them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import CodeArray, FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Cells:
    """C cells of the population, as a census counts them.

    Attributes:
        x: (C, p) columns of the model, as for respondents.
        people: (C,) people, not negative.
        areas: (C,) codes from 0 of the areas.
        n_areas: K areas.

    Raises:
        ContractError: lengths differ, a count or code is impossible, an area has no people.
    """

    x: FloatArray
    people: FloatArray
    areas: CodeArray
    n_areas: int

    def __post_init__(self) -> None:
        if np.ndim(self.x) != 2 or not len(self.x) == len(self.people) == len(self.areas):
            shapes = f"{np.shape(self.x)}, {np.shape(self.people)}, {np.shape(self.areas)}"
            raise ContractError("census cells", f"expected C rows of all, got {shapes}")
        faults = []
        if not np.isfinite(self.x).all():
            faults.append("expected known columns, got missing values")
        if not ((self.people >= 0) & np.isfinite(self.people)).all():
            faults.append("expected counts from 0, got others")
        if ((self.areas < 0) | (self.areas >= self.n_areas)).any():
            faults.append(f"expected areas from 0 to {self.n_areas - 1}, got others")
        elif (lacking := np.bincount(self.areas, self.people, self.n_areas) <= 0).any():
            faults.append(f"no people in areas {', '.join(map(str, np.flatnonzero(lacking)))}")
        if faults:
            raise ContractError("census cells", faults, hint="mend the census table")

    @cached_property
    def mixing(self) -> FloatArray:
        """(K, C) weights of the cells in the areas; rows sum to 1."""
        inside = np.eye(self.n_areas)[:, self.areas] * self.people
        return np.asarray(inside / inside.sum(axis=1, keepdims=True))

    @property
    def area_people(self) -> FloatArray:
        """(K,) people of the areas."""
        return np.bincount(self.areas, self.people, self.n_areas).astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class AreaShares:
    """Shares of K areas.

    Attributes:
        estimate: (K,) shares; those of a generalised regression may leave [0, 1].
        covariance: (K, K).
        people: (K,) people of the areas.
    """

    estimate: FloatArray
    covariance: FloatArray
    people: FloatArray

    @property
    def se(self) -> FloatArray:
        """(K,) standard errors."""
        return np.sqrt(self.covariance.diagonal())

    @property
    def whole(self) -> "AreaShares":
        """All areas together as one."""
        weight = self.people / self.people.sum()
        return AreaShares(
            estimate=np.array([weight @ self.estimate]),
            covariance=np.array([[weight @ self.covariance @ weight]]),
            people=np.array([self.people.sum()]),
        )
