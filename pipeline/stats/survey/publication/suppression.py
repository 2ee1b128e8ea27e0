"""Which cells of a table are left blank, so that no small cell can be read or worked out.

Blank are the cells with too few people (primary) and, as they could be had by subtraction,
the cheapest set of others that keeps every one of them uncertain (complementary). The pattern
is audited as an attacker would try it: by linear programming.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray, TextArray, dense
from pipeline.stats.survey.publication.additive_tables import derivable

_ADDS_UP = 1e-9  # relative to the largest cell
_SLACK = 1e-4  # of the protection, asked for beyond it: solvers round
_ROUNDING = 1e-6
_PENNY = 1e-5  # patterns whose costs differ by less are equal; then earlier cells are blanked


@dataclass(frozen=True, kw_only=True, eq=False)
class Suppression:
    """Which of c cells are blank, and what can still be derived about them.

    Attributes:
        reason: (c,) "primary" (too few people), "complementary" (protects a primary cell) or
            "" (published).
        low: (c,) least value that the published cells leave possible.
        high: (c,) greatest such value; infinite where nothing bounds it.
    """

    reason: TextArray
    low: FloatArray
    high: FloatArray

    @property
    def is_withheld(self) -> BoolArray:
        """(c,) cells left blank."""
        is_withheld: BoolArray = self.reason != ""
        return is_withheld


def suppress(
    value: FloatArray,
    count: FloatArray,
    relations: SparseArray,
    *,
    min_count: float,
    protection: float,
    weight: FloatArray | None = None,
    must_publish: BoolArray | None = None,
) -> Suppression:
    """Blank all cells with too few people and the least costly others that hide them.

    A primary cell of value v is hidden when the values it can have span at least
    protection * v (for an empty cell: of the smallest cell above 0). No blank cell can be
    derived exactly: one that could would hide nothing and is published.

    Args:
        value: (c,) what the table shows, not negative and adding up. Shares do not add up;
            the totals behind them do.
        count: (c,) people behind each cell.
        relations: (r, c) how cells add up, see `additive_tables`.
        min_count: cells with fewer people are primary.
        protection: smallest width of what can be derived, relative to the value; above 0.
        weight: (c,) cost of leaving a cell blank; default: its people.
        must_publish: (c,) cells known to the public anyway.

    Raises:
        ContractError: the table does not add up, or no pattern hides a primary cell while
            `must_publish` is published.

    Source: Fischetti & Salazar-González (2001), JASA 96, 222-232: the cell suppression
    problem as a mixed integer programme; here without lists of tightened bounds, as tables
    of a survey report are small.
    """
    table = _Table.of(value, count, relations, protection, weight, must_publish)
    primary: BoolArray = np.asarray(count) < min_count
    table.check(primary)
    is_blank, attended = primary, np.zeros(len(primary), dtype=np.bool_)
    while True:
        bounds = derivable(table.value, is_blank, table.relations)
        width = bounds.high - bounds.low
        exposed = primary & (width < table.need * (1 - _ROUNDING))
        if not exposed.any():
            break
        if not (exposed & ~attended).any():
            raise ContractError("suppression", "cells differ too much in size to be hidden safely")
        attended |= exposed
        is_blank = table.cheapest(primary, np.flatnonzero(attended))
    reason = np.select([primary, is_blank], ["primary", "complementary"], default="")
    return Suppression(reason=reason.astype(object), low=bounds.low, high=bounds.high)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Table:
    """c cells, what they cost and how uncertain they must be."""

    value: FloatArray
    relations: SparseArray
    cost: FloatArray
    need: FloatArray
    must_publish: BoolArray

    @classmethod
    def of(
        cls,
        value: FloatArray,
        count: FloatArray,
        relations: SparseArray,
        protection: float,
        weight: FloatArray | None,
        must_publish: BoolArray | None,
    ) -> "_Table":
        if not protection > 0:
            raise ContractError("suppression", f"expected protection above 0, got {protection}")
        shown = np.asarray(value, dtype=np.float64)
        cost = np.asarray(count if weight is None else weight, dtype=np.float64)
        open_cells = np.zeros(len(shown)) if must_publish is None else must_publish
        smallest = shown[shown > 0].min(initial=np.inf)
        smallest = smallest if np.isfinite(smallest) else 1.0
        return cls(
            value=shown,
            relations=relations,
            cost=cost / (cost.mean() or 1.0) / _PENNY + np.linspace(0.1, 1, len(cost)),
            need=protection * np.maximum(shown, smallest),
            must_publish=np.asarray(open_cells, dtype=np.bool_),
        )

    def check(self, primary: BoolArray) -> None:
        cells = {len(self.value), len(self.cost), self.relations.shape[1], len(primary)}
        if len(cells) > 1:
            raise ContractError("suppression", f"expected one number of cells, got {sorted(cells)}")
        if wrong := int((~(self.value >= 0) | ~np.isfinite(self.value)).sum()):
            raise ContractError("suppression", f"value: missing or negative in {wrong} cells")
        gap = np.abs(dense(self.relations @ self.value))
        faults = []
        if broken := int((gap > _ADDS_UP * self.value.max(initial=0)).sum()):
            faults.append(f"{broken} sums differ from their parts")
        if torn := int((primary & self.must_publish).sum()):
            faults.append(f"{torn} cells that must be published have too few people")
        if faults:
            raise ContractError("suppression", faults)

    def cheapest(self, primary: BoolArray, attended: CodeArray) -> BoolArray:
        """The least costly pattern that hides the attended cells.

        Deviations need not exceed that of the hidden cell where relations form a network, as
        in two-way tables with one hierarchy; elsewhere more room is tried second.
        """
        for room in (1.0, float(len(self.value))):
            found = self._solved(primary, attended, room)
            if found is not None:
                return found
        raise ContractError(
            "suppression",
            f"no pattern hides {len(attended)} small cells with the cells that must be published",
            hint="merge categories, ask for less protection or let a total go",
        )

    def _solved(self, primary: BoolArray, attended: CodeArray, room: float) -> BoolArray | None:
        c, unknowns = len(self.value), len(self.value) * (1 + 2 * len(attended))
        blocks = [self._hidden(cell, k, len(attended), room) for k, cell in enumerate(attended)]
        matrix = sparse.csr_array(sparse.vstack([block for block, _, _ in blocks]))
        limits = LinearConstraint(
            matrix,
            np.concatenate([low for _, low, _ in blocks]),
            np.concatenate([high for _, _, high in blocks]),
        )
        lower, upper = np.full(unknowns, -room), np.full(unknowns, room)
        lower[:c], upper[:c] = primary, ~self.must_publish
        solution = milp(
            np.concatenate([self.cost, np.zeros(unknowns - c)]),
            integrality=(np.arange(unknowns) < c).astype(np.int64),
            bounds=Bounds(lower, upper),
            constraints=limits,
            options={"mip_rel_gap": 0.0},
        )
        return None if solution.x is None else np.asarray(solution.x[:c] > 0.5)

    def _hidden(
        self, cell: int, place: int, attended: int, room: float
    ) -> tuple[SparseArray, FloatArray, FloatArray]:
        """Two tables that a reader cannot rule out and that lie far enough apart in a cell.

        Unknowns are the blanks (c), then for each attended cell the deviations upwards (c)
        and downwards (c), in units of the protection needed.
        """
        c, r = len(self.value), self.relations.shape[0]
        limit = np.minimum(self.value / self.need[cell], room)
        eye, sums = sparse.csr_array(sparse.eye_array(c)), self.relations
        far, near = eye * room, sparse.csr_array(sparse.diags_array(limit))
        aim = sparse.csr_array(([1.0], ([0], [cell])), shape=(1, c))
        rows = [
            _row(sparse.csr_array((r, c)), sums, 0 * sums),
            _row(sparse.csr_array((r, c)), 0 * sums, sums),
            _row(far, -eye, 0 * eye),  # no cell moves unless blank, and none falls below 0
            _row(near, eye, 0 * eye),
            _row(near, 0 * eye, -eye),
            _row(far, 0 * eye, eye),
            _row(0 * aim, aim, aim),
        ]
        own = sparse.csc_array(sparse.vstack(rows))
        height = own.shape[0]
        pads = [sparse.csr_array((height, 2 * c * n)) for n in (place, attended - place - 1)]
        block = sparse.csr_array(sparse.hstack([own[:, :c], pads[0], own[:, c:], pads[1]]))
        low = np.concatenate([np.zeros(height - 1), [1 + _SLACK]])
        high = np.concatenate([np.zeros(2 * r), np.full(height - 2 * r, np.inf)])
        return block, low, high


def _row(blanks: SparseArray, upwards: SparseArray, downwards: SparseArray) -> SparseArray:
    return sparse.csr_array(sparse.hstack([blanks, upwards, downwards]))
