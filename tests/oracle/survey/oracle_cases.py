"""Reference numbers of R survey 4.5, their data and their designs."""

import csv
import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.stats.survey.calibration import rake
from pipeline.stats.survey.design import Design

# one stratum drawn in one stage without replacement: R's variance is ours times 1 - n/N
ONE_STRATUM_FPC = {"srs": 1 - 200 / 6194, "clus1": 1 - 15 / 757}


@dataclass(frozen=True)
class Number:
    term: str
    statistic: str
    value: float
    tolerance: float


@dataclass(frozen=True)
class Case:
    id: str
    group: str
    design: str
    estimand: dict
    numbers: list[Number] = field(default_factory=list)

    def value(self, statistic: str) -> float:
        return next(number.value for number in self.numbers if number.statistic == statistic)


@cache
def read_cases(folder: Path) -> dict[str, Case]:
    """Binding numbers by case."""
    cases: dict[str, Case] = {}
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["status"] != "binding" or not row["value"]:
                continue
            estimand = json.loads(row["estimand"])
            case = cases.setdefault(
                row["case"], Case(row["case"], row["group"], row["design"], estimand)
            )
            value = float(row["value"])
            tolerance = max(float(row["atol"]), float(row["rtol"]) * abs(value))
            case.numbers.append(Number(row["term"], row["statistic"], value, tolerance))
    return cases


@cache
def read_designs(folder: Path) -> dict[str, dict]:
    return json.loads((folder / "designs.json").read_text(encoding="utf-8"))


@cache
def read_data(folder: Path, design: str) -> pd.DataFrame:
    spec = read_designs(folder)[design]
    frame = pd.read_csv(folder / "data" / spec["data"], keep_default_na=False, na_values=[""])
    return frame.query(spec["filter"]).reset_index(drop=True) if "filter" in spec else frame


def build_design(folder: Path, case: Case) -> Design:
    """The case's design; raked when the case says so (post-stratification is one margin)."""
    spec, frame = read_designs(folder)[case.design], read_data(folder, case.design)
    weight = frame.eval(spec["weights"]).to_numpy(dtype=float)
    raked = None
    if "adjust" in case.estimand:
        totals = case.estimand["adjust"]["totals"]
        codes = {name: frame[name] for name in totals}
        raked = rake(weight, codes, totals, tolerance=1e-13, max_rounds=5000)
    rows = np.arange(len(frame))
    options = spec["options"] if isinstance(spec.get("options"), dict) else {}
    return Design(
        weight=weight if raked is None else raked.weight,
        stratum=frame[spec["strata"]] if spec.get("strata") else np.zeros(len(frame)),
        psu=frame[spec["psu"]] if spec.get("psu") else rows,
        lonely_psu=options.get("lonely_psu", "fail"),
        calibration=None if raked is None else raked.calibration,
    )


def domain_mask(frame: pd.DataFrame, text: str | None) -> np.ndarray:
    """Rows of a domain written in the oracle's words."""
    if text is None or text == "HI_CHOL is not missing":
        return np.ones(len(frame), dtype=bool)
    condition = text.split(" (")[0] if " (" in text else text.split(": ")[0]
    parts = [part for part in condition.split(" and ") if "missing" not in part]
    return frame.eval(" and ".join(f"({part})" for part in parts)).to_numpy(dtype=bool)
