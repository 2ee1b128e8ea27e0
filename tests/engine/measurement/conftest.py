"""Two linked waves, measured once for all tests that only look at the tables."""

import pandas as pd
import pytest

from pipeline.engine.measurement.wave import MeasuredWave
from tests.engine.measurement.town import tables_of, town_wave

DRIFTED, UNFAIR = "i05", "i04"


@pytest.fixture(scope="session")
def first() -> MeasuredWave:
    """A wave in which nothing is wrong."""
    return town_wave("w1", n=800)


@pytest.fixture(scope="session")
def second() -> MeasuredWave:
    """A later wave of abler people, with an item that drifted and one unfair to men."""
    return town_wave("w2", n=800, mean=0.3, seed=5, harder={DRIFTED: 1.5}, unfair={UNFAIR: 1.6})


@pytest.fixture(scope="session")
def tables(first, second) -> dict[str, pd.DataFrame]:
    """The measurement of both."""
    return tables_of(first, second)
