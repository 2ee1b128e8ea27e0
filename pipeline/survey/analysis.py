"""What every analysis of a frame stands on: its columns, labels, and the sample behind it."""

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias, cast

import pandas as pd

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation import estimators
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.publication.presentation import Thresholds
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.survey.columns import Condition, listed, mask, numbers
from pipeline.survey.found import Found
from pipeline.survey.grid import Grid, Labels, grid_of
from pipeline.survey.variables import Variable, everybody, variables_of

Source: TypeAlias = Sample | Replicates


class Analysis:
    """A frame of people with the sample that it is.

    Attributes:
        frame: one row per person; never changed.
        source: the array-level sample or replicates behind the estimates.
        labels: words for categories, by column.
        thresholds: of the publication flags.
    """

    frame: pd.DataFrame
    source: Any  # Sample or Replicates
    labels: Labels
    thresholds: Thresholds

    def assign(self, **columns: Any) -> Self:  # noqa: ANN401
        """The same with further columns, as `pandas.DataFrame.assign`; weights stay."""
        raise NotImplementedError

    def _found(
        self,
        measure: Measure,
        y: str | Iterable[str] | None,
        x: str | None = None,
        *,
        by: str | Iterable[str] | None = None,
        where: Condition = None,
    ) -> Found:
        """Estimates of the columns over the grid of domains."""
        variables = (
            [everybody(len(self.frame))]
            if y is None
            else variables_of(self.frame, listed(y), measure)
        )
        return self._of_variables(measure, variables, self._grid(by, where), x)

    def _of_variables(
        self, measure: Measure, variables: Sequence[Variable], grid: Grid, x: str | None = None
    ) -> Found:
        """Estimates of variables that are at hand."""
        over = None if x is None else numbers(self.frame, x)
        parts = [self._over_grid(measure, v, x, over, grid) for v in variables]
        return Found(
            measure, grid, self.source.weight, tuple(variables), x, tuple(parts), self.source.df
        )

    def _grid(self, by: str | Iterable[str] | None, where: Condition) -> Grid:
        said = where if isinstance(where, str) else "" if where is None else "rows given"
        return grid_of(self.frame, listed(by), mask(self.frame, where), self.labels, said)

    def _over_grid(
        self,
        measure: Measure,
        variable: Variable,
        x: str | None,
        denominator: FloatArray | None,
        grid: Grid,
    ) -> Estimates:
        return self._estimates(measure, variable.value, denominator, grid.domains)

    def _estimates(
        self, measure: Measure, y: FloatArray, x: FloatArray | None, domains: Domains
    ) -> Estimates:
        return estimates_of(measure, y, x, self.source, domains)


def estimates_of(
    measure: Measure, y: FloatArray, x: FloatArray | None, sample: Sample, domains: Domains
) -> Estimates:
    """Linearised estimates by the name of the measure."""
    if x is not None:
        return estimators.ratio(y, x, sample, domains)
    estimator = getattr(estimators, measure)
    return cast(Estimates, estimator(y, sample, domains))
