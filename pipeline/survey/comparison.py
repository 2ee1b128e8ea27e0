"""Comparisons of estimates with each other: contrasts and covariances."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np
import pandas as pd

from pipeline.stats.survey.estimation.contrasts import contrast as tested
from pipeline.stats.survey.estimation.estimates import Measure
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition
from pipeline.survey.expressions import linearise
from pipeline.survey.found import Df, Found, freedom_of

One: TypeAlias = str | Mapping[str, float] | Sequence[float]


class Comparison(Analysis):
    """Functions of several estimates of one measure."""

    def contrast(
        self,
        measure: Measure,
        y: str | Iterable[str] | None,
        contrast: One | Mapping[str, One],
        *,
        x: str | None = None,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        level: float = 0.95,
        df: Df = "domain",
    ) -> pd.DataFrame:
        """Linear or nonlinear functions of estimates, by the delta method.

        Estimates are named by their domain ("510402.rural"), their variable if several are
        asked for ("510402:score") and their category if text is ("510402:high"). Domains and
        waves that share PSUs keep their covariance.

        Args:
            measure: "mean", "share", "total" or "ratio".
            y: one column or several.
            contrast: coefficients by name ({"M": 1, "F": -1}); or arithmetic on names, in
                backticks when they are not plain words ("log(`2027`) - log(`2025`)"); or
                several of these by title.
            x: denominator of a ratio.
            by: columns of the domains.
            where: condition on the rows.
            level: of the t interval.
            df: "domain" counts PSUs and strata behind any of the estimates used.

        Returns:
            One row per contrast: estimate, se, interval, df, statistic and p_value of 0.

        Oracle: R survey 4.5 svycontrast.
        """
        found = self._found(measure, y, x, by=by, where=where)
        return pd.DataFrame(
            [_row(found, title, one, level, df) for title, one in _titled(contrast).items()]
        )

    def covariance(
        self,
        measure: Measure,
        y: str | Iterable[str] | None,
        *,
        x: str | None = None,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
    ) -> pd.DataFrame:
        """Covariance matrix of the estimates, rows and columns named as for `contrast`."""
        found = self._found(measure, y, x, by=by, where=where)
        return pd.DataFrame(found.variation.covariance(), index=found.names, columns=found.names)


def _titled(contrast: One | Mapping[str, One]) -> Mapping[str, One]:
    is_many = isinstance(contrast, Mapping) and not all(
        isinstance(weight, int | float | np.number) for weight in contrast.values()
    )
    return cast("Mapping[str, One]", contrast if is_many else {"contrast": contrast})


def _row(found: Found, title: str, one: One, level: float, df: Df) -> dict[str, object]:
    value, slopes = linearise(one, found.names, found.rows("estimate"))
    variation = found.variation.combined(slopes[:, None])
    own, design = float(variation.df[0]), float(found.design_df)
    freedom = freedom_of(df, domain=own, design=design)
    result = tested(
        value, float(variation.variance()[0]), covariance=np.nan, df=freedom, level=level
    )
    se = result.se if np.isfinite(value) else np.nan
    return {
        "contrast": title,
        "estimate": value,
        "se": se,
        "ci_low": result.ci_low,
        "ci_high": result.ci_high,
        "df": freedom,
        "statistic": value / se if se > 0 else np.nan,
        "p_value": result.p_value,
    }
