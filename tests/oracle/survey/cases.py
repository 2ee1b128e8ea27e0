"""The rows of a folder of reference numbers: cases, their numbers, their data and designs."""

import csv
import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

Answers = dict[tuple[str, str], float]


FACTORS = {"nhanes.csv": ("race",)}  # numbers in the file, categories in the reference
_MAX_LEVELS = 30


@dataclass(frozen=True)
class Number:
    """One reference number; `value` is NaN where the reference has none."""

    id: str
    term: str
    statistic: str
    value: float
    text: str
    tolerance: float
    is_binding: bool
    note: str

    def is_met_by(self, answer: float) -> bool:
        if math.isnan(self.value):
            return math.isnan(answer)
        return abs(answer - self.value) <= self.tolerance


@dataclass
class Case:
    """Numbers that one call gave: what was estimated, from which design."""

    id: str
    group: str
    design: str
    data: str
    estimand: dict[str, Any]
    call: str
    source: str
    numbers: list[Number] = field(default_factory=list)

    @property
    def stat(self) -> str:
        return str(self.estimand.get("stat", ""))

    def asks_for(self, *statistics: str) -> bool:
        return any(number.statistic in statistics for number in self.numbers)


@dataclass(frozen=True, eq=False)
class Folder:
    """A folder of reference numbers in the format of its README."""

    path: Path

    @cached_property
    def cases(self) -> dict[str, Case]:
        found: dict[str, Case] = {}
        with (self.path / "cases.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                case = found.setdefault(row["case"], _case(row))
                case.numbers.append(_number(row))
        return found

    @cached_property
    def designs(self) -> dict[str, dict[str, Any]]:
        return json.loads((self.path / "designs.json").read_text(encoding="utf-8"))

    def factors(self, name: str) -> set[str]:
        """Columns of numbers in a data file that some case treats as categories ("race1")."""
        found = set(FACTORS.get(name, ()))
        frame = self.data(name)
        terms = {n.term for c in self.cases.values() if c.data == name for n in c.numbers}
        for column in frame.select_dtypes("number"):
            levels = frame[column].dropna().unique()
            if len(levels) <= _MAX_LEVELS and any(
                f"{column}{level:g}" in terms for level in levels
            ):
                found.add(column)
        return found

    def data(self, name: str) -> pd.DataFrame:
        """A data file in the order of its rows; only an empty field is missing."""
        return pd.read_csv(self.path / "data" / name, keep_default_na=False, na_values=[""])


def _case(row: dict[str, str]) -> Case:
    return Case(
        id=row["case"],
        group=row["group"],
        design=row["design"],
        data=row["data"],
        estimand=json.loads(row["estimand"] or "{}"),
        call=row["call"],
        source=row["source"],
    )


def _number(row: dict[str, str]) -> Number:
    value = float(row["value"]) if row["value"] else math.nan
    bounds = [float(row[name] or 0) * size for name, size in (("rtol", abs(value)), ("atol", 1.0))]
    return Number(
        id=row["id"],
        term=row["term"],
        statistic=row["statistic"],
        value=value,
        text=row["value_text"] or row["message"],
        tolerance=max(bounds),
        is_binding=row["status"] == "binding",
        note=row["note"],
    )
