"""Applying a wave's column map: the file's columns and codes become ours.

Owns the allow-list: only columns that the map names are taken, everything else stays
in the file. Faults of rows are collected as findings and judged by `checks`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.config.domain import Variable
from pipeline.config.instrument import Instrument
from pipeline.config.items import Item
from pipeline.config.wave import ColumnMap
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind

DESIGN = ("respondent_id", "stratum", "psu", "source", "person_prob", "eligible_adults")
PARADATA = ("interviewer", "started_at", "minutes")
_REQUIRED = ("respondent_id", "stratum", "psu", "source")


@dataclass(frozen=True, slots=True)
class Finding:
    """Rows of one column that break one rule."""

    rule: str
    column: str
    expected: str
    rows: np.ndarray


@dataclass(slots=True)
class Mapped:
    """The file in our columns, with everything that was found wrong on the way."""

    design: pd.DataFrame
    variables: pd.DataFrame
    answers: pd.DataFrame
    paradata: pd.DataFrame
    columns_taken: int
    findings: list[Finding] = field(default_factory=list)


def answer_codes(instrument: Instrument, bank: Mapping[str, Item]) -> dict[str, tuple[str, ...]]:
    """Every answer column of a questionnaire with its valid codes, in order."""
    columns: dict[str, tuple[str, ...]] = {}
    for item in instrument.items:
        columns |= bank[item].answer_columns
    for question in instrument.questions:
        columns |= question.answer_columns
    return columns


def apply_map(
    raw: pd.DataFrame,
    column_map: ColumnMap,
    instrument: Instrument,
    bank: Mapping[str, Item],
    weights: tuple[str, ...],
    where: str,
) -> Mapped:
    """Take the mapped columns out of a file and translate their codes.

    Args:
        raw: the file as text codes.
        column_map: the wave's map.
        instrument: the wave's questionnaire.
        bank: the item bank.
        weights: names of weights that the plan takes from the file.
        where: the map's file name, for errors.

    Raises:
        ConfigError: the map names columns that the file or the questionnaire lacks, or
            leaves out columns that are needed.
    """
    codes = answer_codes(instrument, bank)
    _refuse_bad_map(raw, column_map, instrument, codes, weights, where)
    column = _Columns(raw, column_map)
    mapped = Mapped(
        design=column.frame([*DESIGN, *weights]),
        variables=pd.DataFrame(index=raw.index),
        answers=pd.DataFrame(index=raw.index),
        paradata=column.frame(PARADATA),
        columns_taken=len(set(column_map.sources.values())),
    )
    variables = {
        v.id: _variable(column.variable(v.id), v, mapped.findings) for v in instrument.variables
    }
    answers = {
        name: _answer(name, column, allowed, mapped.findings) for name, allowed in codes.items()
    }
    mapped.variables = pd.DataFrame(variables, index=raw.index)
    mapped.answers = pd.DataFrame(answers, index=raw.index)
    return mapped


class _Columns:
    """Columns of the file under our names, recoded but otherwise as they came.

    A missing code declared for a variable leaves its cell empty: only answers keep kinds.
    """

    def __init__(self, raw: pd.DataFrame, column_map: ColumnMap) -> None:
        self.raw, self.map = raw, column_map

    def __call__(self, name: str) -> pd.Series:
        if name in self.map.sources:
            values = self.raw[self.map.sources[name]]
            recode = self.map.recode.get(name)
            return values.map(lambda code: recode.get(code, code)) if recode else values
        return pd.Series(self.map.constant.get(name), index=self.raw.index, dtype=object)

    def variable(self, name: str) -> pd.Series:
        values = self(name)
        return values.mask(values.isin(list(self.map.missing_in.get(name, {}))), None)

    def frame(self, names: list[str] | tuple[str, ...]) -> pd.DataFrame:
        return pd.DataFrame({name: self(name) for name in names}, index=self.raw.index)


def _refuse_bad_map(
    raw: pd.DataFrame,
    column_map: ColumnMap,
    instrument: Instrument,
    codes: Mapping[str, tuple[str, ...]],
    weights: tuple[str, ...],
    where: str,
) -> None:
    variables = [variable.id for variable in instrument.variables]
    absent = set(column_map.absent)
    needed = {*_REQUIRED, *weights} | ({*variables, *codes} - absent)
    known = {*needed, *variables, *codes, *DESIGN, *PARADATA}
    given = {*column_map.sources, *column_map.constant}
    named = {*given, *absent, *column_map.recode, *column_map.missing_in}
    faults = [
        f"{name} is read from column {source}, which the file lacks{_closest(source, raw)}"
        for name, source in column_map.sources.items()
        if source not in raw.columns
    ]
    faults += [f"{name} is not a column of the questionnaire" for name in sorted(named - known)]
    faults += [f"{name} is given and called absent" for name in sorted(given & absent)]
    faults += [
        f"{name} has both a source and a constant"
        for name in sorted({*column_map.sources} & {*column_map.constant})
    ]
    faults += [f"{name} has no source" for name in sorted(needed - given)]
    if faults:
        raise ConfigError(where, faults, hint="correct [sources], [constant] or absent")


def _closest(source: str, raw: pd.DataFrame) -> str:
    close = difflib.get_close_matches(source, [str(name) for name in raw.columns], n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _variable(values: pd.Series, variable: Variable, findings: list[Finding]) -> pd.Series:
    blank = values.isna().to_numpy()
    if variable.required:
        findings.append(Finding("blank", variable.id, "a value", blank))
    if variable.kind == "code":
        allowed = [code.code for code in variable.codes]
        outside = ~values.isin(allowed).to_numpy() & ~blank
        expected = f"one of {', '.join(allowed)}"
        findings.append(Finding("code_outside_list", variable.id, expected, outside))
        return values
    numbers = pd.to_numeric(values, errors="coerce")
    low = -np.inf if variable.min is None else variable.min
    high = np.inf if variable.max is None else variable.max
    inside = (numbers.between(low, high) & (numbers % 1 == 0)).to_numpy()
    expected = f"a whole number from {low} to {high}"
    findings.append(Finding("out_of_range", variable.id, expected, ~inside & ~blank))
    return numbers


def _answer(
    name: str, column: _Columns, allowed: tuple[str, ...], findings: list[Finding]
) -> pd.Series:
    if name in column.map.absent:
        return pd.Series(int(MissingKind.NOT_ASKED), index=column.raw.index)
    # A code of the questionnaire outranks a missing code declared for all columns.
    values = _kinds(column.map.missing) | {code: int(code) for code in allowed}
    values |= _kinds(column.map.missing_in.get(name, {}))
    given = column(name)
    coded = given.map(values)
    blank = given.isna().to_numpy()
    if column.map.blank is None:
        findings.append(Finding("blank", name, "a code", blank))
    else:
        coded = coded.mask(given.isna(), int(MissingKind[column.map.blank.upper()]))
    expected = f"one of {', '.join(values)}"
    findings.append(Finding("code_outside_list", name, expected, coded.isna().to_numpy() & ~blank))
    return coded.fillna(int(MissingKind.INVALID)).astype("int64")


def _kinds(missing: Mapping[str, str]) -> dict[str, int]:
    return {code: int(MissingKind[kind.upper()]) for code, kind in missing.items()}
