"""Communities of a simulated city: the first-stage units of its surveys."""

import numpy as np
import pandas as pd

from pipeline.simulation.parameters import City
from pipeline.stats.streams import stream


def invent_communities(city: City) -> pd.DataFrame:
    """One row per community: code, county, urban_rural, ur_code, relative size, education tilt.

    Codes are pseudonyms: county, first letter of urban or rural, running number. Sizes and
    tilts are deviates on the log scale; those of real communities are not used.
    """
    parts = [
        _part(city, county, urban_rural, number)
        for county, by_class in sorted(city.communities.number.items())
        for urban_rural, number in sorted(by_class.items(), reverse=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _part(city: City, county: str, urban_rural: str, number: int) -> pd.DataFrame:
    rng = stream(city.name, "communities", county, urban_rural)
    shares = city.communities.ur_codes[urban_rural]
    return pd.DataFrame(
        {
            "community": [
                f"{county}-{urban_rural[0].upper()}{place:02d}" for place in range(1, number + 1)
            ],
            "county": county,
            "urban_rural": urban_rural,
            "size": np.exp(rng.normal(0.0, city.communities.size_sd, number)),
            "tilt": rng.normal(0.0, city.communities.education_sd, number),
            "ur_code": rng.choice(sorted(shares), number, p=[shares[c] for c in sorted(shares)]),
        }
    )
