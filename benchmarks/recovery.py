"""How well items are recovered, and whether their standard errors say by how much they miss.

    python benchmarks/recovery.py [--runs 100] [--output FILE]

Thirty items of each family are answered by weighted people in 60 communities, again and again.
Every survey is calibrated with its weights; errors come from its design. Bias and root mean
square error are those of slopes, difficulties (of several steps their mean) and guessing over
items and surveys. The last columns divide the standard error, as root mean square over surveys,
by the standard deviation of the estimates over surveys: the median of the items, 1 where the
errors are right.
"""

import argparse
import multiprocessing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from repeated_surveys.tables import markdown
from simulated_tests.tests import categories_chosen, clustered_people, repeated

from pipeline.errors import ContractError, NotConvergedError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.calibration import FamilyName, calibrate
from pipeline.stats.measurement.irt.curves import Graded, ItemModel, Logistic, PartialCredit
from pipeline.stats.measurement.irt.influence import gradient_of
from pipeline.stats.measurement.irt.item_errors import ParameterErrors, design_errors
from pipeline.stats.measurement.linking.link import difficulties, slopes
from pipeline.stats.streams import stream

ITEMS, STEPS = 30, np.array([-0.8, 0.0, 0.8])
SETTINGS: tuple[tuple[FamilyName, int], ...] = (
    *(("rasch", n) for n in (500, 1500)),
    *(("2pl", n) for n in (500, 1500, 5000)),
    *(("3pl", n) for n in (1500, 5000)),
    *(("grm", n) for n in (500, 1500)),
    *(("gpcm", n) for n in (500, 1500)),
)


@dataclass(frozen=True)
class Found:
    """(3, J) slopes, difficulties and guessing of one survey, and (2, J) errors of the first."""

    values: FloatArray
    se: FloatArray


def main() -> None:
    """Repeat surveys and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("--output", type=Path, help="file for the table")
    chosen = parser.parse_args()
    rows = []
    for family, people in SETTINGS:
        found = list(repeated(partial(one, family, people), chosen.runs, chosen.processes))
        rows.append([family, f"{people:,}", *summary(family, found)])
    heading = ["family", "people", "refused"]
    heading += [f"{part} of {name}" for name in ("a", "b", "c") for part in ("bias", "RMSE")]
    text = markdown(rows, [*heading, "SE / sd, a", "SE / sd, b"])
    print(text)
    if chosen.output:
        chosen.output.write_text(text + "\n", encoding="utf-8")


def items_of(family: FamilyName) -> ItemModel:
    """Items of log slopes N(0, 0.3^2), one for all under "rasch", and difficulties N(0, 1)."""
    random = stream("recovery items", family)
    slope = np.exp(random.normal(0, 0.3, ITEMS)) if family != "rasch" else np.ones(ITEMS)
    difficulty = random.normal(size=ITEMS)
    if family in ("grm", "gpcm"):
        intercepts = -slope[:, None] * (difficulty[:, None] + STEPS)
        ordered = Graded if family == "grm" else PartialCredit
        return ordered(slope=slope, intercepts=intercepts)
    return Logistic.of_difficulty(slope, difficulty, 0.2 if family == "3pl" else 0.0)


def one(family: FamilyName, people: int, run: int) -> Found | None:
    """What one survey finds; None where it was refused."""
    random = stream("recovery", family, str(people), str(run))
    ability, sample = clustered_people(people, random)
    given = categories_chosen(items_of(family), ability, random)
    try:
        found = calibrate(given, family, weights=sample.weight)
        errors = design_errors(found, sample)
    except (ContractError, NotConvergedError):
        return None
    se = np.array([_se(found, errors, quantity) for quantity in (slopes, difficulties)])
    return Found(_values(found.model), se)


def _values(model: ItemModel) -> FloatArray:
    guessing = model.guessing if isinstance(model, Logistic) else np.zeros(ITEMS)
    return np.stack([slopes(model), difficulties(model), guessing])


def _se(found: Calibrated, errors: ParameterErrors, quantity: object) -> FloatArray:
    return np.sqrt(errors.of_functions(gradient_of(found, quantity)).diagonal())


def summary(family: FamilyName, found: list[Found | None]) -> list[str]:
    """Cells of a row."""
    held = [each for each in found if each is not None]
    values = np.stack([each.values for each in held])
    off = values - _values(items_of(family))
    cells = [f"{1 - len(held) / len(found):.0%}"]
    for number in range(3):
        is_free = not (number == 0 and family == "rasch") and (number < 2 or family == "3pl")
        part = off[:, number]
        bias, rmse = f"{part.mean():+.3f}", f"{np.sqrt((part**2).mean()):.3f}"
        cells += [bias, rmse] if is_free else ["", ""]
    se = np.sqrt((np.stack([each.se for each in held]) ** 2).mean(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.median(se / values[:, :2].std(axis=0, ddof=1), axis=1)
    return [*cells, *(f"{value:.2f}" if value > 0 else "" for value in ratio)]


if __name__ == "__main__":
    main()
