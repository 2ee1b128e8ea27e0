"""The list of a simulated city's communities, from which a next wave can be drawn."""

from pathlib import Path

import pandas as pd

from pipeline.io.microdata_writer import write_record
from pipeline.simulation.parameters import City

_COLUMNS = ["community", "name", "county", "urban_rural", "households"]


def write_frame(city: City, communities: pd.DataFrame, raw: Path) -> None:
    """Write every community with its name and listed households; the names say simulated.

    Args:
        city: parameters.
        communities: the population's communities with their listed households.
        raw: folder of the workspace's inputs.
    """
    parts = zip(communities["urban_rural"], communities["community"], strict=True)
    names = [
        city.frame.names[part].format(number=community.rpartition("-")[2][1:])
        for part, community in parts
    ]
    write_record(communities.assign(name=names)[_COLUMNS], raw / city.frame.path)
