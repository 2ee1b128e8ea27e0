"""Directly standardised means: domains compared as if they had the same composition."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from pipeline.stats.survey.estimation.standardisation import standardised
from pipeline.survey.analysis import Analysis
from pipeline.survey.columns import Condition
from pipeline.survey.found import Df, Found, Reference
from pipeline.survey.steps import Key, crossed, named_totals
from pipeline.survey.table import Style, estimate_table
from pipeline.survey.variables import variables_of


class Standardisation(Analysis):
    """Standardised means."""

    def standardised_mean(
        self,
        y: str,
        standard: Mapping[Key, Mapping[Any, float]],
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
        measure: Literal["mean", "share"] = "mean",
        level: float = 0.95,
        df: Df = "domain",
        deff: Reference = "with_replacement",
    ) -> pd.DataFrame:
        """Means of domains as if all had the composition of a standard population.

        The means of the standard's classes within a domain are averaged by its shares.

        Args:
            y: column of numbers.
            standard: one column (or crossed columns) and the standard population by class.
                Classes outside `where` are left out and the others taken over their sum.
            by: columns of the domains.
            where: condition on the rows.
            measure: "mean", or "share" of a 0/1 column.
            level: of the t interval.
            df: degrees of freedom, as for `share`.
            deff: simple random sample that the design effect refers to.

        Returns:
            One row per domain; NaN where a domain has nobody in one of the classes.

        Raises:
            ContractError: a class has no place in the standard.

        Oracle: R survey 4.5 svystandardize.
        """
        ((key, population),) = standard.items()
        (variable,) = variables_of(self.frame, [y], measure)
        classes = crossed(self.frame, key).astype(object).to_numpy()
        grid = self._grid(by, where)
        present = (self.source.weight > 0) & ~np.isnan(variable.value)
        names = _texts(classes)
        held = set(names[present & (grid.code >= 0) & ~pd.isna(classes)])
        wanted = {name: n for name, n in named_totals(population).items() if name in held}
        part = standardised(
            partial(self._estimates, measure, variable.value, None),
            grid.domains,
            present,
            classes=names,
            population=wanted,
        )
        found = Found(measure, grid, self.source.weight, (variable,), None, (part,), self.source.df)
        style = Style(
            interval="wald", level=level, df=df, reference=deff,
            thresholds=self.thresholds, labels=self.labels,
        )  # fmt: skip
        return estimate_table(found, style).assign(measure=f"standardised_{measure}")


def _texts(classes: Any) -> Any:  # noqa: ANN401
    """Class names as the totals name them; missing ones stay missing."""
    codes, uniques = pd.factorize(classes)
    names = np.array([*named_totals(dict.fromkeys(uniques, 0.0)), None], dtype=object)
    return names[codes]
