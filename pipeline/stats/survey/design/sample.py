"""The sample: who was drawn from which stratum and unit, with which weight.

Owns the checks of a design and its counts (PSUs, strata, degrees of freedom). A unit is
always nested in its stratum and its parent: label 1 in two strata means two PSUs. Rows of
base weight zero are kept but uncounted: they are in no n, PSU or stratum, so they change no
result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.design.labels import Labels, n_missing
from pipeline.stats.survey.design.units import Units, stage_units

LonelyPsuRule: TypeAlias = Literal["fail", "certainty", "remove", "adjust", "average"]
PpsRule: TypeAlias = Literal["brewer", "overton", "hartley_rao"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """One stage of selection.

    Attributes:
        unit: (n,) names of the units, read within the stratum and the unit of the stage before.
        stratum: (n,) names; None: one stratum, or the unit of the stage before.
        fpc: (n,) units in the population of the stratum (above 1), or the fraction drawn, or
            with `pps` the unit's own probability; None: drawn with replacement, or as good as.
    """

    unit: Labels
    stratum: Labels | None = None
    fpc: FloatArray | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Weights, strata and units of n people, with all that a variance needs to know.

    Attributes:
        base_weight: (n,) weights before any step, finite and not negative.
        stages: stages of selection, first stage first.
        steps: the weighting from base weight to final weight, in order.
        lonely_psu: what a stratum with a single unit adds to a variance: "fail" refuses,
            "certainty" and "remove" nothing, "adjust" its squared distance from the mean of
            all unit totals, "average" the average of the other strata.
        lonely_in_domains: the rule also holds for strata of which a single unit holds rows
            of the domain.
        pps: first stage without replacement with unequal probabilities: whose variance.
        squared_probabilities: with "hartley_rao", sum of squared probabilities over the frame
            of each stratum; None: estimated from the sample.
        count: (n,) people a row stands for; None: one each.

    Raises:
        DesignError: lengths differ, labels are missing, weights or fractions cannot be used.
    """

    base_weight: FloatArray
    stages: tuple[Stage, ...]
    steps: tuple[Adjustment, ...] = ()
    lonely_psu: LonelyPsuRule = "fail"
    lonely_in_domains: bool = False
    pps: PpsRule | None = None
    squared_probabilities: Mapping[str, float] | None = None
    count: FloatArray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_weight", np.asarray(self.base_weight, dtype=np.float64))
        if faults := self._faults():
            raise DesignError(
                "design",
                faults,
                hint="mend the weights, strata and units of the sampling record; "
                "a person outside the sample gets weight 0 or is left out",
            )

    @classmethod
    def clustered(
        cls,
        weight: npt.ArrayLike,
        stratum: Labels | None = None,
        psu: Labels | None = None,
        *,
        fpc: FloatArray | None = None,
        steps: tuple[Adjustment, ...] = (),
        lonely_psu: LonelyPsuRule = "fail",
        lonely_in_domains: bool = False,
        pps: PpsRule | None = None,
        squared_probabilities: Mapping[str, float] | None = None,
    ) -> "Sample":
        """A design of one stage, or of several taken as one (ultimate clusters).

        Args:
            weight: (n,) base weights.
            stratum: (n,) stratum names; None: a single stratum.
            psu: (n,) PSU names; None: every row is its own PSU.
            fpc: see `Stage`.
            steps: the weighting, see `Sample`; likewise all that follows.
            lonely_psu: rule for strata of one PSU.
            lonely_in_domains: whether it holds for single PSUs in a domain.
            pps: rule for unequal probabilities without replacement.
            squared_probabilities: for "hartley_rao".
        """
        base = np.asarray(weight, dtype=np.float64)
        unit = np.arange(len(base)) if psu is None else psu
        return cls(
            base_weight=base,
            stages=(Stage(unit=unit, stratum=stratum, fpc=fpc),),
            steps=steps,
            lonely_psu=lonely_psu,
            lonely_in_domains=lonely_in_domains,
            pps=pps,
            squared_probabilities=squared_probabilities,
        )

    def adjusted(self, step: Adjustment) -> "Sample":
        """The sample after one more weighting step."""
        return replace(self, steps=(*self.steps, step))

    @cached_property
    def weight(self) -> FloatArray:
        """(n,) final weights."""
        weight = self.base_weight
        for step in self.steps:
            weight = weight * step.ratio
        return weight

    @property
    def n_rows(self) -> int:
        """Rows handed over, those of weight zero included."""
        return len(self.base_weight)

    @property
    def is_counted(self) -> BoolArray:
        """(n,) rows that carry final weight, which unbounded calibration may make negative."""
        is_counted: BoolArray = self.weight != 0
        return is_counted

    @cached_property
    def people(self) -> FloatArray:
        """(n,) people each row stands for."""
        return np.ones(self.n_rows) if self.count is None else self.count

    @cached_property
    def levels(self) -> tuple[Units, ...]:
        """Units of every stage that adds to a variance, first stage first."""
        return stage_units(
            [(stage.stratum, stage.unit, stage.fpc) for stage in self.stages],
            self.base_weight,
            own_fractions=self.pps is not None,
        )

    @property
    def units(self) -> Units:
        """Units of the first stage: the PSUs."""
        return self.levels[0]

    @property
    def n_psu(self) -> int:
        """PSUs that hold a row with base weight."""
        return len(self.units.unit)

    @property
    def n_strata(self) -> int:
        """Strata that hold a row with base weight."""
        return len(self.units.stratum)

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs - strata."""
        return self.n_psu - self.n_strata

    def domain_df(self, mask: BoolArray) -> int:
        """PSUs - strata that hold a row of the domain with weight."""
        held = np.unique(self.units.unit_of_row[mask & self.is_counted])
        return len(held) - len(np.unique(self.units.stratum_of_unit[held]))

    def _faults(self) -> list[str]:
        if not self.stages:
            return ["expected at least one stage of selection, got none"]
        columns: dict[str, Any] = {"base weight": self.base_weight}
        for number, stage in enumerate(self.stages, start=1):
            columns |= _columns(stage, number)
        for number, step in enumerate(self.steps, start=1):
            columns[f"step {number}"] = step.ratio
        if self.count is not None:
            columns["count"] = self.count
        sizes = {name: len(column) for name, column in columns.items()}
        if len(set(sizes.values())) > 1:
            told = ", ".join(f"{name} {size}" for name, size in sizes.items())
            return [f"expected one length, got {told}"]
        found = [
            fault
            for name, column in columns.items()
            for fault in (
                _missing(name, column) if name.startswith("stage") else _unusable(name, column)
            )
        ]
        if not found and not (self.base_weight > 0).any():
            found.append(f"base weight: expected one above zero, got none in {self.n_rows} rows")
        return found


def _columns(stage: Stage, number: int) -> dict[str, Any]:
    named = {"unit": stage.unit, "stratum": stage.stratum, "fpc": stage.fpc}
    return {f"stage {number} {name}": c for name, c in named.items() if c is not None}


def _missing(name: str, labels: Labels) -> list[str]:
    missing = n_missing(labels)
    return [f"{name}: missing in {missing} rows"] if missing else []


def _unusable(name: str, values: FloatArray) -> list[str]:
    if values.size and values.min() >= 0 and np.isfinite(values.sum()):
        return []
    checks = {"missing or infinite": int((~np.isfinite(values)).sum())}
    if not name.startswith("step"):
        checks["negative"] = int((values < 0).sum())
    return [f"{name}: {what} in {count} rows" for what, count in checks.items() if count]
