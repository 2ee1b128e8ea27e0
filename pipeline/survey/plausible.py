"""Estimates over plausible values or imputations, pooled by Rubin's rules."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.stats.survey.estimation.estimates import Measure
from pipeline.stats.survey.estimation.plausible import pool
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition, listed
from pipeline.survey.table import amount_flags


class Plausible(Analysis):
    """Estimates of scores known up to a distribution."""

    def plausible_values(
        self,
        values: Iterable[str],
        *,
        measure: Measure = "mean",
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
        complete_df: Literal["infinite", "design"] = "infinite",
    ) -> pd.DataFrame:
        """Estimates made once per plausible value and pooled.

        Args:
            values: columns, one per plausible value (or imputation) of the same score.
            measure: "mean", "share" or "total".
            by: columns of the domains.
            where: condition on the rows.
            level: of the t interval.
            complete_df: degrees of freedom if the score were known: "infinite" as in R, or
                "design", which is more cautious with few PSUs.

        Returns:
            One row per domain, with missing_information: the part of the information that the
            unknown score costs.

        Oracle: R mitools 2.4 MIcombine.
        """
        names = listed(values)
        found = [self._found(measure, name, by=by, where=where) for name in names]
        freedom = np.inf if complete_df == "infinite" else float(self.source.df)
        pooled = pool(
            [each.rows("estimate") for each in found],
            [each.variation.covariance() for each in found],
            complete_df=freedom,
        )
        bounds = pooled.interval(level=level)
        first, se = found[0], pooled.se
        size = np.abs(pooled.estimate)
        table = pd.DataFrame(first.labels(self.labels)).assign(
            variable=", ".join(names),
            estimate=pooled.estimate,
            se=se,
            ci_low=bounds.low,
            ci_high=bounds.high,
            df=pooled.df,
            n=first.rows("n"),
            n_psu=first.rows("n_psu"),
            cv=np.divide(se, size, out=np.full_like(se, np.nan), where=size > 0),
            population=first.rows("population"),
            denominator=first.denominators,
            missing_information=pooled.missing_information,
        )
        return amount_flags(table, self.thresholds)
