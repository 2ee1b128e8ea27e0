"""Weighting steps as they were taken, so that every replicate can take them anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.replication.cell_steps import CellStep
from pipeline.stats.survey.replication.readjustment import readjusted, readjusted_rows
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.survey.columns import listed, require
from pipeline.survey.grid import categories_of, text_of

_FEW = 256  # whole numbers below this are codes as they are

Key: TypeAlias = "str | tuple[str, ...]"


def one_adjustment(record: Any) -> Sequence[Adjustment]:  # noqa: ANN401
    """The adjustment that most records carry."""
    return (record.adjustment,)


@dataclass(frozen=True, eq=False)
class Step:
    """One step of the weighting.

    Attributes:
        name: of the method.
        take: from (n,) weights before to the record of the step.
        cells: the same step on cells, made from the record; None: it looks at single rows.
        adjustments: what the variance needs, made from the record.
        repeat: from (n,) weights before to (n,) weights after, in replicates; None: as taken.
        record: of the step in the full sample.
        asked: arguments of the step, for descriptions.
    """

    name: str
    take: Callable[[FloatArray], Any]
    cells: Callable[[Any], CellStep] | None = None
    adjustments: Callable[[Any], Sequence[Adjustment]] = one_adjustment
    repeat: Callable[[FloatArray], FloatArray] | None = None
    record: Any = None
    asked: Mapping[str, Any] = field(default_factory=dict)

    def taken(self, weight: FloatArray) -> "Step":
        """The step with its record, taken from (n,) weights."""
        return replace(self, record=self.take(weight))

    def adjusted(self, sample: Sample) -> Sample:
        """The sample after a step that was taken."""
        for adjustment in self.adjustments(self.record):
            sample = sample.adjusted(adjustment)
        return sample

    def repeated(self, replicates: Replicates) -> Replicates:
        """The step taken in the full sample and in every replicate."""
        if self.cells is None:
            repeat = self.repeat or (lambda weight: self.take(weight).weight)
            return readjusted_rows(replicates, repeat)
        record = self.take(replicates.weight) if self.record is None else self.record
        return readjusted(replicates, [self.cells(record)])


def crossed(frame: pd.DataFrame, key: Key) -> "pd.Series[Any]":
    """A column, or the joint categories of several as text.

    Raises:
        ContractError: no such column.
    """
    names = listed(key)
    require(frame, names)
    if len(names) == 1:
        return frame[names[0]]
    parts = [frame[name].map(text_of, na_action="ignore") for name in names]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.str.cat(part, sep="*")
    return joined


def named_totals(totals: Mapping[Any, float]) -> dict[str, float]:
    """Totals by the name that `crossed` gives to their category."""
    return {
        "*".join(text_of(part) for part in category)
        if isinstance(category, tuple)
        else text_of(category): float(people)
        for category, people in totals.items()
    }


def texts(column: "pd.Series[Any]") -> Labels:
    """Categories named as `named_totals` names them, at the cost of the categories only."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and len(column):
        values = column.to_numpy()
        if values.min() >= 0 and values.max() < _FEW:
            return values
    found = categories_of(column)
    names = pd.Index([text_of(value) for value in found.listed])
    return cast(Labels, pd.Categorical.from_codes(found.code, categories=names, validate=False))
