"""Many people added up before estimation, once for every variable.

Owns what `condensing` needs of a frame: which rows agree, and which domains follow the PSUs,
so that a second request for the same variable costs no second pass over the people.
"""

from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.condensing import Condensed, condensed
from pipeline.survey.grid import Grid
from pipeline.survey.variables import Variable

Key: TypeAlias = tuple[object, ...]

_MANY = 20_000  # people from which adding them up pays
_KEPT = 64  # variables whose sums are kept


@dataclass(eq=False)
class Sums:
    """People of a sample added up, kept by variable.

    Attributes:
        sample: the n people.
        kept: sums of people who agree in PSU, weighting cell and values.
    """

    sample: Sample
    kept: dict[Key, Condensed | None] = field(default_factory=dict)

    def over(
        self, variable: Variable, x: str | None, denominator: FloatArray | None, grid: Grid
    ) -> tuple[Condensed, Grid] | None:
        """Groups of people who agree in all that is looked at, and the grid over them.

        None where there are few people, or nothing to add up.
        """
        if self.sample.n_rows < _MANY or len(self.sample.levels) > 1:
            return None
        values = [variable.raw] if denominator is None else [variable.raw, denominator]
        domain_of_psu = self._domain_of_psu(grid)
        if domain_of_psu is None:
            found = condensed(self.sample, grid.code, values)
            return None if found is None else (found, replace(grid, code=found.domain))
        found = self._by_psu((*variable.key, x), values)
        if found is None:
            return None
        return found, replace(grid, code=domain_of_psu[_psu_of_group(found)])

    def _by_psu(self, key: Key, values: list[FloatArray | BoolArray]) -> Condensed | None:
        if key not in self.kept:
            if len(self.kept) >= _KEPT:
                self.kept.clear()
            self.kept[key] = condensed(self.sample, None, values)
        return self.kept[key]

    def _domain_of_psu(self, grid: Grid) -> CodeArray | None:
        """(P,) domain of each PSU; None where a domain divides one."""
        units = self.sample.units
        if grid.is_everybody:
            return np.zeros(len(units.unit), dtype=np.int64)
        psu, code = units.unit_of_row, grid.code
        if psu.min() < 0:
            psu, code = psu[psu >= 0], code[psu >= 0]
        domain = np.zeros(len(units.unit), dtype=np.int64)
        domain[psu] = code
        return domain if np.array_equal(domain.take(psu, mode="clip"), code) else None


def _psu_of_group(found: Condensed) -> CodeArray:
    """(g,) PSU of each group: groups come PSU by PSU in the order of the sample's units."""
    stage = found.sample.stages[0]
    stratum, unit = np.asarray(stage.stratum), np.asarray(stage.unit)
    is_next = np.append(False, (unit[1:] != unit[:-1]) | (stratum[1:] != stratum[:-1]))
    return np.cumsum(is_next)
