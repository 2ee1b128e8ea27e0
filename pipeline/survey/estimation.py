"""Means, shares, totals and ratios of columns, for everybody or by domain."""

from collections.abc import Iterable

import pandas as pd

from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition
from pipeline.survey.found import Df, Found, Reference
from pipeline.survey.interval import Method
from pipeline.survey.table import Style, estimate_table
from pipeline.survey.variables import everybody


class Estimation(Analysis):
    """Estimates as tables of one row each; see `Design` for their columns."""

    def share(
        self,
        y: str | Iterable[str],
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        interval: Method = "logit",
        level: float = 0.95,
        df: Df = "domain",
        deff: Reference = "with_replacement",
    ) -> pd.DataFrame:
        """Shares of people with a 0/1 column true, or in each category of a column of text.

        Args:
            y: one column or several.
            by: columns whose categories, crossed, are the domains; empty ones keep a row.
            where: condition on the rows, as text or booleans. The design stays whole.
            interval: "logit", "wilson", "korn_graubard", "beta", "arcsine", "likelihood" or
                "wald"; all are defined at shares of 0 and 1.
            level: of the interval.
            df: degrees of freedom: "domain" counts PSUs and strata that hold a row of the
                domain, "design" all; or a number.
            deff: simple random sample that the design effect refers to.

        Returns:
            One row per domain and category.

        Raises:
            ContractError: no such column, or one of amounts.
            LonelyPsuError: a stratum has one PSU and the design's rule is "fail".
        """
        found = self._found("share", y, by=by, where=where)
        return self._table(found, level=level, df=df, deff=deff, interval=interval)

    def mean(
        self,
        y: str | Iterable[str],
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
        df: Df = "domain",
        deff: Reference = "with_replacement",
    ) -> pd.DataFrame:
        """Means of columns of numbers, with t intervals. Arguments as for `share`."""
        found = self._found("mean", y, by=by, where=where)
        return self._table(found, level=level, df=df, deff=deff)

    def total(
        self,
        y: str | Iterable[str] | None = None,
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
        df: Df = "domain",
        deff: Reference = "with_replacement",
    ) -> pd.DataFrame:
        """Totals of columns of numbers, people in each category of text; without y all people.

        Arguments as for `share`.
        """
        found = self._found("total", y, by=by, where=where)
        return self._table(found, level=level, df=df, deff=deff)

    def ratio(
        self,
        y: str | Iterable[str],
        x: str,
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
        df: Df = "domain",
        deff: Reference = "with_replacement",
    ) -> pd.DataFrame:
        """Ratios of the totals of columns y to the total of column x.

        People with either missing are outside the domain. Arguments as for `share`.
        """
        found = self._found("ratio", y, x, by=by, where=where)
        return self._table(found, level=level, df=df, deff=deff)

    def degrees_of_freedom(
        self, *, by: str | Iterable[str] | None = None, where: Condition = None
    ) -> pd.DataFrame:
        """PSUs, strata and degrees of freedom of everybody or of each domain."""
        grid = self._grid(by, where)
        held = self._estimates("total", everybody(len(self.frame)).value, None, grid.domains)
        return grid.frame(self.labels).assign(
            n=held.n, n_psu=held.n_psu, n_strata=held.n_strata, df=held.df
        )

    def _table(
        self,
        found: Found,
        *,
        level: float,
        df: Df,
        deff: Reference,
        interval: Method = "wald",
    ) -> pd.DataFrame:
        style = Style(
            interval=interval,
            level=level,
            df=df,
            reference=deff,
            thresholds=self.thresholds,
            labels=self.labels,
        )
        return estimate_table(found, style)
