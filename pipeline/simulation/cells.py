"""Cells of the simulated population: census cells, split into urban and rural."""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.io.census import CELL
from pipeline.io.population import population_cells, read_margins
from pipeline.simulation.draws import effects
from pipeline.simulation.parameters import City
from pipeline.stats.survey.weighting.margins import ipf

_TOLERANCE, _ROUNDS = 1e-10, 1000


def city_cells(population: Path, city: City) -> pd.DataFrame:
    """People by county, urban_rural, sex, age group and education.

    Every county keeps its census cells and its urban total; within them, urban and rural
    people differ by the city's assumed association with age and education, which the
    census does not give.
    """
    urban = read_margins(population)["county_urban"]
    return pd.concat(
        [
            _split(cells, urban[urban["county"] == county], city)
            for county, cells in population_cells(population).groupby("county")
        ],
        ignore_index=True,
    )


def _split(cells: pd.DataFrame, urban: pd.DataFrame, city: City) -> pd.DataFrame:
    totals = urban.set_index("urban_rural")["count"]
    totals *= cells["count"].sum() / totals.sum()
    cells = cells.set_axis(cells[list(CELL)].agg("|".join, axis=1))
    odds = np.exp(effects(city.urban_association, cells))
    seed = pd.DataFrame({"urban": odds, "rural": 1.0}, index=cells.index).mul(
        cells["count"], axis=0
    )
    fitted = ipf(
        seed,
        rows={str(name): float(count) for name, count in cells["count"].items()},
        columns={str(name): float(count) for name, count in totals.items()},
        tolerance=_TOLERANCE,
        max_rounds=_ROUNDS,
    )
    joined = cells[list(CELL)].join(fitted)
    return joined.melt(list(CELL), var_name="urban_rural", value_name="count")
