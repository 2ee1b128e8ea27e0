"""Combinations of several codings of the same rows, numbered without gaps."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.stats.arrays import BoolArray, CodeArray

AnyCodes: TypeAlias = npt.NDArray[np.signedinteger[Any]]

_ROOM = 16  # marks of all combinations: at most this many times the rows
_SMALL = 1 << 16  # so many marks need no thought


def joint_codes(codings: Sequence[AnyCodes]) -> tuple[CodeArray, list[CodeArray]]:
    """Number the combinations of several codings that occur, in the order of their codes.

    Args:
        codings: (n,) codes from 0 up; -1 in any: the row is in no combination.

    Returns:
        (n,) combination of each row, -1 for none; of each combination, its code in every
        coding.
    """
    n = len(codings[0])
    if not n or min(int(codes.min()) for codes in codings) >= 0:
        return _numbered(codings)
    is_in: BoolArray = np.logical_and.reduce([codes >= 0 for codes in codings])
    number, found = _numbered([codes[is_in] for codes in codings])
    combination = np.full(n, -1, dtype=np.int64)
    combination[is_in] = number
    return combination, found


def _numbered(codings: Sequence[AnyCodes]) -> tuple[CodeArray, list[CodeArray]]:
    widths = [int(codes.max(initial=0)) + 1 for codes in codings]
    n_possible = float(np.prod([float(width) for width in widths]))
    if n_possible <= _room(len(codings[0])):
        number, found = _compressed(_mixed(codings, widths), int(n_possible))
        parts = np.unravel_index(found, widths)
        return number, [np.asarray(part, dtype=np.int64) for part in parts]
    return _numbered_stepwise(codings, widths)


def _numbered_stepwise(
    codings: Sequence[AnyCodes], widths: Sequence[int]
) -> tuple[CodeArray, list[CodeArray]]:
    """The same coding by coding, when there may be far more combinations than rows."""
    number, first = _compressed(codings[0].astype(np.int64, copy=False), widths[0])
    found = [first]
    for codes, width in zip(codings[1:], widths[1:], strict=True):
        number, pairs = _compressed(number * width + codes, len(found[0]) * width)
        found = [*(part[pairs // width] for part in found), pairs % width]
    return number, found


def _mixed(codings: Sequence[AnyCodes], widths: Sequence[int]) -> CodeArray:
    """(n,) one number for each combination of codes, the last coding running fastest."""
    kept = [(codes, width) for codes, width in zip(codings, widths, strict=True) if width > 1]
    if len(kept) < 2:
        return np.asarray(kept[0][0] if kept else codings[0], dtype=np.int64)
    joined: CodeArray = np.multiply(kept[0][0], kept[1][1], dtype=np.int64)
    joined += kept[1][0]
    for codes, width in kept[2:]:
        joined *= width
        joined += codes
    return joined


def _compressed(codes: CodeArray, span: int) -> tuple[CodeArray, CodeArray]:
    """Codes below span renumbered without gaps, and those found, ascending."""
    if span > _room(len(codes)):
        found, number = np.unique(codes, return_inverse=True)
        return number.astype(np.int64, copy=False), found
    occurs = np.zeros(span, dtype=np.bool_)
    occurs[codes] = True
    if occurs.all():
        return codes, np.arange(span)
    found = np.flatnonzero(occurs)
    table = np.zeros(span, dtype=np.int64)
    table[found] = np.arange(len(found))
    return table.take(codes, mode="clip"), found  # all lie within; clipping spares the check


def _room(n: int) -> int:
    return max(_ROOM * n, _SMALL)
