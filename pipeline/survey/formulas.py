"""Formulas of regressions, such as "score ~ sex + I(age/10)", and the columns they make.

Owns the reading of formulas as R writes them: levels coded against the first in order, names
such as "sexM" and "(Intercept)", columns with dots in their names. The algebra of terms is
formulaic's.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import formulaic
import numpy as np
import pandas as pd

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.survey.columns import is_numeric, require

WHERE = "formula"
_TOKEN = re.compile(r"""`([^`]*)`|"[^"]*"|'[^']*'|(?<![\w.])([A-Za-z_][\w.]*+)(?!\()(?!\s*=[^=])""")
_WORDS = frozenset({"True", "False", "and", "or", "not", "in", "is", "None"})
_FACTOR = re.compile(r"\b(?:as\.)?factor\s*\(")
_LEVEL = re.compile(r"\[(?:T\.)?([^\]]*)\]")
_DOT = re.compile(r"(?<![\w.`])\.(?![\w.])")
_FUNCTIONS = {"sqrt": np.sqrt, "abs": np.abs}  # beside those formulaic knows
_STAND_IN = re.compile(r"column_(\d+)_")


@dataclass(frozen=True, eq=False)
class DesignMatrix:
    """The columns that a formula makes of a frame.

    Attributes:
        formula: as written.
        names: p names of columns.
        x: (n, p) columns; a row with a missing variable is NaN throughout.
        terms: places of the columns of each term; the intercept's under "(Intercept)".
        outcome: (n,) left-hand side; None without one.
        spec: what formulaic learned of the levels, for other frames.
    """

    formula: str
    names: tuple[str, ...]
    x: FloatArray
    terms: Mapping[str, tuple[int, ...]]
    outcome: FloatArray | None
    spec: formulaic.ModelSpec

    def of(self, frame: pd.DataFrame) -> FloatArray:
        """(m, p) columns of another frame, its levels coded as in the first.

        Raises:
            ContractError: a variable is not a column, or has a level the first frame has not.
        """
        right = _Side(self.formula.rpartition("~")[2])
        require(frame, right.variables)
        if faults := _strange_levels(self.spec, right, frame):
            raise ContractError(
                WHERE, faults, hint="merge these levels with others before predicting"
            )
        return right.columns(self.spec, frame, right.complete(frame))

    def names_of(self, term: str) -> list[str]:
        """Names of the columns of a term, such as all levels of a variable.

        Raises:
            ContractError: no such term.
        """
        for name, places in self.terms.items():
            if _compared(name) == _compared(term):
                return [self.names[j] for j in places]
        raise ContractError(
            WHERE,
            f'"{self.formula}" has no term "{term}"',
            hint=f"its terms are {', '.join(self.terms)}",
        )


def design_matrix(formula: str, frame: pd.DataFrame) -> DesignMatrix:
    """Columns of a formula over a frame.

    Text and categoricals make one column for each level but the first in order; numbers stay
    numbers unless they stand in factor(). Levels are those of complete rows.

    Args:
        formula: "y ~ a + b", or its right-hand side alone; terms "a * b", "a:b", "I(a/10)",
            "factor(a)", "log(a)", "- 1". The outcome is a number, text of two levels (the
            second counts as 1), or a condition such as (answer == 'Yes').
        frame: n rows.

    Raises:
        ContractError: the formula cannot be read, a variable is not a column or has a single
            level, or the outcome is text of other than two levels.
    """
    left, _, right = (_Side(part) for part in formula.rpartition("~"))
    if _DOT.search(right.text):
        raise ContractError(WHERE, f'"{formula}": name the columns that "." stands for')
    require(frame, list(dict.fromkeys([*left.variables, *right.variables])))
    complete = left.complete(frame) & right.complete(frame)
    if not complete.any():
        raise ContractError(WHERE, f'"{formula}": no row has all of its variables')
    spec = right.spec(frame, complete)
    if faults := _single_levels(spec, right):
        raise ContractError(WHERE, faults, hint="leave the variable out, or widen the domain")
    return DesignMatrix(
        formula=formula,
        names=tuple(right.named(name) for name in spec.column_names),
        x=right.columns(spec, frame, complete),
        terms={right.named(str(term)): tuple(places) for term, places in spec.term_indices.items()},
        outcome=_outcome(left, frame, complete) if left.text else None,
        spec=spec,
    )


class _Side:
    """One side of a formula: its variables, and how R's spelling becomes formulaic's."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        found = (match.group(1) or match.group(2) for match in _TOKEN.finditer(self.text))
        self.variables = [name for name in dict.fromkeys(found) if name and name not in _WORDS]

    def complete(self, frame: pd.DataFrame) -> BoolArray:
        """(n,) rows without a missing variable."""
        return np.asarray(frame[self.variables].notna().all(axis=1), dtype=np.bool_)

    def spec(
        self, frame: pd.DataFrame, rows: BoolArray, *, as_is: bool = False
    ) -> formulaic.ModelSpec:
        """What formulaic makes of the text over some rows; as_is: a Python expression."""
        spelled = _FACTOR.sub("C(", _TOKEN.sub(self._spelled, self.text)).replace("^", "**")
        wanted = f"0 + {{{spelled}}}" if as_is else spelled
        with self._reading():
            renamed = self._renamed(frame[rows])
            return formulaic.model_matrix(wanted, renamed, context=_FUNCTIONS).model_spec

    def columns(
        self, spec: formulaic.ModelSpec, frame: pd.DataFrame, rows: BoolArray
    ) -> FloatArray:
        """(n, p) columns of a specification, NaN outside the rows."""
        values = np.full((len(frame), len(spec.column_names)), np.nan)
        if rows.any():
            with self._reading():
                renamed = self._renamed(frame[rows])
                made = spec.get_model_matrix(renamed, context=_FUNCTIONS)
            values[rows] = made.to_numpy(dtype=np.float64)
        return values

    def named(self, name: str) -> str:
        """A name of formulaic in R's spelling."""
        if name in ("Intercept", "1"):
            return "(Intercept)"
        plain = _STAND_IN.sub(lambda match: self.variables[int(match.group(1))], name)
        plain = plain.replace(" ** ", "^").replace(" / ", "/")
        return re.sub(r"\bC\(", "factor(", _LEVEL.sub(r"\1", plain))

    def _spelled(self, match: re.Match[str]) -> str:
        name = match.group(1) or match.group(2)
        return self._stand_in(name) if name in self.variables else match.group()

    def _stand_in(self, name: str) -> str:
        return name if name.isidentifier() else f"column_{self.variables.index(name)}_"

    def _renamed(self, frame: pd.DataFrame) -> pd.DataFrame:
        chosen = frame[self.variables].copy()
        for name in self.variables:
            if isinstance(chosen[name].dtype, pd.CategoricalDtype):
                chosen[name] = chosen[name].cat.remove_unused_categories()
        return chosen.rename(columns={name: self._stand_in(name) for name in self.variables})

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Refuse what formulaic fails at or warns of."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                yield
        except Exception as fault:
            told = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
            raise ContractError(
                WHERE,
                f'cannot read "{self.text}": {told}',
                hint="write it as in R, such as score ~ sex + I(age/10)",
            ) from fault


def _outcome(left: _Side, frame: pd.DataFrame, complete: BoolArray) -> FloatArray:
    name = left.text.strip("`() ")
    if name in frame.columns and not is_numeric(frame[name]):
        return _two_levels(name, frame[name], complete)
    return left.columns(left.spec(frame, complete, as_is=True), frame, complete)[:, -1]


def _two_levels(name: str, column: "pd.Series[Any]", complete: BoolArray) -> FloatArray:
    codes, levels = pd.factorize(column[complete], sort=True)
    if len(levels) != 2:
        raise ContractError(
            WHERE,
            f'outcome "{name}": expected numbers or two levels, got {len(levels)} levels',
            hint=f"say which level counts: ({name} == 'level') ~ ...",
        )
    outcome = np.full(len(column), np.nan)
    outcome[complete] = codes
    return outcome


def _coded_levels(spec: formulaic.ModelSpec, side: _Side) -> dict[str, list[Any]]:
    """Levels of the variables that were coded by levels, by expression."""
    states = spec.encoder_state.items()
    return {
        side.named(str(expression)): list(state["categories"])
        for expression, (_, state) in states
        if state.get("categories") is not None
    }


def _single_levels(spec: formulaic.ModelSpec, side: _Side) -> list[str]:
    return [
        f'"{name}": expected two levels or more in complete rows, got only {levels[0]}'
        for name, levels in _coded_levels(spec, side).items()
        if len(levels) < 2
    ]


def _strange_levels(spec: formulaic.ModelSpec, side: _Side, frame: pd.DataFrame) -> list[str]:
    faults = []
    for expression, levels in _coded_levels(spec, side).items():
        name = re.sub(r"^factor\((.*)\)$", r"\1", expression)
        if name in frame.columns:
            strange = set(frame[name].dropna().unique()) - set(levels)
            faults += [
                f'"{name}": level {level} is not in the frame the formula was read on'
                for level in sorted(strange, key=str)
            ]
    return faults


def _compared(term: str) -> str:
    return ":".join(sorted(re.sub(r"[\s`]", "", term).split(":")))
