"""Tests: independence, goodness of fit, differences of means, agreement, reliability."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.estimation.linearised import Linearised
from pipeline.stats.survey.testing.cross_table import CrossTable
from pipeline.stats.survey.testing.goodness_of_fit import GoodnessOfFit, shares_test
from pipeline.stats.survey.testing.independence import (
    IndependenceStatistic,
    IndependenceTest,
    independence_test,
)
from pipeline.stats.survey.testing.t_test import TTest, t_test
from pipeline.survey.analysis import Analysis, refuse_nobody
from pipeline.survey.columns import Condition, require
from pipeline.survey.grid import categories_of, text_of
from pipeline.survey.variables import Variable, indicator, indicators


class Hypotheses(Analysis):
    """Tests under the design."""

    def test_independence(
        self,
        rows: str,
        columns: str,
        *,
        where: Condition = None,
        statistic: IndependenceStatistic = "F",
        df: Literal["design"] | float = "design",
    ) -> IndependenceTest:
        """Whether two columns of categories are independent in the population.

        Args:
            rows: first column.
            columns: second column.
            where: condition on the rows of the frame.
            statistic: "F" (Rao and Scott, second order; recommended), "Chisq" (first order),
                "Wald", "adjWald", "saddlepoint" or "exact".
            df: of the denominator; inf leaves it out of "saddlepoint" and "exact", as R does
                for replicates.

        Returns:
            statistic, df, ddf and p_value.

        Raises:
            ContractError: a column has one category among rows with weight.

        Oracle: R survey 4.5 svychisq.
        """
        table = self._cross_table(rows, columns, where)
        freedom = float(self._df(where)) if df == "design" else float(df)
        return independence_test(table, df=freedom, statistic=statistic)

    def goodness_of_fit(
        self, y: str, shares: Mapping[str, float], *, where: Condition = None
    ) -> GoodnessOfFit:
        """Whether the categories of a column have given shares in the population.

        Args:
            y: column of categories.
            shares: by category; taken over their sum.
            where: condition on the rows of the frame.

        Raises:
            ContractError: shares for other categories, or nobody meets the condition.

        Oracle: R survey 4.5 svygofchisq.
        """
        require(self.frame, [y])
        cells = [cell for cell in indicators(self.frame, y) if (cell.raw == 1).any()]
        wanted = {text_of(name): share for name, share in shares.items()}
        found = [str(cell.category) for cell in cells]
        if set(wanted) != set(found):
            raise ContractError(
                "goodness of fit",
                f'column "{y}" has categories {", ".join(found)}; shares are given for '
                f"{', '.join(wanted)}",
                hint="give one share for every category of the column",
            )
        total = self._of_variables("total", cells, self._grid(None, where))
        refuse_nobody("goodness of fit", total.rows("estimate"))
        return shares_test(
            total.rows("estimate"),
            total.variation.covariance(),
            np.array([wanted[name] for name in found], dtype=np.float64),
        )

    def t_test(
        self,
        y: str,
        group: str | None = None,
        *,
        value: float = 0.0,
        where: Condition = None,
        level: float = 0.95,
    ) -> TTest:
        """Whether a mean has a value, or two groups have the same mean.

        Args:
            y: column of numbers.
            group: column of two categories; the estimate is the later minus the earlier.
            value: of the mean (or of the difference) under the hypothesis.
            where: condition on the rows of the frame.
            level: of the interval.

        Returns:
            estimate, se, statistic, df (of the design less one), p_value, interval.

        Oracle: R survey 4.5 svyttest.
        """
        found = self._found("mean", y, by=group, where=where)
        held = found.rows("n") > 0
        coefficients = np.ones(1)
        if group is not None:
            coefficients = _gap(held, group)
        estimate = np.nan_to_num(found.rows("estimate"))
        number = Linearised(
            value=float(estimate @ coefficients),
            totals=found.variation.combined(coefficients[:, None]),
        )
        return t_test(number, design_df=self._df(where, y, group), value=value, level=level)

    def _df(self, where: Condition, *named: str | None) -> int:
        """Degrees of freedom of the rows in question."""
        missing = self.frame[[name for name in named if name]].isna().any(axis=1).to_numpy()
        if where is None and not missing.any():
            return int(self.source.df)
        counted = self._rows(where) & ~missing & (self.source.weight > 0)
        return int(self.source.domain_df(counted))

    def _cross_table(self, rows: str, columns: str, where: Condition) -> CrossTable:
        require(self.frame, [rows, columns])
        first, second = categories_of(self.frame[rows]), categories_of(self.frame[columns])
        held = self._rows(where) & (self.source.weight > 0)
        counted = held & (first.code >= 0) & (second.code >= 0)
        names = [_held(part.listed, part.code[counted]) for part in (first, second)]
        _refuse_single({rows: names[0], columns: names[1]})
        both = np.where(
            (first.code < 0) | (second.code < 0), -1, first.code * len(second.listed) + second.code
        )
        cells = [
            Variable(
                f"{rows} x {columns}",
                f"{text_of(row)} x {text_of(column)}",
                indicator(both, i * len(second.listed) + j),
                (rows, columns, i, j),
            )
            for i, row in names[0]
            for j, column in names[1]
        ]
        grid = self._grid(None, where)
        total = self._of_variables("total", cells, grid)
        share = self._of_variables("share", cells, grid)
        return CrossTable(
            row_levels=tuple(text_of(name) for _, name in names[0]),
            column_levels=tuple(text_of(name) for _, name in names[1]),
            total=total.rows("estimate").reshape(len(names[0]), len(names[1])),
            total_covariance=total.variation.covariance(),
            share_covariance=share.variation.covariance(),
            n=int(held.sum()),
        )


def _gap(held: BoolArray, group: str) -> FloatArray:
    """Coefficients of the later of two groups minus the earlier."""
    places = np.flatnonzero(held)
    if len(places) != 2:
        raise ContractError(
            "t test",
            f'column "{group}": expected two categories among rows with weight, got {len(places)}',
            hint="keep two of them with where=, or compare several by regression and wald()",
        )
    coefficients = np.zeros(len(held))
    coefficients[places] = (-1.0, 1.0)
    return coefficients


def _held(listed: Sequence[object], codes: CodeArray) -> list[tuple[int, object]]:
    """Categories that occur, with their places."""
    return [(j, listed[j]) for j in np.unique(codes)]


def _refuse_single(names: Mapping[str, Sequence[object]]) -> None:
    faults = [
        f'column "{name}": expected two categories or more among rows with weight, got {len(found)}'
        for name, found in names.items()
        if len(found) < 2
    ]
    if faults:
        raise ContractError(
            "test of independence",
            faults,
            hint="a column of one category is independent of everything",
        )
