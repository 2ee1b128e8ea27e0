"""How often items with DIF are found, and how often clean ones are flagged.

    python benchmarks/dif.py [--runs 100] [--output FILE]

Forty right-wrong items, of which four are harder for the focal group by a shift of difficulty;
the focal group is less able by half a standard deviation, which is no DIF. Every survey is
screened with purification, ETS classes and Holm, as the package does by default, and judged
beside the bare test at 5 % against the total of all items. The last rows plant nothing, or let
people guess.
"""

import argparse
import multiprocessing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from repeated_surveys.tables import markdown
from simulated_tests.tests import answers, repeated

from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.measurement.dif.mantel_haenszel import mantel_haenszel
from pipeline.stats.measurement.dif.matching import matched_counts
from pipeline.stats.measurement.dif.screening import screen
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.streams import stream

ITEMS, PLANTED, GAP = 40, 4, 0.5


@dataclass(frozen=True)
class Setting:
    """What is planted, and in whom."""

    reference: int
    focal: int
    shift: float
    slope_ratio: float = 1.0
    guessing: float = 0.0

    @property
    def label(self) -> list[str]:
        """First columns of the table."""
        return [
            f"{self.reference} / {self.focal}",
            f"{self.shift:.1f}",
            f"{self.slope_ratio:.1f}",
            f"{self.guessing:.1f}",
        ]


SETTINGS = (
    *(
        Setting(n, m, shift)
        for n, m in ((400, 200), (600, 600), (1500, 1500), (20000, 20000))
        for shift in (0.4, 0.6, 0.8)
    ),
    Setting(600, 600, 0.0),
    Setting(20000, 20000, 0.0),
    Setting(1500, 1500, 0.0, slope_ratio=0.4),
    Setting(1500, 1500, 0.6, guessing=0.2),
    Setting(20000, 20000, 0.0, guessing=0.2),
)


def main() -> None:
    """Repeat surveys and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--output", type=Path, help="file for the table")
    chosen = parser.parse_args()
    rows = []
    for setting in SETTINGS:
        found = list(repeated(partial(one, setting), chosen.runs, chosen.processes))
        rows.append([*setting.label, *(f"{100 * rate:.1f}" for rate in np.mean(found, axis=0))])
    heading = ["people, reference / focal", "shift", "ratio of slopes", "guessing"]
    heading += ["planted: flagged, %", "class C", "crossing", "bare test"]
    heading += ["clean: flagged, %", "class C", "crossing", "bare test"]
    text = markdown(rows, heading)
    print(text)
    if chosen.output:
        chosen.output.write_text(text + "\n", encoding="utf-8")


def one(setting: Setting, run: int) -> FloatArray:
    """(8,) rates of one survey: planted items, then clean ones."""
    random = stream("dif", *setting.label, str(run))
    slope, difficulty = np.exp(random.normal(0, 0.25, ITEMS)), random.normal(0, 0.8, ITEMS)
    is_planted = np.arange(ITEMS) < PLANTED
    is_focal = np.arange(setting.reference + setting.focal) >= setting.reference
    ability = random.normal(size=len(is_focal)) - GAP * is_focal
    parts = []
    for members, times, shift in (
        (~is_focal, 1, 0),
        (is_focal, setting.slope_ratio, setting.shift),
    ):
        items = Logistic.of_difficulty(
            np.where(is_planted, slope * times, slope),
            np.where(is_planted, difficulty + shift, difficulty),
            setting.guessing,
        )
        parts.append(answers(items, ability[members], random))
    given = np.concatenate(parts)
    rows = screen(given, {"group": is_focal.astype(np.int64)}, references={"group": "0"}).rows
    bare = mantel_haenszel(matched_counts(given, is_focal)).p_value_corrected < 0.05
    columns = (rows.is_flagged, rows.ets_class == "C", rows.is_crossing, bare)
    return np.array([*_rates(columns, is_planted), *_rates(columns, ~is_planted)])


def _rates(columns: tuple[BoolArray, ...], items: BoolArray) -> list[float]:
    return [float(np.mean(column[items])) for column in columns]


if __name__ == "__main__":
    main()
