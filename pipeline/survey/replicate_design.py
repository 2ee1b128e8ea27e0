"""Designs whose errors come from replicate weights, made from a design or given."""

from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.stats.survey.publication.presentation import Thresholds
from pipeline.stats.survey.replication.estimates import replicated_estimates
from pipeline.stats.survey.replication.given import GivenMethod, given_replicates
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic
from pipeline.survey.columns import require
from pipeline.survey.description import r_replicates, stata_replicates
from pipeline.survey.everything import Everything
from pipeline.survey.found import Df
from pipeline.survey.grid import Labels
from pipeline.survey.response import Response
from pipeline.survey.steps import Step
from pipeline.survey.table import NCHS
from pipeline.survey.weighting import Weighting

_GIVEN: dict[str, GivenMethod] = {
    "jk1": "JK1",
    "jkn": "JKn",
    "jk2": "JK2",
    "brr": "BRR",
    "fay": "Fay",
    "bootstrap": "bootstrap",
    "successive_difference": "successive-difference",
    "other": "other",
}


class ReplicateDesign(Everything, Response, Weighting):
    """People with replicate weights; errors are the spread of the replicates' estimates.

    Estimates are asked for as of a `Design` and come as the same rows. Weighting steps are
    repeated in every replicate.

    Args:
        frame: one row per person.
        replicates: weights of all replicates; from `Design.replicates` or `given`.
        labels: see `Design`.
        thresholds: see `Design`.
        steps: the weighting so far.
    """

    source: Replicates

    def __init__(
        self,
        frame: pd.DataFrame,
        replicates: Replicates,
        *,
        labels: Labels | None = None,
        thresholds: Thresholds = NCHS,
        steps: tuple[Step, ...] = (),
    ) -> None:
        self.frame, self.source, self.steps = frame.copy(deep=False), replicates, steps
        self.labels, self.thresholds = labels or {}, thresholds

    @classmethod
    def given(
        cls,
        frame: pd.DataFrame,
        *,
        weight: str,
        replicate_weights: Sequence[str],
        kind: str,
        combined: bool = True,
        scale: float | None = None,
        rscales: Sequence[float] | None = None,
        rho: float | None = None,
        mse: bool = False,
        labels: Labels | None = None,
        thresholds: Thresholds = NCHS,
    ) -> "ReplicateDesign":
        """Replicate weights that came with the data, as in PISA, TIMSS or NHANES.

        Args:
            frame: one row per person.
            weight: column of full-sample weights.
            replicate_weights: columns, one per replicate.
            kind: "brr", "fay" (PISA: rho 0.5), "jk1", "jkn", "jk2" (TIMSS), "bootstrap",
                "successive_difference" or "other".
            combined: the columns are weights; False: factors of `weight`.
            scale: factor of the sum of squares, where the kind leaves it open.
            rscales: factor of each replicate's square, likewise.
            rho: Fay's factor.
            mse: squares about the full-sample estimate (PISA) and not the replicates' mean.
            labels: see `Design`.
            thresholds: see `Design`.

        Raises:
            DesignError: an option the kind does not know, or one that it needs.
        """
        require(frame, [weight, *replicate_weights])
        if kind not in _GIVEN:
            known = ", ".join(_GIVEN)
            raise DesignError("replicate weights", f'expected a kind of {known}, got "{kind}"')
        replicates = given_replicates(
            frame[weight].to_numpy(dtype=np.float64),
            frame[list(replicate_weights)].to_numpy(dtype=np.float64),
            method=_GIVEN[kind],
            combined=combined,
            scale=scale,
            rscales=None if rscales is None else np.asarray(rscales, dtype=np.float64),
            rho=rho,
            mse=mse,
        )
        return cls(frame, replicates, labels=labels, thresholds=thresholds)

    @property
    def weight(self) -> FloatArray:
        """(n,) weights of the full sample."""
        return self.source.weight

    @property
    def n_replicates(self) -> int:
        """Replicates."""
        return self.source.n_replicates

    def replicate_weight(self, r: int) -> FloatArray:
        """(n,) weights of replicate r, counted from 1."""
        return self.source.weights.column(r)

    def statistic(
        self,
        function: Callable[[FloatArray, pd.DataFrame], npt.ArrayLike],
        *,
        names: Sequence[str] = ("statistic",),
        level: float = 0.95,
        df: Df = "design",
    ) -> pd.DataFrame:
        """Any statistic of the weights, computed again in every replicate.

        Args:
            function: from (n,) weights and the frame to one or several numbers.
            names: of the numbers.
            level: of the t interval.
            df: degrees of freedom.

        Oracle: R survey 4.5 withReplicates.
        """
        found = replicate_statistic(lambda weight: function(weight, self.frame), self.source)
        se = np.sqrt(found.variance())
        freedom = np.full(len(se), float(self.source.df if isinstance(df, str) else df))
        bounds = t_interval(found.value, se, freedom, level=level)
        return pd.DataFrame(
            {
                "variable": list(names),
                "estimate": found.value,
                "se": se,
                "ci_low": bounds.low,
                "ci_high": bounds.high,
                "df": freedom,
            }
        )

    def _estimates(
        self, measure: Measure, y: FloatArray, x: FloatArray | None, domains: Domains
    ) -> Estimates:
        return replicated_estimates(measure, y, x, self.source, domains)

    def _with(
        self,
        *,
        frame: pd.DataFrame | None = None,
        source: Replicates | None = None,
        steps: tuple[Step, ...] | None = None,
    ) -> Self:
        return type(self)(
            self.frame if frame is None else frame,
            self.source if source is None else source,
            labels=self.labels,
            thresholds=self.thresholds,
            steps=self.steps if steps is None else steps,
        )

    def _taken(self, step: Step) -> Self:
        return self._with(source=step.repeated(self.source), steps=(*self.steps, step))

    def after(self, steps: Sequence[Step]) -> Self:
        """The design after weighting steps that were already taken in the full sample."""
        found = self
        for step in steps:
            found = found._taken(step)
        return found

    def replicate_frame(self, stub: str = "replicate_") -> pd.DataFrame:
        """(n, 1 + R) columns of the weight and of all replicate weights, for other programs."""
        columns = {f"{stub}{r}": self.replicate_weight(r) for r in range(1, self.n_replicates + 1)}
        return pd.DataFrame({"weight": self.weight} | columns, index=self.frame.index)

    def as_r(self, data: str = "frame", *, stub: str = "replicate_") -> str:
        """The design as R code over a frame with the columns of `replicate_frame`."""
        scaling = self.source.scaling
        return r_replicates(
            "weight",
            pattern=f"^{stub}[0-9]+$",
            scale=scaling.scale,
            rscales=scaling.rscales.tolist(),
            mse=scaling.mse,
            data=data,
        )

    def as_stata(self, *, stub: str = "replicate_") -> str:
        """The design as Stata's svyset over the columns of `replicate_frame`.

        Raises:
            DesignError: replicates count unequally, which svyset cannot say of all at once.
        """
        scaling = self.source.scaling
        if len(set(scaling.rscales.tolist())) > 1:
            raise DesignError(
                "svyset",
                "expected replicates that count equally, got several factors",
                hint="state jkrweight(name, multiplier(#)) column by column, or compare with R",
            )
        scale = scaling.scale * float(scaling.rscales[0])
        return stata_replicates("weight", stub=stub, scale=scale, mse=scaling.mse)

    def as_spss(self) -> str:
        """SPSS Complex Samples reads no replicate weights: a comment that says so."""
        return "* SPSS Complex Samples has no replicate weights: use the linearised design."

    def __repr__(self) -> str:
        """Rows, replicates and steps in a line."""
        rows = int(np.count_nonzero(self.weight > 0))
        return (
            f"ReplicateDesign({rows} people, {self.n_replicates} replicates, df {self.source.df}, "
            f"{len(self.steps)} weighting steps)"
        )
