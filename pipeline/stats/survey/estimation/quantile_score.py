"""Score intervals of quantiles: values that a test of the share below them does not reject.

T(x) = (q - F(x)) / se(F(x)), with F(x) the share at or below x, falls from above t to below
-t as x grows. T changes only at observed values, so the bounds are observed values.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray, SparseArray, dense
from pipeline.stats.survey.estimation.intervals import Interval
from pipeline.stats.survey.estimation.share_below import ErrorSource, hits_among


@dataclass(frozen=True, kw_only=True, eq=False)
class Score:
    """The test statistic over the values of c columns.

    Attributes:
        y: (n,) values.
        members: (n, c) ones where a row belongs to a column's domain.
        q: (c,) quantiles asked for.
        values: c arrays of different values, ascending.
        source: estimates shares with their errors.
    """

    y: FloatArray
    members: SparseArray
    q: FloatArray
    values: list[FloatArray]
    source: ErrorSource

    def interval(self, t: FloatArray) -> Interval:
        """Values between which |T| stays within t; NaN without values or degrees of freedom.

        Source: Francisco & Fuller (1991), Annals of Statistics 19, 454-469.
        """
        return Interval(self._at(self._first_below(t)), self._at(self._first_below(-t)))

    def shares_of_r(self, t: FloatArray) -> Interval:
        """Unweighted shares of rows at or below the bounds, as R survey inverts them.

        R takes the side of the jump on which T is nearer to t, and hands the share of rows,
        not of weight, to the quantile rule: with unequal weights its bounds are displaced.

        Oracle: R survey 4.5 svyquantile(interval.type = "score").
        """
        return Interval(self._rows_below(t), self._rows_below(-t))

    def _first_below(self, limit: FloatArray) -> CodeArray:
        """Index of the first value with T <= limit; beyond the last, T is minus infinity."""
        last = np.array([len(values) - 1 for values in self.values])
        before, found = np.full(len(last), -1), last
        while (before + 1 < found).any():
            middle = (before + found) // 2
            is_below = (self._statistic(middle) <= limit) | (middle >= last)
            found = np.where(is_below, middle, found)
            before = np.where(is_below, before, middle)
        return found

    def _statistic(self, index: CodeArray) -> FloatArray:
        """T at the value of each column; infinite before the first."""
        below = self.source.shares(self.members, hits_among(self.members, self.y, self._at(index)))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (self.q - below.share) / below.se
        return np.where(index < 0, np.inf, found)

    def _rows_below(self, limit: FloatArray) -> FloatArray:
        found = self._first_below(limit)
        gaps = [np.abs(self._statistic(index) - limit) for index in (found - 1, found)]
        value = self._at(np.where(gaps[0] < gaps[1], found - 1, found))
        hits = hits_among(self.members, self.y, value)
        rows = dense(self.members.sum(axis=0))
        return np.where(np.isnan(value), np.nan, dense(hits.sum(axis=0)) / np.maximum(rows, 1))

    def _at(self, index: CodeArray) -> FloatArray:
        pairs = zip(self.values, index, strict=True)
        return np.array([of[max(i, 0)] if len(of) else np.nan for of, i in pairs])
