"""Small cells left blank in the tables of a wave, with those they could be worked out from.

A cell of a few respondents may tell about a person. Its share times its people is a number of
people, and numbers of people add up to those of the whole: so further cells are left blank
until no subtraction leads back.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.config.plan import Plan
from pipeline.fields import CROSS, WHOLE
from pipeline.stats.arrays import SparseArray
from pipeline.stats.survey.publication.additive_tables import crossed, parts_and_total
from pipeline.stats.survey.publication.suppression import suppress

PRIMARY, COMPLEMENTARY = "small_cell", "complementary"
_ADDS_UP = 1e-6  # relative: where people lack a category, parts are no table

_Cells = list[tuple[str, str]]


def without_small_cells(estimates: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Estimates whose small cells are withheld, and with them what would give them away.

    Every share over a domain, or over two crossed domains with their margins, is a table whose
    numbers of people add up to the whole. Cells nobody is in tell nothing and stay.

    Args:
        estimates: rows of one wave.
        plan: `publication.min_cell`, fewest respondents of a cell; and `cell_protection`, how
            far apart the values must be that a withheld cell could have, relative to its value.
    """
    rules = plan.publication
    if rules.min_cell is None:
        return estimates
    shares = estimates[estimates["measure"] == "share"]
    keys = ["standard", "weighting", "indicator"]
    found: dict[int, str] = {}
    for _, rows in shares.groupby(keys, dropna=False, sort=False):
        by_cell = rows.reset_index().set_index(["domain", "category"])
        for cells, relations in _tables(by_cell, plan):
            table = by_cell.loc[cells]
            if _has_small(table, rules.min_cell) and _adds_up(table, relations):
                found |= _withheld(table, relations, rules.min_cell, rules.cell_protection)
    reason = pd.Series(found, dtype=object)
    return _marked(estimates, reason)


def _tables(by_cell: pd.DataFrame, plan: Plan) -> Iterator[tuple[_Cells, SparseArray]]:
    """Cells of each table, sums included, and how they add up."""
    for domain in plan.estimates.domains:
        axes = domain.split(CROSS)
        if len(axes) > 2 or any(axis not in by_cell.index for axis in (domain, *axes)):
            continue
        parts = [[*by_cell.loc[axis].index, WHOLE] for axis in axes]
        relations = [parts_and_total(len(part) - 1) for part in parts]
        if len(axes) == 1:
            yield [_cell(axes, (part,)) for part in parts[0]], relations[0]
        else:
            cells = [_cell(axes, (a, b)) for a in parts[0] for b in parts[1]]
            yield cells, crossed(*relations)


def _cell(axes: list[str], categories: tuple[str, ...]) -> tuple[str, str]:
    """Domain and category of a combination; a sum leaves its axis out."""
    kept = [(axis, c) for axis, c in zip(axes, categories, strict=True) if c != WHOLE]
    if not kept:
        return WHOLE, WHOLE
    return CROSS.join(axis for axis, _ in kept), CROSS.join(c for _, c in kept)


def _has_small(table: pd.DataFrame, min_cell: int) -> bool:
    return bool(((table["n"] > 0) & (table["n"] < min_cell)).any())


def _people(table: pd.DataFrame) -> np.ndarray:
    return (table["estimate"] * table["population"]).fillna(0.0).to_numpy()


def _adds_up(table: pd.DataFrame, relations: SparseArray) -> bool:
    people = _people(table)
    return bool((np.abs(relations @ people) <= _ADDS_UP * people.max(initial=0.0)).all())


def _withheld(
    table: pd.DataFrame, relations: SparseArray, min_cell: int, protection: float
) -> dict[int, str]:
    empty = (table["n"] == 0).to_numpy()
    whole = np.array([cell == (WHOLE, WHOLE) for cell in table.index])
    found = suppress(
        _people(table),
        np.where(empty, np.inf, table["n"]),
        relations,
        min_count=min_cell,
        protection=protection,
        weight=table["n"].to_numpy(dtype=float),
        must_publish=empty | whole,
    )
    names = {"primary": PRIMARY, "complementary": COMPLEMENTARY}
    return {
        row: names[reason]
        for row, reason in zip(table["index"], found.reason, strict=True)
        if reason
    }


def _marked(estimates: pd.DataFrame, reason: "pd.Series[str]") -> pd.DataFrame:
    """Rows flagged, with the reason after those they have."""
    rows = estimates.loc[reason.index]
    joined = [";".join(filter(None, pair)) for pair in zip(rows["reason"], reason, strict=True)]
    marked = estimates.copy()
    marked.loc[reason.index, "flag"] = "withhold"
    marked.loc[reason.index, "reason"] = joined
    return marked
