"""Quantiles of columns, for everybody or by domain."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from pipeline.stats.survey.estimation.quantile_rules import QuantileRule
from pipeline.stats.survey.estimation.quantiles import (
    QuantileMethod,
    Quantiles,
    quantiles,
    replicate_quantiles,
)
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition, numbers
from pipeline.survey.found import Df
from pipeline.survey.grid import Grid
from pipeline.survey.table import amount_flags


class Quantilation(Analysis):
    """Quantiles and their intervals."""

    def quantile(
        self,
        y: str,
        q: float | Sequence[float] = 0.5,
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        rule: QuantileRule = "math",
        interval: QuantileMethod = "wald",
        level: float = 0.95,
        df: Df = "domain",
    ) -> pd.DataFrame:
        """Quantiles of a column of numbers; the interval inverts that of the share below.

        Args:
            y: column.
            q: shares between 0 and 1.
            by: columns of the domains.
            where: condition on the rows.
            rule: what a quantile is: "math" (least value that share q of the weight reaches),
                "school", or "hf1" to "hf9" for plotting positions.
            interval: method for the share below: "wald", "logit", "wilson", "korn_graubard",
                "beta", "arcsine"; or "score". Replicates know "quantile" too.
            level: of the interval.
            df: degrees of freedom, as for `share`.

        Returns:
            One row per domain and share; se is the width of the interval over 2 t.

        Oracle: R survey 4.5 svyquantile.
        """
        grid = self._grid(by, where)
        wanted = np.atleast_1d(np.asarray(q, dtype=np.float64))
        freedom = None if df == "domain" else float(self.source.df if df == "design" else df)
        estimator = replicate_quantiles if isinstance(self.source, Replicates) else quantiles
        found = estimator(
            numbers(self.frame, y), self.source, grid.domains, wanted,
            rule=rule, interval=interval, level=level, df=freedom,
        )  # fmt: skip
        held = self._found("mean", y, by=by, where=where)
        return (
            self._quantile_table(grid, y, found)
            .assign(
                n_psu=held.rows("n_psu").repeat(len(wanted)),
                population=held.rows("population").repeat(len(wanted)),
                denominator=held.denominators.repeat(len(wanted)),
            )
            .pipe(amount_flags, self.thresholds)
        )

    def _quantile_table(self, grid: Grid, y: str, found: Quantiles) -> pd.DataFrame:
        m = len(found.q)
        domains = grid.frame(self.labels)
        frame = domains.loc[domains.index.repeat(m)].reset_index(drop=True)
        estimate, se = found.estimate.ravel(), found.se.ravel()
        return frame.assign(
            variable=y,
            measure="quantile",
            q=np.tile(found.q, len(domains)),
            estimate=estimate,
            se=se,
            ci_low=found.low.ravel(),
            ci_high=found.high.ravel(),
            df=found.df.ravel(),
            n=np.repeat(found.n, m),
            cv=np.divide(se, np.abs(estimate), out=np.full_like(se, np.nan), where=estimate != 0),
        )
