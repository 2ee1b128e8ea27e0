"""Tables whose cells add up, and what a reader can work out about cells left blank.

A table is a list of cells and a list of relations between them: each relation is a row of
coefficients, -1 for a sum and 1 for its parts, whose product with the cells is 0. Totals,
margins and sub-totals of any number of hierarchies are all of this form.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, SparseArray
from pipeline.stats.survey.estimation.intervals import Interval


def hierarchy(parent: CodeArray) -> SparseArray:
    """Relations (r, c) of a tree of cells, one for every cell that has parts.

    Args:
        parent: (c,) the cell that each is a part of; -1 for the total.

    Raises:
        ContractError: a parent is not a cell of the table, or a cell is part of itself.
    """
    size = len(parent)
    _check_tree(parent)
    part = np.flatnonzero(parent >= 0)
    sums, relation = np.unique(parent[part], return_inverse=True)
    row = np.concatenate([relation, np.arange(len(sums))])
    data = np.concatenate([np.ones(len(part)), -np.ones(len(sums))])
    place = (row, np.concatenate([part, sums]))
    return sparse.csr_array((data, place), shape=(len(sums), size))


def parts_and_total(parts: int) -> SparseArray:
    """Relations of a one-way table: its parts, then their total."""
    return hierarchy(np.append(np.full(parts, parts), -1))


def crossed(first: SparseArray, second: SparseArray) -> SparseArray:
    """Relations of a table with rows of one hierarchy and columns of another, row by row.

    Crossing again gives tables of three dimensions and more.
    """
    rows, columns = first.shape[1], second.shape[1]
    down = sparse.kron(first, sparse.eye_array(columns))
    across = sparse.kron(sparse.eye_array(rows), second)
    return sparse.csr_array(sparse.vstack([down, across]))


def derivable(value: FloatArray, is_withheld: BoolArray, relations: SparseArray) -> Interval:
    """What a reader can derive about each cell from the cells published.

    The least and the greatest value a cell can have, given the published cells, the relations
    and that no cell is negative. A published cell is a point; an upper bound may be infinite.

    Args:
        value: (c,) true values, not negative.
        is_withheld: (c,) cells left blank.
        relations: (r, c) coefficients.

    Source: Willenborg & de Waal (2001), Elements of Statistical Disclosure Control,
    section 6.3: the audit of a suppression pattern.
    """
    low, high = value.astype(np.float64), value.astype(np.float64)
    blank = np.flatnonzero(is_withheld)
    unknown = sparse.csr_array(relations[:, blank])
    smallest = value[value > 0].min(initial=np.inf)
    for place, cell in enumerate(blank):
        unit = max(value[cell], smallest) if np.isfinite(smallest) else 1.0
        room = value[blank] / unit
        low[cell] -= unit * _farthest(unknown, room, place, -1)
        high[cell] += unit * _farthest(unknown, room, place, 1)
    return Interval(np.maximum(low, 0), high)


def _farthest(unknown: SparseArray, room: FloatArray, place: int, sign: int) -> float:
    """How far an unknown can go from its true value, up (1) or down (-1)."""
    aim = np.zeros(len(room))
    aim[place] = -sign
    adds_up = LinearConstraint(unknown, 0, 0)
    found = milp(aim, bounds=Bounds(-room, np.inf), constraints=adds_up)
    # the true table is always possible, so nothing but a missing bound stops the search
    return -float(found.fun) if found.status == 0 else np.inf


def _check_tree(parent: CodeArray) -> None:
    size = len(parent)
    if stray := int(((parent < -1) | (parent >= size)).sum()):
        raise ContractError("hierarchy", f"expected parents among {size} cells, got {stray} others")
    above = parent.copy()
    for _ in range(size):
        above = np.where(above >= 0, parent[above], -1)
    if circular := int((above >= 0).sum()):
        raise ContractError("hierarchy", f"{circular} cells are parts of themselves")
