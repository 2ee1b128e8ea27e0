"""Raking: weights brought to several population margins at once.

Owns the way from rows to cells and back. The iteration is `proportional_fitting`, or
`calibration` when ratios are bounded; comparing margins with the sample before it starts is
the business of `margin_check`; merging sparse categories, of `collapse`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.design.adjustment import Adjustment, indicators
from pipeline.stats.survey.weighting.calibration import calibrate
from pipeline.stats.survey.weighting.cells import Labels
from pipeline.stats.survey.weighting.distances import Interval
from pipeline.stats.survey.weighting.margin_check import MatchedMargins, matched_margins
from pipeline.stats.survey.weighting.proportional_fitting import IfUnmet, fit


@dataclass(frozen=True, kw_only=True, eq=False)
class Raked:
    """Raked weights and the record of how they came about.

    Attributes:
        weight: (n,) final weights.
        base_weight: (n,) weights before.
        matched: the margins, and the cell of each row.
        cell_factor: (C,) weight over base weight in each cell.
        gaps: per margin, the largest relative distance to a total after each round; of
            bounded raking, one entry for all margins together.
    """

    weight: FloatArray
    base_weight: FloatArray
    matched: MatchedMargins
    cell_factor: FloatArray
    gaps: dict[str, tuple[float, ...]]

    @property
    def history(self) -> tuple[float, ...]:
        """Largest relative distance to any total after each round."""
        return tuple(max(gaps) for gaps in zip(*self.gaps.values(), strict=True))

    @property
    def rounds(self) -> int:
        """Rounds over all margins."""
        return len(self.history)

    @property
    def gap(self) -> float:
        """Largest relative distance to a total at the end."""
        return self.history[-1]

    @property
    def factor(self) -> FloatArray:
        """(n,) weight over base weight, that of the cell where the base weight is 0."""
        return self.cell_factor[self.matched.cell_of_row]

    @property
    def codes(self) -> tuple[CodeArray, ...]:
        """Per margin by name, (n,) category of each row; -1 for rows of weight 0 without one."""
        cell = self.matched.cell_of_row
        return tuple(margin.codes[cell] for margin in self.matched.margins)

    @property
    def adjustment(self) -> Adjustment:
        """What the variance of a design with these weights needs."""
        return Adjustment(
            ratio=self.factor,
            auxiliaries=indicators([margin.codes for margin in self.matched.margins]),
            regression_weight=self.base_weight,
            cell=self.matched.cell_of_row,
        )

    def residual_sweeps(self, order: Sequence[str], *, rounds: int = 10) -> tuple[Adjustment, ...]:
        """Steps for a sample instead of `adjustment`, to get the standard errors of R's rake.

        R takes means of the linearised variable out of the categories of one margin after
        the other, unweighted, ten times over. Where base weights differ within cells that is
        not the residual of the regression on all margins, and off.

        Args:
            order: names of the margins in the order in which R was given them.
            rounds: times over.

        Oracle: R survey 4.5 rake.
        """
        place = {
            margin.name: code for margin, code in zip(self.matched.margins, self.codes, strict=True)
        }
        even = np.ones_like(self.weight)
        sweep = [
            Adjustment(ratio=even, auxiliaries=indicators([place[name]]), regression_weight=even)
            for name in reversed(order)
        ]
        return (Adjustment(ratio=self.factor), *sweep * rounds)


def rake(
    base_weight: FloatArray,
    codes: Mapping[str, Labels],
    margins: Mapping[str, Mapping[Any, float]],
    *,
    tolerance: float,
    max_rounds: int,
    bounds: Interval | None = None,
    if_unmet: IfUnmet = "refuse",
) -> Raked:
    """Multiply weights by one factor per margin category until every total is met.

    People of one combination of categories share a factor, so the rounds run over
    combinations and cost nothing per person. Margins and categories are matched by name,
    never by position, and taken in the order of their names. Rows of weight zero stay.

    Args:
        base_weight: (n,) weights, finite and not negative.
        codes: per margin, (n,) category names; categoricals and whole numbers are fastest.
        margins: per margin, population total by category name.
        tolerance: largest relative distance to any total that counts as met.
        max_rounds: rounds after which it has failed.
        bounds: smallest and largest factor of a weight, if any: then no longer a product of
            one factor per category, but that product cut at the bounds.
        if_unmet: "accept" takes what the last round gave, for replicates in which margins may
            contradict each other.

    Raises:
        MarginMismatchError: margins and sample do not fit; every fault is listed.
        CalibrationError: the bounds cannot be kept; names the totals and bounds that would do.
        NotConvergedError: a gap above the tolerance is left after `max_rounds`.

    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville,
    Särndal & Sautory (1993), JASA 88, 1013-1020. Oracle: R survey 4.5 rake; with bounds,
    calibrate(calfun = "raking").
    """
    weight = np.asarray(base_weight, dtype=np.float64)
    matched = matched_margins(weight, codes, margins)
    held = np.flatnonzero(matched.cell_weight > 0)
    cell_factor = np.ones_like(matched.cell_weight)
    if bounds is None:
        cell_factor[held], gaps = _fitted(matched, held, tolerance, max_rounds, if_unmet)
    else:
        cell_factor[held], gaps = _bounded(matched, held, bounds, tolerance, max_rounds)
    return Raked(
        weight=weight * cell_factor[matched.cell_of_row],
        base_weight=weight,
        matched=matched,
        cell_factor=cell_factor,
        gaps=gaps,
    )


def rake_cells(
    cell_weight: FloatArray,
    codes: Sequence[CodeArray],
    totals: Sequence[FloatArray],
    *,
    tolerance: float,
    max_rounds: int,
    names: Sequence[str] = (),
) -> FloatArray:
    """Factors that bring R sets of weights over C cells to the same margins, all at once.

    Made for replicates: with F the replicate factors of PSUs and S the weights summed by PSU
    and cell, F S are the cell weights; the factor of a person is that of the cell.

    Args:
        cell_weight: (R, C) weights, not negative; a set may lack cells.
        codes: per margin, (C,) category of each cell, counted from 0.
        totals: per margin, (K,) population total of each category.
        tolerance: largest relative distance to any total that counts as met, in any set.
        max_rounds: rounds after which it has failed.
        names: of the margins, for messages.

    Returns:
        (R, C) factors, those of cells without weight included.

    Raises:
        CalibrationError: a category with people has no weight in some set.
        NotConvergedError: a gap above the tolerance is left after `max_rounds`.
    """
    known = [str(name) for name in names] or [f"no. {place}" for place in range(len(codes))]
    fitted = fit(
        cell_weight,
        dict(zip(known, codes, strict=True)),
        dict(zip(known, totals, strict=True)),
        tolerance=tolerance,
        max_rounds=max_rounds,
    )
    return fitted.factor


def _fitted(
    matched: MatchedMargins,
    held: CodeArray,
    tolerance: float,
    max_rounds: int,
    if_unmet: IfUnmet,
) -> tuple[FloatArray, dict[str, tuple[float, ...]]]:
    fitted = fit(
        matched.cell_weight[None, held],
        {margin.name: margin.codes[held] for margin in matched.margins},
        {margin.name: margin.total for margin in matched.margins},
        tolerance=tolerance,
        max_rounds=max_rounds,
        if_unmet=if_unmet,
    )
    return fitted.factor[0], fitted.gaps


def _bounded(
    matched: MatchedMargins,
    held: CodeArray,
    bounds: Interval,
    tolerance: float,
    max_rounds: int,
) -> tuple[FloatArray, dict[str, tuple[float, ...]]]:
    found = calibrate(
        matched.cell_weight[held],
        matched.auxiliaries(held),
        method="raking",
        bounds=bounds,
        tolerance=tolerance,
        max_rounds=max_rounds,
    )
    return found.ratio, {"all margins": found.history}
