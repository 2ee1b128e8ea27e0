"""The rule that merges sparse margin cells before raking.

It reads counts of respondents by category and nothing else, so no answer can steer it, and
the same counts always give the same cells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import pandas as pd

from pipeline.errors import CalibrationError

Cell: TypeAlias = tuple[str, ...]
Block: TypeAlias = tuple[tuple[str, ...], ...]  # categories per axis; their product is the block
Counts: TypeAlias = dict[Block, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One merge: which labels became one, along which axis, with how many respondents."""

    axis: str
    merged: tuple[str, ...]
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapsed:
    """Cells after merging.

    Attributes:
        labels: new label of every cell that was counted.
        merges: what was merged, in order.
    """

    labels: dict[Cell, str]
    merges: tuple[Merge, ...]


class _Union(NamedTuple):
    """A merge that could be made."""

    respondents: int
    axis: str
    block: Block
    parts: list[Block]


def collapse(
    counts: "pd.Series[int]", *, along: Mapping[str, Sequence[str]], min_count: int
) -> Collapsed:
    """Merge neighbouring cells until each holds at least `min_count` respondents.

    The smallest sparse block goes first (ties: the first by name). It joins its smaller
    neighbour along the first axis on which it has one, and every block needed to keep the
    result a full product of categories: no age group of one sex reaches into half an age
    group of the other. A merged label names its categories: "510402*F*18-29+30-39".

    Args:
        counts: respondents per cell, one index level per axis, zeros listed; the names of
            the levels are the axes, its own name is the margin's.
        along: axes along which neighbours may merge, in order of preference, each with its
            categories in the order that makes them neighbours.
        min_count: smallest number of respondents in a cell.

    Raises:
        CalibrationError: a category is not in its order, or a cell stays sparse although
            all that it may join has joined.
    """
    axes = [str(name) for name in counts.index.names]
    where = f"margin {counts.name or ', '.join(axes)}"
    cells = _cells(counts)
    _refuse_unordered(cells, axes, along, where)
    blocks: Counts = {
        tuple((category,) for category in cell): int(count)
        for cell, count in zip(cells, counts, strict=True)
    }
    merges: list[Merge] = []
    stuck: set[Block] = set()
    while sparse := [b for b in blocks if blocks[b] < min_count and b not in stuck]:
        block = min(sparse, key=lambda b: (blocks[b], b))
        union = _prescribed(block, blocks, axes, along)
        if union is None:
            stuck.add(block)
            continue
        merges.append(_merge(union))
        blocks = {b: count for b, count in blocks.items() if b not in union.parts}
        blocks[union.block] = union.respondents
    _refuse_stuck(sorted(stuck & blocks.keys()), blocks, min_count, where)
    return Collapsed(
        labels={cell: _label(block) for cell in cells for block in blocks if _has(block, cell)},
        merges=tuple(merges),
    )


def _cells(counts: "pd.Series[int]") -> list[Cell]:
    names = counts.index
    rows = names if isinstance(names, pd.MultiIndex) else ((name,) for name in names)
    return [tuple(str(category) for category in row) for row in rows]


def _prescribed(
    block: Block, blocks: Counts, axes: Sequence[str], along: Mapping[str, Sequence[str]]
) -> _Union | None:
    """The merge the rule prescribes for a block: first axis that has one, smaller neighbour."""
    for axis in along:
        found = [_towards(block, step, axis, blocks, axes, along) for step in (-1, 1)]
        unions = [union for union in found if union is not None]
        if unions:
            return min(unions, key=lambda union: union.respondents)
    return None


def _towards(
    block: Block,
    step: int,
    axis: str,
    blocks: Counts,
    axes: Sequence[str],
    along: Mapping[str, Sequence[str]],
) -> _Union | None:
    """Widen a block along an axis, upwards or downwards, until it meets another."""
    place, order = axes.index(axis), along[axis]
    positions = [order.index(category) for category in block[place]]
    beside = (max(positions) if step > 0 else min(positions)) + step
    while 0 <= beside < len(order):
        wider = (*block[:place], (*block[place], order[beside]), *block[place + 1 :])
        parts = _parts(wider, blocks)
        if len(parts) > 1:
            target = _hull(parts, axes, along)
            return _Union(sum(blocks[part] for part in parts), axis, target, parts)
        beside += step
    return None


def _parts(block: Block, blocks: Iterable[Block]) -> list[Block]:
    """All blocks that must join so that the union of those a block touches is a product."""
    blocks = sorted(blocks)
    parts: list[Block] = []
    while True:
        touched = [b for b in blocks if all(set(x) & set(y) for x, y in zip(b, block, strict=True))]
        if touched == parts:
            return parts
        parts = touched
        block = tuple(
            tuple({category for b in parts for category in b[place]} | set(block[place]))
            for place in range(len(block))
        )


def _hull(parts: Sequence[Block], axes: Sequence[str], along: Mapping[str, Sequence[str]]) -> Block:
    """The product of all categories of the parts, each axis in its order."""
    hull = []
    for place, axis in enumerate(axes):
        categories = {category for part in parts for category in part[place]}
        hull.append(tuple(sorted(categories, key=list(along.get(axis, categories)).index)))
    return tuple(hull)


def _merge(union: _Union) -> Merge:
    return Merge(
        axis=union.axis,
        merged=tuple(_label(part) for part in union.parts),
        label=_label(union.block),
        count=union.respondents,
    )


def _label(block: Block) -> str:
    return "*".join("+".join(categories) for categories in block)


def _has(block: Block, cell: Cell) -> bool:
    return all(category in part for category, part in zip(cell, block, strict=True))


def _refuse_unordered(
    cells: Sequence[Cell], axes: Sequence[str], along: Mapping[str, Sequence[str]], where: str
) -> None:
    faults = [f"axis {axis} is not one of {', '.join(axes)}" for axis in along if axis not in axes]
    for axis in set(along) & set(axes):
        listed = {cell[axes.index(axis)] for cell in cells}
        faults += [
            f"axis {axis}: category {category} has no place in the order of neighbours"
            for category in sorted(listed - set(along[axis]))
        ]
    if faults:
        raise CalibrationError(where, sorted(faults))


def _refuse_stuck(stuck: Sequence[Block], blocks: Counts, min_count: int, where: str) -> None:
    if stuck:
        raise CalibrationError(
            where,
            [
                f"{_label(block)}: expected {min_count} respondents or more, got {blocks[block]}, "
                "and no neighbour is left to join"
                for block in stuck
            ],
            hint="let the margin merge along another axis (merge_along), or lower min_respondents",
        )
