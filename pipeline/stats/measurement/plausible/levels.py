"""Levels of a variable, small ones merged so that each can have a coefficient."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray
from pipeline.stats.survey.weighting.cells import Coded

Reason: TypeAlias = Literal["nobody", "too few people", "determined by the columns before"]

MISSING = "missing"


@dataclass(frozen=True)
class Change:
    """A level without a coefficient of its own.

    Attributes:
        variable: its variable.
        level: its name.
        reason: why.
        into: level it was merged with; None: its column was left out.
    """

    variable: str
    level: str
    reason: Reason
    into: str | None


@dataclass(frozen=True, eq=False)
class Levels:
    """A variable after merging.

    Attributes:
        names: of the levels; merged ones joined by "+".
        codes: (n,) level of each person.
        reference: level without a column.
        changes: what was merged.
    """

    names: tuple[str, ...]
    codes: CodeArray
    reference: int
    changes: tuple[Change, ...]


def merged_levels(
    variable: str,
    found: Coded,
    counted: BoolArray,
    *,
    reference: str | None,
    is_ordered: bool,
    fewest: int,
) -> Levels:
    """Merge levels of few people, the smallest first, until none is left.

    Args:
        variable: name.
        found: codes of n people; -1 = missing.
        counted: (n,) people who count.
        reference: level without a column; None: the most numerous.
        is_ordered: whether a level is merged with a neighbour rather than with the reference.
        fewest: people a level needs.

    Raises:
        ContractError: nobody has the reference.
    """
    names = [*found.names, MISSING]
    codes = np.where(found.codes < 0, len(found.names), found.codes).astype(np.int64)
    people = np.bincount(codes[counted], minlength=len(names))
    if reference is not None and not (reference in names and people[names.index(reference)]):
        raise ContractError(
            "conditioning model",
            f"variable {variable}: expected a reference that somebody has, got {reference}",
        )
    base = int(people.argmax()) if reference is None else names.index(reference)
    changes = [
        Change(variable, name, "nobody", names[base])
        for name, count in zip(found.names, people, strict=False)
        if not count
    ]
    groups = [[level] for level in np.flatnonzero(people).tolist()]
    while len(groups) > 1:
        sizes = [int(people[group].sum()) for group in groups]
        small = int(np.argmin(sizes))
        if sizes[small] >= fewest:
            break
        into = _partner(groups, sizes, small, base, len(found.names) if is_ordered else None)
        label = "+".join(names[level] for level in groups[into])
        changes += [
            Change(variable, names[level], "too few people", label) for level in groups[small]
        ]
        groups[min(into, small)] = sorted(groups[into] + groups[small])
        del groups[max(into, small)]
    return _renumbered(names, codes, groups, base, tuple(changes))


def _partner(
    groups: list[list[int]], sizes: list[int], small: int, base: int, missing: int | None
) -> int:
    """The group that a small one joins: a neighbour in order, or the reference.

    `missing` is the level that has no place in the order; None: no level has.
    """
    reference = next(at for at, group in enumerate(groups) if base in group)
    if missing is not None and groups[small] != [missing]:
        near = [
            at for at in (small - 1, small + 1) if 0 <= at < len(groups) and groups[at] != [missing]
        ]
        if near:
            return min(near, key=lambda at: sizes[at])
    others = [at for at in range(len(groups)) if at != small]
    return reference if reference != small else max(others, key=lambda at: sizes[at])


def _renumbered(
    names: list[str],
    codes: CodeArray,
    groups: list[list[int]],
    base: int,
    changes: tuple[Change, ...],
) -> Levels:
    reference = next(at for at, group in enumerate(groups) if base in group)
    # levels that only people of weight 0 have go with the reference
    place = np.full(len(names), reference)
    for at, group in enumerate(groups):
        place[group] = at
    joined = tuple("+".join(names[level] for level in group) for group in groups)
    return Levels(joined, place[codes], reference, changes)
