"""Weighting steps on categories, taken in all replicates at once.

A step whose factor depends on categories only has one factor per cell of their
cross-classification; it runs on arrays of replicates x cells, row 0 the full sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pipeline.errors import CalibrationError, EmptyStratumError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, dense
from pipeline.stats.survey.weighting.proportional_fitting import summing
from pipeline.stats.survey.weighting.raking import rake_cells

_STAYS, _GIVES, _TAKES = 0, 1, 2


class CellStep(Protocol):
    """A weighting step whose factor depends on categories only."""

    @property
    def codings(self) -> Sequence[CodeArray]:
        """(n,) category of each row from 0 up, one array per variable; -1: not known."""

    def factor(self, weight: FloatArray, codes: Sequence[CodeArray]) -> FloatArray:
        """(1 + R, C) factors of cells from their weights (1 + R, C) and their codes (C,)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Redistribution:
    """The weight of some rows handed to others of their class, in proportion.

    Nonresponse: eligible people who did not answer give, those who answered take. Unknown
    eligibility: cases never resolved give, all resolved ones take. Rows that do neither keep
    their weight.

    Attributes:
        classes: (n,) class of each row.
        gives: (n,) rows that end with weight 0.
        takes: (n,) rows multiplied by (given + held) / held, weights of their class.
        names: names of the classes, for messages.
    """

    classes: CodeArray
    gives: BoolArray
    takes: BoolArray
    names: Sequence[str] = ()

    @property
    def codings(self) -> Sequence[CodeArray]:
        """Class and part of each row."""
        part = np.where(self.gives, _GIVES, np.where(self.takes, _TAKES, _STAYS))
        return self.classes, part.astype(np.int64)

    def factor(self, weight: FloatArray, codes: Sequence[CodeArray]) -> FloatArray:
        """See `CellStep`.

        Raises:
            CalibrationError: a row with weight has no class.
            EmptyStratumError: a class gives weight in a replicate in which nobody takes it.

        Source: Little (1986), International Statistical Review 54, 139-157. Oracle: R svrep
        0.9.0 redistribute_weights.
        """
        counted = _counted_cells(weight, codes, "redistribution")
        classes, part = (code[counted] for code in codes)
        size = int(classes.max(initial=0)) + 1
        given = _sums(weight[:, counted] * (part == _GIVES), classes, size)
        held = _sums(weight[:, counted] * (part == _TAKES), classes, size)
        if (lost := (given > 0) & (held <= 0)).any():
            raise EmptyStratumError(
                "replicates",
                [
                    f"class {_name(self.names, c)}: nobody to take the weight in {n} replicates"
                    for c, n in enumerate(lost.sum(axis=0))
                    if n
                ],
                hint="use wider classes, so that each keeps somebody who answered in every "
                "replicate",
            )
        ratio = np.divide(given + held, held, out=np.ones_like(held), where=held > 0)
        factor = np.where(part == _TAKES, ratio[:, classes], np.where(part == _GIVES, 0.0, 1.0))
        return _spread(factor, counted)


@dataclass(frozen=True, kw_only=True, eq=False)
class PostStratification:
    """Weights brought to population totals of one classification.

    Attributes:
        codes: (n,) post-stratum of each row.
        totals: (K,) population totals.
        names: names of the post-strata, for messages.
    """

    codes: CodeArray
    totals: FloatArray
    names: Sequence[str] = ()

    @property
    def codings(self) -> Sequence[CodeArray]:
        """Post-stratum of each row."""
        return (self.codes,)

    def factor(self, weight: FloatArray, codes: Sequence[CodeArray]) -> FloatArray:
        """See `CellStep`.

        Raises:
            CalibrationError: a post-stratum has no weight in some replicate.

        Source: Holt & Smith (1979), JRSS A 142, 33-46. Oracle: R survey 4.5 postStratify.
        """
        counted = _counted_cells(weight, codes, "post-stratification")
        held = _sums(weight[:, counted], codes[0][counted], len(self.totals))
        _refuse_empty(held, self.totals, self.names)
        ratio = np.divide(self.totals, held, out=np.ones_like(held), where=held > 0)
        return _spread(ratio[:, codes[0][counted]], counted)


@dataclass(frozen=True, kw_only=True, eq=False)
class Raking:
    """Weights brought to the population totals of several margins at once.

    Attributes:
        margins: per margin, (n,) category of each row.
        totals: per margin, (K,) population totals.
        tolerance: largest relative distance to a total that counts as met.
        max_rounds: rounds after which it has failed.
    """

    margins: Sequence[CodeArray]
    totals: Sequence[FloatArray]
    tolerance: float = 1e-9
    max_rounds: int = 1000

    @property
    def codings(self) -> Sequence[CodeArray]:
        """Category of each row in every margin."""
        return tuple(self.margins)

    def factor(self, weight: FloatArray, codes: Sequence[CodeArray]) -> FloatArray:
        """See `CellStep`.

        Raises:
            CalibrationError: a category has no weight in some replicate.
            NotConvergedError: some replicate does not meet its margins.
        """
        counted = _counted_cells(weight, codes, "raking")
        kept = [code[counted] for code in codes]
        for code, totals in zip(kept, self.totals, strict=True):
            _refuse_empty(_sums(weight[:, counted], code, len(totals)), totals, ())
        factor = rake_cells(
            np.ascontiguousarray(weight[:, counted]),
            kept,
            self.totals,
            tolerance=self.tolerance,
            max_rounds=self.max_rounds,
        )
        return _spread(factor, counted)


def _sums(weight: FloatArray, codes: CodeArray, size: int) -> FloatArray:
    """(1 + R, K) weights of cells summed by code."""
    return dense(summing(codes, size) @ weight.T).T


def _counted_cells(weight: FloatArray, codes: Sequence[CodeArray], where: str) -> BoolArray:
    """(C,) cells with weight in some replicate, all of whose categories must be known."""
    counted: BoolArray = (weight != 0).any(axis=0)
    if unknown := int(sum((code[counted] < 0).sum() for code in codes)):
        raise CalibrationError(
            where,
            f"expected a category for every row with weight, got none in {unknown} cells",
            hint="impute the category, or leave these rows out before weighting",
        )
    return counted


def _spread(factor: FloatArray, counted: BoolArray) -> FloatArray:
    """Factors of the counted cells among all cells; the others have no weight to change."""
    wide = np.ones((len(factor), len(counted)))
    wide[:, counted] = factor
    return wide


def _refuse_empty(held: FloatArray, totals: FloatArray, names: Sequence[str]) -> None:
    empty = ((held <= 0) & (totals > 0)).sum(axis=0)
    if empty.any():
        raise CalibrationError(
            "replicates",
            [
                f"category {_name(names, c)}: population, but no weight in {n} replicates"
                for c, n in enumerate(empty)
                if n
            ],
            hint="merge the category with a similar one, so that every replicate holds it",
        )


def _name(names: Sequence[str], code: int) -> str:
    return names[code] if names else str(code)
