"""What every analysis of a frame stands on: its columns, labels, and the sample behind it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias, cast

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation import estimators
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.publication.presentation import Thresholds
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.survey.columns import Condition, listed, mask, numbers
from pipeline.survey.found import Found
from pipeline.survey.grid import Grid, Labels, grid_of
from pipeline.survey.steps import Step
from pipeline.survey.variables import Variable, everybody, variables_of

Source: TypeAlias = Sample | Replicates


class Analysis(ABC):
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

    @abstractmethod
    def _with(self, *, frame: pd.DataFrame) -> Self:
        """The same design over other columns of the same people."""

    @abstractmethod
    def _taken(self, step: Step) -> Self:
        """The design after a weighting step."""

    def assign(self, **columns: Any) -> Self:  # noqa: ANN401
        """The design with further columns, as `pandas.DataFrame.assign`; weights stay."""
        return self._with(frame=self.frame.assign(**columns))

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
        over = None if x is None else Variable(x, None, numbers(self.frame, x), (x,))
        parts = [self._over_grid(measure, each, over, grid) for each in variables]
        return Found(
            measure, grid, self.source.weight, tuple(variables), x, tuple(parts), self.source.df
        )

    def _grid(self, by: str | Iterable[str] | None, where: Condition) -> Grid:
        said = where if isinstance(where, str) else "" if where is None else "rows given"
        return grid_of(self.frame, listed(by), mask(self.frame, where), self.labels, said)

    def _rows(self, where: Condition) -> BoolArray:
        """(n,) rows that a condition keeps."""
        kept = mask(self.frame, where)
        return np.ones(len(self.frame), dtype=np.bool_) if kept is None else kept

    def _over_grid(
        self, measure: Measure, variable: Variable, over: Variable | None, grid: Grid
    ) -> Estimates:
        x = None if over is None else over.value
        return self._estimates(measure, variable.value, x, grid.domains)

    def _estimates(
        self, measure: Measure, y: FloatArray, x: FloatArray | None, domains: Domains
    ) -> Estimates:
        return estimates_of(measure, y, x, self.source, domains)


def refuse_nobody(where: str, weight: FloatArray) -> None:
    """Refuse a question about rows none of which has weight.

    Raises:
        ContractError: no weight is above 0.
    """
    if not (weight > 0).any():
        raise ContractError(where, "expected people, got nobody", hint="widen the condition")


def estimates_of(
    measure: Measure, y: FloatArray, x: FloatArray | None, sample: Sample, domains: Domains
) -> Estimates:
    """Linearised estimates by the name of the measure."""
    if x is not None:
        return estimators.ratio(y, x, sample, domains)
    estimator = getattr(estimators, measure)
    return cast(Estimates, estimator(y, sample, domains))
