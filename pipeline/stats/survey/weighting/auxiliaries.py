"""Auxiliary variables of a calibration as one matrix, matched with their totals by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from pipeline.errors import MarginMismatchError
from pipeline.stats.arrays import BoolArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.weighting.cells import Labels, coded

Totals: TypeAlias = Mapping[str, float | Mapping[Any, float]]

_FILLED = 0.3  # a matrix with more than this share of non-zeros is kept dense


@dataclass(frozen=True, eq=False)
class Auxiliaries:
    """n rows of q auxiliary variables with their population totals.

    Attributes:
        matrix: (n, q) dense or sparse.
        names: of the variables; a category is named "education=high".
        totals: (q,).
    """

    matrix: FloatArray | SparseArray
    names: tuple[str, ...]
    totals: FloatArray


@dataclass(frozen=True, eq=False)
class _Block:
    """The variables of one column, and what is wrong with them."""

    matrix: SparseArray
    names: tuple[str, ...]
    totals: tuple[float, ...]
    faults: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # categories without a total
    fixes_people: bool = False  # its totals say how many people there are


def auxiliaries_of(
    weight: FloatArray, columns: Mapping[str, Labels], totals: Totals
) -> Auxiliaries:
    """The variables that totals name, matched by name and never by position.

    A column with one total is an amount per row (income; ones for the number of people). A
    column with a total per category is as many indicators. A category may be left out where
    the other totals settle it: one per column, with the number of people fixed elsewhere.

    Args:
        weight: (n,) weights before calibration; rows of weight 0 are not looked at.
        columns: per name, (n,) amounts or category names.
        totals: per name, the population total, or one per category.

    Raises:
        MarginMismatchError: every fault: a total without a column, a category without rows,
            rows without a category, missing amounts.
    """
    faults = [f"total {name}: no column of that name" for name in totals if name not in columns]
    faults += [f"column {name}: no population total" for name in columns if name not in totals]
    is_counted = np.asarray(weight) > 0
    wrong_length = {n: len(columns[n]) for n in columns if len(columns[n]) != len(is_counted)}
    faults += [
        f"column {name}: expected {len(is_counted)} rows, got {length}"
        for name, length in wrong_length.items()
    ]
    names = sorted((set(totals) & set(columns)) - set(wrong_length))
    blocks = [_block(name, columns[name], totals[name], is_counted) for name in names]
    faults += [fault for block in blocks for fault in block.faults]
    people_fixed = any(block.fixes_people for block in blocks)
    for block, name in zip(blocks, names, strict=True):
        if len(block.left_out) > (1 if people_fixed else 0):
            faults.append(
                f"total {name}: no total for category {', '.join(block.left_out)}; state it, or "
                "leave out one category only and fix the number of people by another total"
            )
    if faults or not blocks:
        raise MarginMismatchError("calibration", faults or ["expected a total, got none"])
    matrix = sparse.csr_array(sparse.hstack([block.matrix for block in blocks]))
    is_filled = matrix.nnz > _FILLED * matrix.shape[0] * matrix.shape[1]
    return Auxiliaries(
        matrix=dense(matrix) if is_filled else matrix,
        names=tuple(name for block in blocks for name in block.names),
        totals=np.array([total for block in blocks for total in block.totals]),
    )


def _block(
    name: str, column: Labels, total: float | Mapping[Any, float], is_counted: BoolArray
) -> _Block:
    if isinstance(total, Mapping):
        wanted = {str(category): float(people) for category, people in total.items()}
        return _indicators(name, column, wanted, is_counted)
    return _amounts(name, np.asarray(column, dtype=np.float64), float(total), is_counted)


def _amounts(name: str, amount: FloatArray, total: float, is_counted: BoolArray) -> _Block:
    values = np.where(is_counted, amount, 0.0)
    held = amount[is_counted]
    faults = []
    if missing := int((~np.isfinite(held)).sum()):
        faults.append(f"column {name}: amount missing or infinite in {missing} rows")
    elif held.size and not held.any() and total:
        faults.append(f"column {name}: expected rows with an amount, as its total is {total:g}")
    if not np.isfinite(total):
        faults.append(f"total {name}: expected a finite number")
    is_constant = bool(held.size) and bool(held[0]) and bool((held == held[0]).all())
    matrix = sparse.csr_array(np.nan_to_num(values)[:, None])
    return _Block(matrix, (name,), (total,), tuple(faults), fixes_people=is_constant)


def _indicators(
    name: str, column: Labels, totals: Mapping[str, float], is_counted: BoolArray
) -> _Block:
    found = coded(column)
    categories = sorted(totals)
    place = np.array([categories.index(c) if c in totals else -1 for c in found.names] + [-1])
    rows = np.flatnonzero(is_counted & (place[found.codes] >= 0))
    held = np.unique(found.codes[is_counted])
    present = {found.names[code] for code in held if code >= 0}
    left_out = tuple(sorted(present - set(categories)))
    faults = [
        f"total {name}: category {category} ({totals[category]:g} people) has no respondent with "
        "weight; merge it with another"
        for category in categories
        if category not in present and totals[category] != 0
    ]
    faults += [
        f"total {name}: category {category}: expected a finite number >= 0"
        for category in categories
        if not (np.isfinite(totals[category]) and totals[category] >= 0)
    ]
    if missing := int((found.codes[is_counted] < 0).sum()):
        faults.append(f"column {name}: {missing} rows without a category")
    return _Block(
        matrix=sparse.csr_array(
            (np.ones(len(rows)), (rows, place[found.codes[rows]])),
            shape=(len(found.codes), len(categories)),
        ),
        names=tuple(f"{name}={category}" for category in categories),
        totals=tuple(totals[category] for category in categories),
        faults=tuple(faults),
        left_out=left_out,
        fixes_people=not left_out,
    )
