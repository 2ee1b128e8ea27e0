"""Estimates of several variables over a grid of domains, row by row, with their covariance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, TextArray
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.estimates import Estimates, Measure
from pipeline.stats.survey.estimation.variation import Variation
from pipeline.survey.grid import Grid, Labels, text_of
from pipeline.survey.variables import Variable

Df: TypeAlias = Literal["domain", "design"] | float
Reference: TypeAlias = Literal["with_replacement", "without_replacement"]


@dataclass(frozen=True, eq=False)
class Found:
    """One measure of several variables over a grid of k domains.

    Rows run over variables, within them over domains, within those over the categories of a
    variable; all arrays here are in that order.

    Attributes:
        measure: what was estimated.
        grid: the domains.
        weight: (n,) final weights.
        variables: as estimated.
        over: name of the denominator of a ratio.
        parts: estimates of each variable over all domains.
        design_df: degrees of freedom of the whole design.
    """

    measure: Measure
    grid: Grid
    weight: FloatArray
    variables: tuple[Variable, ...]
    over: str | None
    parts: tuple[Estimates, ...]
    design_df: int

    @cached_property
    def order(self) -> CodeArray:
        """(rows,) places in the order variable by variable, domain by domain."""
        k = len(self.grid.cells)
        names = list(dict.fromkeys(each.name for each in self.variables))
        places: list[int] = []
        for name in names:
            own = [j for j, each in enumerate(self.variables) if each.name == name]
            places += [j * k + domain for domain in range(k) for j in own]
        return np.array(places, dtype=np.int64)

    def rows(self, name: str) -> FloatArray:
        """(rows,) one array of the estimates."""
        return np.concatenate([getattr(part, name) for part in self.parts])[self.order]

    @cached_property
    def variation(self) -> Variation:
        """Variation of all rows together."""
        joined = _beside([part.totals for part in self.parts])
        if (self.order == np.arange(len(self.order))).all():
            return joined
        return joined.combined(np.eye(len(self.order))[:, self.order])

    def freedom(self, df: Df) -> FloatArray:
        """(rows,) degrees of freedom as asked for: of the domains, of the design, a number."""
        if df == "domain":
            return self.rows("df").astype(np.float64)
        size = self.design_df if df == "design" else float(df)
        return np.full(len(self.order), size, dtype=np.float64)

    def deff(self, reference: Reference) -> FloatArray:
        """(rows,) design effects against simple random samples of the kind named."""
        if reference == "without_replacement":
            return self.rows("deff_without_replacement")
        return self.rows("deff")

    @property
    def answers(self) -> Iterator[tuple[BoolArray, FloatArray]]:
        """Per row the 0/1 answers and the weights of its domain, weights of zero included."""
        k = len(self.grid.cells)
        for place in self.order:
            values = self.variables[place // k].value
            rows = (self.grid.code == place % k) & ~np.isnan(values)
            yield values[rows] > 0, self.weight[rows]

    @property
    def rows_held(self) -> FloatArray:
        """(rows,) rows of each domain, those of weight zero or without an answer included."""
        k = len(self.grid.cells)
        sizes = np.bincount(self.grid.code[self.grid.code >= 0], minlength=k)
        return sizes.astype(np.float64)[self.order % k]

    @cached_property
    def names(self) -> list[str]:
        """(rows,) a name for each row: domain, variable (if several) and category."""
        several = len({each.name for each in self.variables}) > 1
        found = []
        for variable, domain in self._cells():
            parts = [domain] if self.grid.by else []
            parts += [variable.name] if several or not (parts or variable.category) else []
            parts += [variable.category] if variable.category else []
            found.append(":".join(parts))
        return found

    def labels(self, words: Labels) -> dict[str, Any]:
        """(rows,) columns that name each estimate: domain, variable, category, measure."""
        places = self.order % len(self.grid.cells)
        columns: dict[str, Any] = {
            name: [values[place] for place in places]
            for name, values in self.grid.columns(words).items()
        }
        variables = [variable for variable, _ in self._cells()]
        columns["variable"] = [self._title(variable) for variable in variables]
        if any(variable.category is not None for variable in variables):
            columns["category"] = [variable.category for variable in variables]
            columns |= _category_labels(columns, words)
        return columns | {"measure": self.measure}

    @cached_property
    def denominators(self) -> TextArray:
        """(rows,) the base of each estimate in codes."""
        k = len(self.grid.cells)
        bases = [_base(self.grid, j) for j in range(k)]
        missing = [_answered(variable, self.over) for variable in self.variables]
        texts = [[" & ".join(filter(None, (base, text))) for base in bases] for text in missing]
        flat = np.array([text or "all" for part in texts for text in part], dtype=object)
        return flat[self.order]

    def _title(self, variable: Variable) -> str:
        return f"{variable.name}/{self.over}" if self.over else variable.name

    def _cells(self) -> list[tuple[Variable, str]]:
        k, names = len(self.grid.cells), self.grid.names
        return [(self.variables[place // k], names[place % k]) for place in self.order]


def freedom_of(df: Df, *, domain: float, design: float) -> float:
    """Degrees of freedom as asked for: of the domain, of the design, a number."""
    if isinstance(df, str):
        return domain if df == "domain" else design
    return float(df)


def _beside(parts: Sequence[Variation]) -> Variation:
    """Variation of several estimates of one sample, most often over the same units in order."""
    first, *others = parts
    if isinstance(first, UnitTotals):
        of_units = cast("Sequence[UnitTotals]", parts)
        if all(_alike(first, part) for part in of_units[1:]):
            z = np.hstack([part.z for part in of_units])
            return first.replaced(z, np.hstack([part.holds for part in of_units]))
    return first.joined(others) if others else first


def _alike(one: UnitTotals, other: UnitTotals) -> bool:
    return np.array_equal(one.unit, other.unit) and np.array_equal(one.stratum, other.stratum)


def _base(grid: Grid, j: int) -> str:
    parts = [f"{name}={text_of(value)}" for name, value in zip(grid.by, grid.cells[j], strict=True)]
    return " & ".join([*parts, *([f"({grid.where})"] if grid.where else [])])


def _answered(variable: Variable, over: str | None) -> str:
    names = [variable.name] if variable.has_missing else []
    names += [over] if over else []
    return " & ".join(f"{name} not missing" for name in names)


def _category_labels(columns: Mapping[str, Any], labels: Labels) -> dict[str, list[str]]:
    named = {
        (name, text_of(value)): word
        for name, words in labels.items()
        for value, word in words.items()
    }
    if not any(name in labels for name in columns["variable"]):
        return {}
    pairs = zip(columns["variable"], columns["category"], strict=True)
    return {"category_label": [named.get(pair, pair[1]) for pair in pairs]}
