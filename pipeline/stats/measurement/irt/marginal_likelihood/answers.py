"""People's answers packed for the E-step: equal people once, categories as columns of ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray

ByteArray: TypeAlias = npt.NDArray[np.int8]

BLOCK = 4096
# Below this share of distinct people in a trial, sorting all of them pays.
FEW = 0.5
TRIAL = 2000


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers:
    """N distinct people.

    Attributes:
        codes: (J, N) categories in one byte each, -1 where not asked.
        weight: (N,) summed over equal people.
        group: (N,) group of each.
        covariates: (N, m).
        row: (n,) place of each given person among the N.
        categories: (J,) number of categories per item.
    """

    codes: ByteArray
    weight: FloatArray
    group: CodeArray
    covariates: FloatArray
    row: CodeArray
    categories: CodeArray

    @classmethod
    def of(
        cls,
        responses: CodeArray,
        weight: FloatArray,
        group: CodeArray,
        covariates: FloatArray,
        categories: CodeArray,
    ) -> "Answers":
        """Pack n people, equal ones together where that makes them few."""
        codes = responses.astype(np.int8)
        row = np.arange(len(codes))
        trial = slice(0, TRIAL)
        kinds, _ = _distinct(codes[trial], group[trial], covariates[trial])
        if len(kinds) < FEW * len(codes[trial]):
            kept, row = _distinct(codes, group, covariates)
            weight = np.asarray(np.bincount(row, weight, len(kept)), dtype=np.float64)
            codes, group, covariates = codes[kept], group[kept], covariates[kept]
        return cls(
            codes=np.ascontiguousarray(codes.T),
            weight=weight,
            group=group,
            covariates=covariates,
            row=row,
            categories=categories,
        )

    @property
    def size(self) -> int:
        """N."""
        return len(self.weight)

    @property
    def is_answering(self) -> BoolArray:
        """(n,) given people who were asked something."""
        return np.asarray((self.codes >= 0).any(axis=0))[self.row]

    @cached_property
    def is_complete(self) -> BoolArray:
        """(J,) items that everybody was asked."""
        return np.asarray((self.codes >= 0).all(axis=1))

    @cached_property
    def columns(self) -> tuple[CodeArray, CodeArray]:
        """(C,) item and category of each column of ones.

        Category 0 stands for "asked" and is left out where everybody was: it is known then.
        """
        first = self.is_complete.astype(np.int64)
        item = np.repeat(np.arange(len(first)), self.categories - first)
        pairs = zip(first, self.categories, strict=True)
        return item, np.concatenate([np.arange(start, stop) for start, stop in pairs])

    def blocks(self) -> Iterator[slice]:
        """Slices of the N people that fit the processor's cache."""
        return (slice(start, start + BLOCK) for start in range(0, self.size, BLOCK))

    def ones(self, people: slice) -> FloatArray:
        """(C, b) ones where a person chose the category, or was asked, for category 0."""
        item, category = self.columns
        codes = self.codes[:, people]
        ones = np.empty((len(item), codes.shape[1]))
        np.equal(codes[item], category[:, None], out=ones, casting="unsafe")
        asked = category == 0
        if asked.any():
            ones[asked] = codes[item[asked]] >= 0
        return ones

    def contrasts(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(C, ...) values of the columns and (J, ...) constants, from (J, K, ...) values.

        The value of the category a person chose, summed over items, is the sum of the
        constants plus that of the values of the person's columns.
        """
        item, category = self.columns
        base = values[:, 0]
        in_columns = values[item, category] - base[item]
        in_columns[category == 0] = base[item[category == 0]]
        constants = base.copy()
        constants[~self.is_complete] = 0
        return in_columns, constants

    def by_category(self, sums: FloatArray, total: FloatArray) -> FloatArray:
        """(J, K, Q) expected counts from (C, Q) sums over the columns and (Q,) over all."""
        item, category = self.columns
        counts = np.zeros((len(self.categories), int(self.categories.max()), len(total)))
        counts[item, category] = sums
        counts[self.is_complete, 0] = total
        counts[:, 0] -= counts[:, 1:].sum(axis=1)
        return counts


def _distinct(
    codes: ByteArray, group: CodeArray, covariates: FloatArray
) -> tuple[CodeArray, CodeArray]:
    """Place of the first of each kind of person, and the kind of each person."""
    parts = [codes, group[:, None].astype(np.int64).view(np.int8), covariates + 0.0]
    packed = np.concatenate(
        [np.ascontiguousarray(part).view(np.int8).reshape(len(codes), -1) for part in parts], axis=1
    )
    keys = np.ascontiguousarray(packed).view(np.dtype((np.void, packed.shape[1])))[:, 0]
    _, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    return first.astype(np.int64), kind.astype(np.int64)
