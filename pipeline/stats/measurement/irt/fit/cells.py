"""Merging the cells of a table until enough people are expected in each."""

import numpy as np

from pipeline.stats.arrays import FloatArray


def merged(
    observed: FloatArray, expected: FloatArray, *, least: float
) -> tuple[FloatArray, FloatArray]:
    """Observed and expected counts with at least so many expected in every cell left.

    First across categories, each small cell into the next higher category and the highest into
    the next lower one left. Then across scores: the lowest row with a small cell is joined with
    its neighbour, the one with fewer people where there are two. Rows of nobody are left out.

    Args:
        observed: (S, K) people by score and category.
        expected: (S, K) expected, same row sums.
        least: expected people in a cell.

    Returns:
        (R, K) each, NaN for cells that were merged into others.

    Source: Orlando & Thissen (2000), Applied Psychological Measurement 24, 50-64; Kang & Chen
    (2008), Journal of Educational Measurement 45, 391-406.
    """
    has_people = observed.sum(axis=1) > 0
    found, wanted = observed[has_people].copy(), expected[has_people].copy()
    if found.shape[1] > 2:
        _merge_categories(found, wanted, least)
    return _merge_rows(found, wanted, least)


def _merge_categories(found: FloatArray, wanted: FloatArray, least: float) -> None:
    """In place, row by row; what is merged away becomes NaN."""
    last = found.shape[1] - 1
    for row in range(len(found)):
        for category in range(last):
            if wanted[row, category] < least:
                _move(found, wanted, row, category, category + 1)
        left = np.flatnonzero(~np.isnan(wanted[row, :last]))
        if wanted[row, last] < least and len(left):
            _move(found, wanted, row, last, int(left[-1]))


def _move(found: FloatArray, wanted: FloatArray, row: int, source: int, target: int) -> None:
    for table in (found, wanted):
        table[row, target] += table[row, source]
        table[row, source] = np.nan


def _merge_rows(
    found: FloatArray, wanted: FloatArray, least: float
) -> tuple[FloatArray, FloatArray]:
    while len(wanted) > 1:
        small = np.flatnonzero((wanted < least).any(axis=1))
        if not len(small):
            break
        row = int(small[0])
        neighbours = [other for other in (row - 1, row + 1) if 0 <= other < len(wanted)]
        chosen = min(neighbours, key=lambda other: float(np.nansum(found[other])))
        found, wanted = (_joined(table, row, chosen) for table in (found, wanted))
    return found, wanted


def _joined(table: FloatArray, row: int, into: int) -> FloatArray:
    """The table with one row added to another; a cell is missing only if it is in both."""
    pair = table[[row, into]]
    both = np.where(np.isnan(pair).all(axis=0), np.nan, np.nansum(pair, axis=0))
    joined = table.copy()
    joined[into] = both
    return np.delete(joined, row, axis=0)
