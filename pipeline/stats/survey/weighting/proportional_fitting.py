"""Iterative proportional fitting of many tables at once: the kernel of raking.

R sets of weights over the same C cells (replicates, or one set alone) are fitted to the
same margins. The margin with most categories is kept apart, so that the weights form an
A x B table per set: a round reads it twice and never writes it, since only the factors of
the categories change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy import sparse

from pipeline.errors import CalibrationError, NotConvergedError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray
from pipeline.stats.survey.design.combinations import joint_codes

IfUnmet: TypeAlias = Literal["refuse", "accept"]

_FILLED = 0.2  # below this share of combinations that occur, a table wastes more than it saves


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """Factors of cells and how they were reached.

    Attributes:
        factor: (R, C) product of the factors of a cell's categories.
        gaps: per margin, the largest relative distance to a total after each round.
    """

    factor: FloatArray
    gaps: dict[str, tuple[float, ...]]


def fit(
    cell_weight: FloatArray,
    codes: Mapping[str, CodeArray],
    totals: Mapping[str, FloatArray],
    *,
    tolerance: float,
    max_rounds: int,
    if_unmet: IfUnmet = "refuse",
) -> Fitted:
    """Fit (R, C) weights to margins.

    Args:
        cell_weight: (R, C) weights, not negative.
        codes: per margin, (C,) category of each cell, from 0.
        totals: per margin, (K,) total of each category.
        tolerance: largest relative distance to any total that counts as met.
        max_rounds: rounds after which it has failed.
        if_unmet: "accept" takes what the last round gave.

    Raises:
        CalibrationError: a category with people has no weight in some set.
        NotConvergedError: a gap above the tolerance is left after max_rounds.

    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
    """
    tables = _Tables(cell_weight, codes, totals)
    gaps: list[dict[str, float]] = []
    while not gaps or (max(gaps[-1].values()) > tolerance and len(gaps) < max_rounds):
        gaps.append(tables.turn())
    if max(gaps[-1].values()) > tolerance and if_unmet == "refuse":
        worst = max(gaps[-1], key=lambda name: gaps[-1][name])
        raise NotConvergedError(
            "raking",
            f"expected every margin within {tolerance:g} of its totals, got margin "
            f"{worst} {gaps[-1][worst]:.3g} off after {max_rounds} rounds",
            hint="merge sparse categories (min_respondents, merge_along) or drop a margin that "
            "the others contradict; more rounds help only if the gap still shrinks",
        )
    history = {name: tuple(gap[name] for gap in gaps) for name in sorted(totals)}
    return Fitted(factor=tables.factor(), gaps=history)


class _Tables:
    """R tables of A x B weights, and the factors of their rows and columns."""

    def __init__(
        self,
        cell_weight: FloatArray,
        codes: Mapping[str, CodeArray],
        totals: Mapping[str, FloatArray],
    ) -> None:
        """Arrange cells into tables, rows by the margin of most categories."""
        self.totals = totals
        sets, cells = cell_weight.shape
        names = sorted(totals)
        widest = max(names, key=lambda name: len(totals[name]))
        others = [name for name in names if name != widest]
        self.across: str | None = widest
        self.row, rows = codes[widest], len(totals[widest])
        self.column, self.codes = _combinations(codes, others, cells)
        columns = int(self.column.max()) + 1
        if others and cells < _FILLED * rows * columns:
            self.across, self.row, rows = None, np.zeros(cells, dtype=np.int64), 1
            self.column, self.codes = _combinations(codes, names, cells)
            columns = int(self.column.max()) + 1
        self.table = _spread(cell_weight, self.row * columns + self.column, rows * columns)
        self.table = self.table.reshape(sets, rows, columns)
        self.summing = {name: summing(c, len(totals[name])) for name, c in self.codes.items()}
        self.row_factor = np.ones((sets, rows))
        self.column_factor = np.ones((columns, sets))
        self.row_sums = self._row_sums()

    def turn(self) -> dict[str, float]:
        """Fit every margin once; the gap each has at the end of the round."""
        if self.across:
            self.row_factor = self._ratio(self.across, self.row_sums.T).T
        below = np.matmul(self.row_factor[:, None, :], self.table)[:, 0, :].T
        below = np.ascontiguousarray(below)
        for name, code in self.codes.items():
            sums = np.asarray(self.summing[name] @ (below * self.column_factor))
            self.column_factor *= self._ratio(name, sums)[code]
        fitted = below * self.column_factor
        gaps = {name: self._gap(name, np.asarray(by @ fitted)) for name, by in self.summing.items()}
        if self.across:
            self.row_sums = self._row_sums()
            gaps[self.across] = self._gap(self.across, (self.row_factor * self.row_sums).T)
        return gaps

    def factor(self) -> FloatArray:
        """(R, C) factor of each cell."""
        return np.asarray(self.row_factor[:, self.row] * self.column_factor.T[:, self.column])

    def _row_sums(self) -> FloatArray:
        """(R, A) sums of the rows, their own factors left out."""
        weight = np.ascontiguousarray(self.column_factor.T)[:, :, None]
        return np.asarray(np.matmul(self.table, weight)[:, :, 0])

    def _ratio(self, name: str, sums: FloatArray) -> FloatArray:
        """(K, R) totals over sums."""
        total = self.totals[name][:, None]
        if (is_empty := (sums <= 0) & (total > 0)).any():
            _refuse_empty(name, is_empty)
        return np.divide(total, sums, out=np.zeros_like(sums), where=sums > 0)

    def _gap(self, name: str, sums: FloatArray) -> float:
        total = self.totals[name][:, None]
        scale = np.where(total > 0, total, total.sum())
        return float((np.abs(sums - total) / scale).max())


def _combinations(
    codes: Mapping[str, CodeArray], names: Sequence[str], cells: int
) -> tuple[CodeArray, dict[str, CodeArray]]:
    """Combination of each cell over some margins, and the category of each combination."""
    if not names:
        return np.zeros(cells, dtype=np.int64), {}
    combined, found = joint_codes([codes[name] for name in names])
    return combined, dict(zip(names, found, strict=True))


def _spread(cell_weight: FloatArray, place: CodeArray, size: int) -> FloatArray:
    """(R, size) weights put to their places, those of one place added."""
    if len(np.unique(place)) == len(place):
        table = np.zeros((len(cell_weight), size))
        table[:, place] = cell_weight
        return table
    return np.ascontiguousarray((summing(place, size) @ cell_weight.T).T)


def summing(codes: CodeArray, size: int) -> SparseArray:
    """(size, C) matrix that adds cells by category."""
    cells = np.arange(len(codes))
    return sparse.csr_array((np.ones(len(codes)), (codes, cells)), shape=(size, len(codes)))


def _refuse_empty(name: str, is_empty: BoolArray) -> None:
    sets = is_empty.shape[1]
    raise CalibrationError(
        "raking",
        [
            f"margin {name}: category no. {category} has people, but no weight in "
            f"{int(is_empty[category].sum())} of {sets} sets of weights"
            for category in np.flatnonzero(is_empty.any(axis=1))
        ],
        hint="merge the category with a neighbour; a replicate that leaves out one PSU must "
        "still find respondents in every category",
    )
