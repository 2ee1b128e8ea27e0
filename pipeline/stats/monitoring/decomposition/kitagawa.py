"""A gap between two rates, split into who people are and how each kind of them does.

Cells are kinds of people, such as town by schooling, listed alike for both populations.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Mix:
    """One population.

    Attributes:
        people: (C,) people, weighted or counted, of each cell.
        rate: (C,) rate of each cell; where nobody is, any, or NaN.
    """

    people: FloatArray
    rate: FloatArray

    @property
    def share(self) -> FloatArray:
        """(C,) composition."""
        return np.asarray(self.people / self.people.sum())

    @property
    def overall(self) -> float:
        """Rate of the population."""
        return float(np.where(self.people > 0, self.share * self.rate, 0.0).sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Kitagawa:
    """Difference of two rates, first minus second, in parts that add up to it.

    Attributes:
        first: the one population.
        second: the other.
        composition_by_cell: (C,) of the first composition in place of the second, at mean rates.
        rate_by_cell: (C,) of the first rates in place of the second, at mean composition.
        composition_at_second: of composition at the second's rates.
        rate_at_second: of rates at the second's composition.
        interaction: what both differences bring together beyond the two before.
    """

    first: Mix
    second: Mix
    composition_by_cell: FloatArray
    rate_by_cell: FloatArray
    composition_at_second: float
    rate_at_second: float
    interaction: float

    @property
    def difference(self) -> float:
        """First rate minus second."""
        return self.first.overall - self.second.overall

    @property
    def composition(self) -> float:
        """Two-part composition."""
        return float(self.composition_by_cell.sum())

    @property
    def rate(self) -> float:
        """Two-part rate."""
        return float(self.rate_by_cell.sum())


def kitagawa(first: Mix, second: Mix) -> Kitagawa:
    """Split the difference of two rates, in two parts and in three.

    Two: composition sum (c1 - c2)(r1 + r2) / 2 and rate sum (r1 - r2)(c1 + c2) / 2. Three:
    sum (c1 - c2) r2, sum (r1 - r2) c2 and the interaction sum (c1 - c2)(r1 - r2).

    Args:
        first: population whose rate is looked at, such as the later wave.
        second: population it is compared with.

    Raises:
        ContractError: cells differ, or a cell lacks people in one of them.

    Source: Kitagawa (1955), J. Am. Stat. Assoc. 50, 1168-1194.
    """
    rates = _rates(first, second)
    c1, c2 = first.share, second.share
    r1, r2 = rates
    return Kitagawa(
        first=first,
        second=second,
        composition_by_cell=(c1 - c2) * (r1 + r2) / 2,
        rate_by_cell=(r1 - r2) * (c1 + c2) / 2,
        composition_at_second=float((c1 - c2) @ r2),
        rate_at_second=float((r1 - r2) @ c2),
        interaction=float((c1 - c2) @ (r1 - r2)),
    )


def standardised_rate(population: Mix, standard: Mix) -> float:
    """Rate a population would have with the composition of another.

    Raises:
        ContractError: as for `kitagawa`.

    Source: Kitagawa (1964), Demography 1, 296-315, on direct standardisation.
    """
    rate, _ = _rates(population, standard)
    return float(standard.share @ rate)


def _rates(first: Mix, second: Mix) -> tuple[FloatArray, FloatArray]:
    """Rates of both, 0 in cells where neither has people."""
    sides = (first, second)
    if len({np.shape(part) for mix in sides for part in (mix.people, mix.rate)}) > 1:
        raise ContractError("decomposition", "expected the same cells on both sides")
    if any((mix.people < 0).any() or not mix.people.sum() > 0 for mix in sides):
        raise ContractError("decomposition", "expected counts from 0, some above it, on each side")
    held = [mix.people > 0 for mix in sides]
    alone = held[0] != held[1]
    unknown = [mix_held & ~np.isfinite(mix.rate) for mix, mix_held in zip(sides, held, strict=True)]
    if alone.any() or np.any(unknown):
        raise ContractError(
            "decomposition",
            f"{int(alone.sum())} cells have people on one side alone, "
            f"{int(np.sum(unknown))} with people have no rate",
            hint="merge these cells with like ones, and say so",
        )
    return (np.where(held[0], first.rate, 0.0), np.where(held[1], second.rate, 0.0))
