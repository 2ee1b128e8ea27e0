"""The design an analyst works with: a frame, its weights, strata, PSUs and weighting."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, Self

import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.sample import LonelyPsuRule, PpsRule, Sample
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.publication.presentation import Thresholds
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.survey.analysis import estimates_of
from pipeline.survey.columns import listed
from pipeline.survey.description import Plan, Told, r_design, spss_design, stata_design
from pipeline.survey.everything import Everything
from pipeline.survey.grid import Grid, Labels
from pipeline.survey.replicate_design import ReplicateDesign
from pipeline.survey.replicate_factors import ReplicateKind, factors_of
from pipeline.survey.response import Response
from pipeline.survey.stages import FpcColumn, listed_sizes, refuse_reused, sample_of
from pipeline.survey.steps import Step
from pipeline.survey.summing import Sums
from pipeline.survey.table import NCHS
from pipeline.survey.variables import Variable
from pipeline.survey.weighting import Weighting


class Design(Everything, Response, Weighting):
    """People drawn by a complex design; errors come from linearisation.

    Every estimate is one row: a column for each name in `by` (and `<name>_label`), variable,
    category, measure, estimate, se, ci_low, ci_high, df, n (people with weight and without a
    missing value), n_psu, n_eff (people of a simple random sample as precise, at most n),
    deff and the sample it refers to, cv, population (sum of weights), denominator (the base
    in codes), flag ("publish", "review", "withhold") and reason. A missing value puts a
    person outside the domain; rows of weight zero change nothing.

    Args:
        frame: one row per person; never changed, and kept as it is now: what becomes of it
            later does not reach the design.
        weight: column of base weights. May be left out when `fpc` says how many were drawn of
            how many at every stage, or holds probabilities (`pps`).
        stratum: column of strata; several for several stages.
        psu: column of primary sampling units, or one column per stage; left out, every row
            is its own unit. A unit is read within its stratum and its parent.
        fpc: per stage, a column (or number) of units in the population of the stratum, or of
            fractions drawn; left out, units count as drawn with replacement.
        pps: first stage drawn without replacement with unequal probabilities, held by `fpc`:
            "brewer", "overton" or "hartley_rao". The default, with replacement, errs on the
            safe side.
        squared_probabilities: with "hartley_rao", the sum of squared probabilities over the
            whole frame, or over the frame of each stratum by name.
        psu_labels: "nested": label 1 in two strata is two PSUs; "unique": such labels are
            refused.
        lonely_psu: a stratum of one PSU: "fail" refuses, "certainty" and "remove" add
            nothing, "adjust" takes its distance from the mean of all PSUs, "average" the
            average of the other strata.
        lonely_in_domains: the rule also holds where one PSU of a stratum holds the domain.
        labels: words for categories by column, printed beside the codes; categories named
            here keep a row when nobody is in them.
        thresholds: of the publication flags; default: the standard of the US NCHS.

    Raises:
        ContractError: no such column, or text where numbers are expected.
        DesignError: weights or sizes that cannot be used.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        *,
        weight: str | None = None,
        stratum: str | Iterable[str] | None = None,
        psu: str | Iterable[str] | None = None,
        fpc: FpcColumn | Iterable[FpcColumn] | None = None,
        pps: PpsRule | None = None,
        squared_probabilities: float | Mapping[str, float] | None = None,
        psu_labels: Literal["nested", "unique"] = "nested",
        lonely_psu: LonelyPsuRule = "fail",
        lonely_in_domains: bool = False,
        labels: Labels | None = None,
        thresholds: Thresholds = NCHS,
    ) -> None:
        if psu_labels == "unique":
            refuse_reused(frame, stratum, psu)
        sample = sample_of(
            frame,
            weight=weight,
            stratum=stratum,
            psu=psu,
            fpc=fpc,
            pps=pps,
            squared_probabilities=squared_probabilities,
            lonely_psu=lonely_psu,
            lonely_in_domains=lonely_in_domains,
        )
        plan = Plan(
            weight=weight,
            strata=tuple(listed(stratum)),
            units=tuple(listed(psu)),
            sizes=tuple(listed_sizes(fpc)),
            pps=pps,
            lonely_psu=lonely_psu,
            lonely_in_domains=lonely_in_domains,
        )
        self._set(frame, sample, labels or {}, thresholds, (), plan)

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        sample: Sample,
        *,
        labels: Labels | None = None,
        thresholds: Thresholds = NCHS,
    ) -> "Design":
        """A sample that was weighted elsewhere, such as a wave of the pipeline.

        Args:
            frame: one row per row of the sample, in its order.
            sample: the rows with their weighting.
            labels: see `Design`.
            thresholds: see `Design`.

        Raises:
            ContractError: frame and sample differ in length.
        """
        if len(frame) != sample.n_rows:
            raise ContractError(
                "design", f"expected a frame of {sample.n_rows} rows, got {len(frame)}"
            )
        plan = Plan(
            weight="weight", strata=("stratum",), units=("psu",), sizes=(), pps=sample.pps,
            lonely_psu=sample.lonely_psu, lonely_in_domains=sample.lonely_in_domains,
        )  # fmt: skip
        design = object.__new__(cls)
        design._set(frame, sample, labels or {}, thresholds, (), plan)
        return design

    def _set(
        self,
        frame: pd.DataFrame,
        sample: Sample,
        labels: Labels,
        thresholds: Thresholds,
        steps: tuple[Step, ...],
        plan: Plan,
    ) -> None:
        # a snapshot: whatever the caller changes later, sums already made stay true of it
        self.frame, self.steps, self.plan = frame.copy(deep=False), steps, plan
        self.labels, self.thresholds = labels, thresholds
        self._drawn = sample

    def _with(
        self,
        *,
        frame: pd.DataFrame | None = None,
        steps: tuple[Step, ...] | None = None,
    ) -> Self:
        """The same design over other columns or after a weighting step."""
        other = object.__new__(type(self))
        other._set(
            self.frame if frame is None else frame,
            self._drawn,
            self.labels,
            self.thresholds,
            self.steps if steps is None else steps,
            self.plan,
        )
        return other

    @cached_property
    def source(self) -> Sample:
        """The sample with all steps; made when a variance first asks for it."""
        sample = self._drawn
        for step in self.steps:
            sample = step.adjusted(sample)
        return sample

    @cached_property
    def _sums(self) -> Sums:
        return Sums(self.source)

    def _taken(self, step: Step) -> Self:
        return self._with(steps=(*self.steps, step.taken(self.weight)))

    def _over_grid(
        self, measure: Measure, variable: Variable, over: Variable | None, grid: Grid
    ) -> Estimates:
        """Of many people, those who agree in all that is looked at are added up first."""
        name, values = (None, None) if over is None else (over.name, over.value)
        summed = self._sums.over(variable, name, values, grid)
        if summed is None:
            return super()._over_grid(measure, variable, over, grid)
        found, own_grid = summed
        x = None if over is None else found.columns[1]
        return estimates_of(measure, found.columns[0], x, found.sample, own_grid.domains)

    @property
    def weight(self) -> FloatArray:
        """(n,) final weights."""
        return np.asarray(self.steps[-1].record.weight if self.steps else self._drawn.weight)

    def replicates(
        self,
        kind: ReplicateKind,
        *,
        n: int | None = None,
        seed: str | int | None = None,
        rho: float | None = None,
        mse: bool = False,
    ) -> ReplicateDesign:
        """The same design with replicate weights; every weighting step is repeated in each.

        Args:
            kind: "jk1" (no strata), "jkn" (strata), "brr" and "fay" (two PSUs per stratum), or
                "bootstrap" (rescaled, Rao and Wu).
            n: bootstrap replicates.
            seed: of the bootstrap: a name or number. PSUs are drawn by name, so waves that
                share PSUs and a seed vary together.
            rho: Fay's factor of the PSU that rests.
            mse: squares about the estimate of the full sample, not the replicates' mean.

        Raises:
            DesignError: the design does not allow this kind, or an option is missing.
            LonelyPsuError: a stratum has one PSU and the rule is "fail".
        """
        factors = factors_of(self.source, kind, n=n, seed=seed, rho=rho)
        base = Replicates.of(self.source, factors, mse=mse)
        return ReplicateDesign(
            self.frame, base, labels=self.labels, thresholds=self.thresholds
        ).after(self.steps)

    def as_r(self, data: str = "frame") -> str:
        """The design as R code over a data frame of that name, with the steps R knows."""
        return r_design(self.plan, self._told, data)

    def as_stata(self) -> str:
        """The design as Stata's svyset; weighting steps are comments."""
        return stata_design(self.plan, self._told)

    def as_spss(self, file: str = "design.csaplan") -> str:
        """The design as a CSPLAN of SPSS Complex Samples; weighting steps are comments."""
        return spss_design(self.plan, self._told, file)

    @property
    def _told(self) -> list[Told]:
        return [Told(step.name, step.asked) for step in self.steps]

    def __repr__(self) -> str:
        """Rows, strata, PSUs and steps in a line."""
        sample = self.source
        rows = int(np.count_nonzero(sample.is_counted))
        return (
            f"Design({rows} people in {sample.n_psu} PSUs of {sample.n_strata} strata, "
            f"df {sample.df}, {len(sample.steps)} weighting steps)"
        )
