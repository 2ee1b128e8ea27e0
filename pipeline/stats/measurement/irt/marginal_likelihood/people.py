"""The people of a calibration: their answers, weights, groups and covariates, checked."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

WHERE = "calibration"
MOST_CATEGORIES = 100


@dataclass(frozen=True, eq=False, kw_only=True)
class People:
    """n people as a calibration needs them.

    Attributes:
        responses: (n, J) categories from 0, one byte each; -1 not asked.
        weights: (n,).
        groups: (n,) numbers from 0.
        covariates: (n, m).
    """

    responses: CodeArray
    weights: FloatArray
    groups: CodeArray
    covariates: FloatArray

    @classmethod
    def of(
        cls,
        responses: CodeArray,
        *,
        weights: FloatArray | None = None,
        groups: CodeArray | None = None,
        covariates: FloatArray | None = None,
    ) -> "People":
        """Fill in what was not given.

        Raises:
            ContractError: shapes that differ, or values that cannot be used.
        """
        codes = np.asarray(responses)
        n = len(codes)
        people = cls(
            responses=codes,
            weights=np.asarray(np.ones(n) if weights is None else weights, dtype=np.float64),
            groups=np.zeros(n, dtype=np.int64) if groups is None else np.asarray(groups),
            covariates=np.asarray(
                np.empty((n, 0)) if covariates is None else covariates, dtype=np.float64
            ),
        )
        if faults := people._shape_faults() or people._value_faults():
            raise ContractError(
                WHERE,
                faults,
                hint="give one row per person to each; -1 is an item not asked, weight 0 a person "
                "who is left out",
            )
        return replace(people, responses=codes.astype(np.int8))

    @property
    def n_groups(self) -> int:
        """Groups."""
        return int(self.groups.max(initial=0)) + 1

    @cached_property
    def is_counted(self) -> BoolArray:
        """(n,) people with weight who answered something."""
        return np.asarray((self.weights > 0) & (self.responses >= 0).any(axis=1))

    def _shape_faults(self) -> list[str]:
        if self.responses.ndim != 2 or self.responses.dtype.kind not in "iu":
            return ["responses: expected a table of whole numbers, one column per item"]
        n = len(self.responses)
        faults = [
            f"{name}: expected {n} numbers, got shape {array.shape}"
            for name, array in (("weights", self.weights), ("groups", self.groups))
            if array.shape != (n,)
        ]
        if self.groups.dtype.kind not in "iu":
            faults.append("groups: expected whole numbers")
        if self.covariates.ndim != 2 or len(self.covariates) != n:
            faults.append(f"covariates: expected {n} rows, got shape {self.covariates.shape}")
        return faults

    def _value_faults(self) -> list[str]:
        unusable = int((~np.isfinite(self.weights) | (self.weights < 0)).sum())
        infinite = int((~np.isfinite(self.covariates)).sum())
        outside = int(((self.responses < -1) | (self.responses >= MOST_CATEGORIES)).sum())
        found = {
            f"weights: expected 0 or more, got {unusable} negative or missing": unusable > 0,
            f"covariates: expected numbers, got {infinite} missing or infinite": infinite > 0,
            f"responses: expected -1 to {MOST_CATEGORIES - 1}, got {outside} others": outside > 0,
            "groups: expected numbers from 0, got negative ones": bool((self.groups < 0).any()),
            "weights: expected an answer of a person with weight, got none": not (
                unusable or self.is_counted.any()
            ),
        }
        return [fault for fault, is_found in found.items() if is_found]
