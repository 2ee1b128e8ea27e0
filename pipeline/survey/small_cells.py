"""Tables of people with margins, in which no small cell can be read or worked out."""

from collections.abc import Iterable
from functools import reduce
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray
from pipeline.stats.survey.publication.additive_tables import crossed, parts_and_total
from pipeline.stats.survey.publication.suppression import suppress
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition, listed
from pipeline.survey.grid import Grid

ALL = "all"  # stands for every category in the margins


class SmallCells(Analysis):
    """Tables that may leave the house."""

    def people(
        self,
        by: str | Iterable[str],
        *,
        min_n: int,
        protection: float = 0.5,
        where: Condition = None,
    ) -> pd.DataFrame:
        """People of each cell of a table and of its margins, small cells left blank.

        With the cells of fewer than `min_n` respondents the cheapest set of others is left
        blank, so that no subtraction leads back. Sizes of samples are not shown: they would.
        Cells of nobody and the total of all stay.

        Args:
            by: columns of the table, crossed. People without a category are left out.
            min_n: fewest respondents of a cell that is shown.
            protection: how far apart the values must be that a blank cell could have, relative
                to its value.
            where: condition on the rows.

        Returns:
            Per cell the columns of `by` ("all" in margins), estimate and se, flag, reason
            ("small_cell", or "complementary": hides a small one), possible_low and
            possible_high: what a reader can derive.

        Raises:
            ContractError: no pattern hides the small cells, or a category is called "all".
        """
        names = listed(by)
        grid = self._grid(names, where)
        _refuse_clashes(grid)
        kept = grid.code >= 0
        depths = [combinations(names, depth) for depth in range(len(names), -1, -1)]
        tables = [self._cells(part, kept) for depth in depths for part in depth]
        cells = _laid(pd.concat(tables, ignore_index=True).fillna(dict.fromkeys(names, ALL)), names)
        sizes = [cells[name].nunique() - 1 for name in names]
        is_empty, is_whole = (cells["n"] == 0).to_numpy(), (cells[names] == ALL).all(axis=1)
        found = suppress(
            cells["estimate"].to_numpy(),
            np.where(is_empty, np.inf, cells["n"]),
            reduce(crossed, [parts_and_total(size) for size in sizes]),
            min_count=min_n,
            protection=protection,
            weight=cells["n"].to_numpy(dtype=float),
            must_publish=is_empty | is_whole.to_numpy(),
        )
        is_shown = ~found.is_withheld
        return cells[names].assign(
            estimate=cells["estimate"].where(is_shown),
            se=cells["se"].where(is_shown),
            flag=np.where(is_shown, "publish", "withhold"),
            reason=pd.Series(found.reason).replace("primary", "small_cell"),
            possible_low=found.low,
            possible_high=found.high,
        )

    def _cells(self, names: tuple[str, ...], kept: BoolArray) -> pd.DataFrame:
        found = self._found("total", None, by=names, where=kept)
        held = {name: found.rows(name) for name in ("estimate", "se", "n")}
        return found.grid.frame({}).astype(object).assign(**held)


def _refuse_clashes(grid: Grid) -> None:
    faults = [
        f'column "{name}": category "{ALL}" cannot be told from the margin'
        for place, name in enumerate(grid.by)
        if any(cell[place] == ALL for cell in grid.cells)
    ]
    if faults:
        raise ContractError("table of people", faults, hint="give the category another name")


def _laid(cells: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Cells row by row, every margin after its parts."""
    place = {name: _order(cells[name]) for name in names}
    keys = pd.DataFrame({name: cells[name].map(place[name]) for name in names})
    order = keys.sort_values(names, kind="stable").index
    return cells.loc[order].reset_index(drop=True)


def _order(column: "pd.Series[Any]") -> dict[object, int]:
    found = list(dict.fromkeys(value for value in column if value != ALL))
    return {value: place for place, value in enumerate([*found, ALL])}
