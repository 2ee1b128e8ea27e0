"""What a calibration was asked, so that it can be taken from the weights of every replicate."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.weighting.auxiliaries import Auxiliaries, Totals, auxiliaries_of
from pipeline.stats.survey.weighting.calibration import Calibrated, Fallback, calibrate
from pipeline.stats.survey.weighting.calibration_of_r import last_step, with_intercept
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.distances import Interval, Method
from pipeline.survey.columns import listed, numbers, require
from pipeline.survey.steps import crossed, texts

IfInfeasible: TypeAlias = Fallback | Literal["r_last_step"]

POPULATION = "population"  # total of ones, when no column has this name
UNBOUNDED: Interval = (-np.inf, np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class Calibration:
    """The columns of a frame, their totals, and the rules of the change.

    Attributes:
        frame: one row per person.
        totals: by column, one total or one by category as `named_totals` names them.
        method: see `Weighting.calibrate`, as all that follow.
        bounds: of the ratios.
        weight_bounds: of the weights.
        variance: column.
        household: column.
        trim: bounds of the ratios afterwards.
        if_infeasible: what happens where bounds cannot be kept.
        max_rounds: Newton steps.
    """

    frame: pd.DataFrame
    totals: Totals
    method: Method
    bounds: Interval
    weight_bounds: Interval
    variance: str | None
    household: str | None
    trim: Interval | None
    if_infeasible: IfInfeasible
    max_rounds: int

    def __post_init__(self) -> None:
        """Refuse a household that is no column; other columns are read at the first use."""
        require(self.frame, listed(self.household))

    def taken(self, weight: FloatArray) -> Calibrated:
        """The record of calibrating (n,) weights."""
        return calibrate(
            weight,
            self._auxiliaries(weight, self.totals),
            method=self.method,
            bounds=self.bounds,
            weight_bounds=self.weight_bounds,
            variance=self._spread,
            group=None if self.household is None else self.frame[self.household],
            trim=self.trim,
            if_infeasible="nearest" if self.if_infeasible == "nearest" else "refuse",
            max_rounds=self.max_rounds,
        )

    def as_in_r(self, weight: FloatArray) -> FloatArray:
        """(n,) weights of R's last step, whether it met the totals or not."""
        return last_step(
            weight,
            self._auxiliaries(weight, self._coded),
            method=self.method,
            bounds=self.bounds,
            variance=self._spread,
            trim=self.trim,
            max_rounds=self.max_rounds,
        )

    @property
    def asked(self) -> dict[str, Any]:
        """What tells it from others, for descriptions."""
        return {
            "totals": self.totals,
            "method": self.method,
            "bounds": self.bounds,
            "weight_bounds": None if self.weight_bounds == UNBOUNDED else self.weight_bounds,
            "variance": self.variance,
            "household": self.household,
            "trim": self.trim,
        }

    @cached_property
    def _spread(self) -> FloatArray | None:
        return None if self.variance is None else numbers(self.frame, self.variance)

    @cached_property
    def _coded(self) -> Totals:
        """The totals and a constant, as R codes them."""
        return with_intercept(self.totals, POPULATION)

    @cached_property
    def _columns(self) -> dict[str, Labels]:
        return {name: self._column(name, total) for name, total in self._coded.items()}

    def _column(self, name: str, total: float | Mapping[Any, float]) -> Labels:
        if isinstance(total, Mapping):
            return texts(crossed(self.frame, name))
        is_constant = name == POPULATION and not (name in self.frame and name in self.totals)
        if is_constant:
            return np.ones(len(self.frame))
        return numbers(self.frame, name)

    def _auxiliaries(self, weight: FloatArray, totals: Totals) -> Auxiliaries:
        return auxiliaries_of(weight, {name: self._columns[name] for name in totals}, totals)
