"""Raking: weights brought to several population margins at once.

Owns the iteration. Comparing margins with the sample before it starts is the business of
`margin_check`; merging sparse categories, of `collapse`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.errors import NotConvergedError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.margin_check import Margin, matched_margins
from pipeline.stats.survey.residuals import Calibration


@dataclass(frozen=True, kw_only=True, eq=False)
class Raked:
    """Raked weights and the record of how they came about.

    Attributes:
        weight: (n,) final weights.
        base_weight: (n,) weights before.
        codes: one (n,) array per margin, categories counted from 0.
        rounds: rounds over all margins.
        gap: largest relative distance to a margin total at the end.
        history: the gap after each round.
    """

    weight: FloatArray
    base_weight: FloatArray
    codes: tuple[CodeArray, ...]
    rounds: int
    gap: float
    history: tuple[float, ...]

    @property
    def factor(self) -> FloatArray:
        """(n,) weight over base weight; 1 where the base weight is 0."""
        base = self.base_weight
        return np.divide(self.weight, base, out=np.ones_like(base), where=base > 0)

    @property
    def calibration(self) -> Calibration:
        """What the variance of a design with these weights needs."""
        return Calibration(margins=self.codes, weight=self.base_weight)


def rake(
    base_weight: FloatArray,
    codes: Mapping[str, "pd.Series[Any]"],
    margins: Mapping[str, Mapping[str, float]],
    *,
    tolerance: float,
    max_rounds: int,
) -> Raked:
    """Multiply weights by one factor per margin category until every total is met.

    People of one combination of categories share a factor, so the rounds run over
    combinations and cost nothing per person. Margins and categories are matched by name,
    never by position; order changes nothing but the last digits. Rows of weight zero stay.

    Args:
        base_weight: (n,) weights, finite and not negative.
        codes: per margin, (n,) category names.
        margins: per margin, population total by category name.
        tolerance: largest relative distance to any total that counts as met.
        max_rounds: rounds after which it has failed.

    Raises:
        MarginMismatchError: margins and sample do not fit; every fault is listed.
        NotConvergedError: a gap above the tolerance is left after `max_rounds`.

    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville,
    Särndal & Sautory (1993), JASA 88, 1013-1020. Oracle: R survey 4.5 rake.
    """
    weight = np.asarray(base_weight, dtype=np.float64)
    matched = matched_margins(weight, codes, margins)
    cell_of_row, cells = _cells(matched)
    start = _sums(weight, cell_of_row, len(cells[0]))
    end, history = _iterate(start, cells, matched, tolerance, max_rounds)
    factor = np.divide(end, start, out=np.ones_like(start), where=start > 0)
    return Raked(
        weight=weight * factor[cell_of_row],
        base_weight=weight,
        codes=tuple(margin.codes for margin in matched),
        rounds=len(history),
        gap=history[-1],
        history=tuple(history),
    )


def _cells(margins: Sequence[Margin]) -> tuple[CodeArray, list[CodeArray]]:
    """Combination of each row; of each combination, its category in every margin."""
    shape = [len(margin.total) for margin in margins]
    combined = np.ravel_multi_index([margin.codes for margin in margins], shape)
    found, cell_of_row = np.unique(combined, return_inverse=True)
    return cell_of_row, [codes.astype(np.int64) for codes in np.unravel_index(found, shape)]


def _iterate(
    cell_weight: FloatArray,
    cells: Sequence[CodeArray],
    margins: Sequence[Margin],
    tolerance: float,
    max_rounds: int,
) -> tuple[FloatArray, list[float]]:
    history: list[float] = []
    gaps = [np.inf]
    while max(gaps) > tolerance and len(history) < max_rounds:
        for codes, margin in zip(cells, margins, strict=True):
            cell_weight = (
                cell_weight * (margin.total / _sums(cell_weight, codes, len(margin.total)))[codes]
            )
        gaps = [
            float(np.abs(_sums(cell_weight, codes, len(margin.total)) / margin.total - 1).max())
            for codes, margin in zip(cells, margins, strict=True)
        ]
        history.append(max(gaps))
    if max(gaps) > tolerance:
        raise NotConvergedError(
            "raking",
            f"expected every margin within {tolerance:g} of its totals, got margin "
            f"{margins[int(np.argmax(gaps))].name} {max(gaps):.3g} off after {max_rounds} rounds",
            hint="merge sparse categories (min_respondents, merge_along) or drop a margin that "
            "the others contradict; more rounds help only if the gap still shrinks",
        )
    return cell_weight, history


def _sums(weight: FloatArray, codes: CodeArray, size: int) -> FloatArray:
    return np.asarray(np.bincount(codes, weight, minlength=size), dtype=np.float64)
