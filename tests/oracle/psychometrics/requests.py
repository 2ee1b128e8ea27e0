"""The rows of a folder of psychometric reference numbers, as requests to our package.

A request is one statistic of one case: the data, the call that made the numbers, and the keys
(items, scores, people) for which it gives one number each.
"""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

Answer = Callable[["Request"], Mapping[str, float]]


@dataclass(frozen=True)
class Number:
    """One reference number."""

    key: str
    value: float
    tolerance: float

    def is_met_by(self, answer: float) -> bool:
        if not math.isfinite(self.value):
            return answer == self.value or (math.isnan(answer) and math.isnan(self.value))
        return abs(answer - self.value) <= self.tolerance


@dataclass(frozen=True, eq=False)
class Request:
    """One statistic of one case.

    Attributes:
        frames: the case's data files, in order.
        calls: every call of the case, for parameters that only another row states.
        case_keys: keys by statistic of the case, for names that only another row lists.
        kept: results worth making once per case, shared by its requests.
    """

    case: str
    topic: str
    statistic: str
    call: str
    note: str
    frames: tuple[pd.DataFrame, ...]
    calls: tuple[str, ...]
    case_keys: Mapping[str, Sequence[str]]
    kept: dict[str, Any] = field(repr=False)
    numbers: list[Number] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [number.key for number in self.numbers]

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """A result made once per case and data, e.g. a calibration that many statistics read."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]


@dataclass(frozen=True, eq=False)
class Folder:
    """A folder of psychometric reference numbers in the format of its README."""

    path: Path

    @cached_property
    def requests(self) -> list[Request]:
        rows = self._rows
        calls: dict[str, dict[str, None]] = {}
        keys: dict[str, dict[str, list[str]]] = {}
        for row in rows:
            calls.setdefault(row["case_id"], {})[row["call"]] = None
            listed = keys.setdefault(row["case_id"], {}).setdefault(row["statistic"], [])
            listed.append(row["key"])
        kept: dict[tuple[str, str], dict[str, Any]] = {}
        found: dict[tuple[str, ...], Request] = {}
        for row in rows:
            identity = (
                row["case_id"],
                row["topic"],
                row["data_file"],
                row["call"],
                row["statistic"],
            )
            if identity not in found:
                found[identity] = Request(
                    case=row["case_id"],
                    topic=row["topic"],
                    statistic=row["statistic"],
                    call=row["call"],
                    note=row["note"],
                    frames=tuple(
                        self._frame(name.strip()) for name in row["data_file"].split(";") if name
                    ),
                    calls=tuple(calls[row["case_id"]]),
                    case_keys=keys[row["case_id"]],
                    kept=kept.setdefault((row["case_id"], row["data_file"]), {}),
                )
            found[identity].numbers.append(_number(row))
        return list(found.values())

    @cached_property
    def _rows(self) -> list[dict[str, str]]:
        with (self.path / "oracles.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _frame(self, name: str) -> pd.DataFrame:
        """A data file in the order of its rows; only an empty field is missing.

        "waves.csv (rows year<=2018)" names some of the rows.
        """
        if name not in self._frames:
            file, _, rows = name.partition(" (rows ")
            frame = pd.read_csv(self.path / "data" / file, keep_default_na=False, na_values=[""])
            kept = frame.query(rows.removesuffix(")")) if rows else frame
            self._frames[name] = kept.reset_index(drop=True)
        return self._frames[name]

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        return {}


def _number(row: dict[str, str]) -> Number:
    value = math.nan if row["value"] in ("", "NA") else float(row["value"])
    tolerance = max(float(row["tol_abs"]), float(row["tol_rel"]) * abs(value))
    return Number(row["key"], value, tolerance)
