"""Weighting of a design to its population: post-strata, margins, totals, bounds."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, TypeAlias, cast

import numpy as np

from pipeline.errors import CalibrationError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.replication.cell_steps import CellStep, PostStratification, Raking
from pipeline.stats.survey.weighting.calibration import Calibrated
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.distances import Interval, Method
from pipeline.stats.survey.weighting.post_stratification import post_stratify
from pipeline.stats.survey.weighting.raking import Raked, rake
from pipeline.stats.survey.weighting.trimming import Trimmed, trim, trim_to_bounds
from pipeline.stats.survey.weighting.trimming_to_margins import trim_to_margins
from pipeline.survey.analysis import Analysis
from pipeline.survey.calibration import UNBOUNDED, Calibration, IfInfeasible
from pipeline.survey.steps import Key, Step, crossed, named_totals, one_adjustment, texts

Margins: TypeAlias = Mapping[Key, Mapping[Any, float]]


class Weighting(Analysis):
    """Weighting steps; each returns a new design that keeps the step in its variance."""

    def post_stratify(self, by: Key, totals: Mapping[Any, float]) -> Self:
        """Bring the weights of each category, or combination of categories, to a total.

        Args:
            by: a column, or several that are crossed.
            totals: population by category; by tuples of categories when columns are crossed.

        Raises:
            MarginMismatchError: a category has nobody, or somebody has no category.

        Oracle: R survey 4.5 postStratify.
        """
        labels, wanted = texts(crossed(self.frame, by)), named_totals(totals)
        return self._taken(
            Step(
                "post_stratify",
                lambda weight: post_stratify(weight, labels, wanted),
                _one_margin,
                asked={"by": by, "totals": totals},
            )
        )

    def rake(
        self,
        margins: Margins,
        *,
        bounds: Interval | None = None,
        tolerance: float = 1e-9,
        max_rounds: int = 1000,
        residuals: Literal["weighted", "r_sweeps"] = "weighted",
    ) -> Self:
        """Bring the weights to several margins at once.

        Args:
            margins: population by category, by column; by tuples for crossed columns.
            bounds: smallest and largest factor of a weight.
            tolerance: largest relative distance to a total that counts as met.
            max_rounds: rounds after which it has failed.
            residuals: behind the variance: of the regression on all margins, weighted by the
                weights before; "r_sweeps" repeats R's rake, which leaves the weights out.

        Raises:
            MarginMismatchError: margins and sample do not fit; every fault is listed.
            CalibrationError: the bounds cannot be kept.
            NotConvergedError: a margin is not met after `max_rounds`.

        Oracle: R survey 4.5 rake, and calibrate(calfun = "raking") for the variance.
        """
        labels, totals = self._margins(margins)

        def cells(record: Raked) -> CellStep:
            sums = [margin.total for margin in record.matched.margins]
            return Raking(
                margins=record.codes, totals=sums, tolerance=tolerance, max_rounds=max_rounds
            )

        def take(weight: FloatArray) -> Raked:
            return rake(
                weight, labels, totals, bounds=bounds, tolerance=tolerance, max_rounds=max_rounds
            )

        def sweeps(record: Raked) -> Sequence[Adjustment]:
            return record.residual_sweeps(list(labels))

        kept = sweeps if residuals == "r_sweeps" else one_adjustment
        asked = {"margins": margins, "bounds": bounds}
        return self._taken(
            Step("rake", take, None if bounds else cells, adjustments=kept, asked=asked)
        )

    def calibrate(
        self,
        totals: Mapping[str, float | Mapping[Any, float]],
        *,
        method: Method = "linear",
        bounds: Interval = UNBOUNDED,
        weight_bounds: Interval = UNBOUNDED,
        variance: str | None = None,
        household: str | None = None,
        trim: Interval | None = None,
        if_infeasible: IfInfeasible = "refuse",
        max_rounds: int = 100,
    ) -> Self:
        """Bring totals of columns to the population's with the smallest change of weights.

        Args:
            totals: by column, one total of an amount, or a total for each category;
                "population" is the number of people.
            method: "linear" (regression estimator), "raking" or "logit" (between bounds).
            bounds: smallest and largest ratio of a weight to the one before.
            weight_bounds: smallest and largest weight.
            variance: column of the variance of the outcomes given the auxiliaries, up to a
                factor; with the same column as the only total: the ratio estimator.
            household: column; members of one household share their ratio.
            trim: ratios beyond are cut afterwards, the rest shared out once.
            if_infeasible: "nearest" keeps the bounds and misses some totals; "r_last_step"
                repeats what R survey does to replicates, for comparison only.
            max_rounds: Newton steps after which it has failed.

        Raises:
            MarginMismatchError: totals and columns do not fit.
            CalibrationError: the bounds cannot be kept; names what is out of reach.

        Oracle: R survey 4.5 calibrate.
        """
        request = Calibration(
            frame=self.frame,
            totals={
                name: named_totals(total) if isinstance(total, Mapping) else float(total)
                for name, total in totals.items()
            },
            method=method,
            bounds=bounds,
            weight_bounds=weight_bounds,
            variance=variance,
            household=household,
            trim=trim,
            if_infeasible=if_infeasible,
            max_rounds=max_rounds,
        )
        repeat = request.as_in_r if if_infeasible == "r_last_step" else None
        return self._taken(Step("calibrate", request.taken, repeat=repeat, asked=request.asked))

    def trim(
        self,
        *,
        low: float | None = None,
        high: float | None = None,
        lower: float = -np.inf,
        upper: float = np.inf,
        strict: bool = False,
        margins: Margins | None = None,
        factors: Literal["estimated", "fixed"] = "estimated",
    ) -> Self:
        """Bring the weights within bounds and keep their total, or the margins.

        Args:
            low: lower bound as a multiple of the median weight; together with `high`.
            high: upper bound likewise.
            lower: smallest weight; instead of `low` and `high`.
            upper: largest weight.
            strict: with `lower` and `upper`, repeat until all weights are inside.
            margins: with `low` and `high`, keep these margins as well.
            factors: how the variance takes the change: "estimated" follows the sharing of
                what was cut, "fixed" ignores it, as R survey trimWeights does.

        Raises:
            CalibrationError: the bounds are given not at all or both ways, or cannot be kept.

        Oracle: R survey 4.5 trimWeights.
        """
        by_median, by_weight = low is not None, bool(np.isfinite(lower) or np.isfinite(upper))
        if by_median != (high is not None) or by_median == by_weight or (margins and by_weight):
            raise CalibrationError(
                "trimming",
                "expected low and high (multiples of the median), or lower or upper (weights)",
            )
        bounds = (cast(float, low), cast(float, high))

        def take(weight: FloatArray) -> Trimmed | Calibrated:
            if margins is not None:
                return self._trimmed_to_margins(weight, margins, bounds)
            if by_median:
                return trim(weight, low=bounds[0], high=bounds[1])
            return trim_to_bounds(weight, lower=lower, upper=upper, strict=strict)

        is_fixed = factors == "fixed" and margins is None
        kept = _fixed if is_fixed else one_adjustment
        asked = {"low": low, "high": high, "lower": lower, "upper": upper, "strict": strict}
        return self._taken(Step("trim", take, adjustments=kept, asked=asked))

    def _trimmed_to_margins(
        self, weight: FloatArray, margins: Margins, bounds: Interval
    ) -> Calibrated:
        labels, totals = self._margins(margins)
        return trim_to_margins(
            weight, labels, totals, low=bounds[0], high=bounds[1], tolerance=1e-9, max_rounds=200
        )

    def _margins(self, margins: Margins) -> tuple[dict[str, Labels], dict[str, dict[str, float]]]:
        """Columns and totals by the title of the margin."""
        titles = {key: key if isinstance(key, str) else "*".join(key) for key in margins}
        labels = {titles[key]: texts(crossed(self.frame, key)) for key in margins}
        return labels, {titles[key]: named_totals(total) for key, total in margins.items()}


def _fixed(record: Trimmed) -> Sequence[Adjustment]:
    return (record.fixed_adjustment,)


def _one_margin(record: Raked) -> CellStep:
    margin = record.matched.margins[0]
    return PostStratification(codes=record.codes[0], totals=margin.total, names=margin.categories)
