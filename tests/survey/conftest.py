"""A survey small enough to work out by hand, and one large enough for few surprises."""

import numpy as np
import pandas as pd
import pytest

from pipeline import survey


@pytest.fixture
def twelve():
    """Two strata of two PSUs of three people; weights 10 in the first stratum, 20 in the second.

    stratum a: PSU 1 scores 1 2 3, PSU 2 scores 4 5 6; stratum b: PSU 1 2 2 2, PSU 2 8 8 8.
    Weighted mean = (10 * 21 + 20 * 30) / (60 + 120) = 4.5.
    """
    return pd.DataFrame(
        {
            "stratum": list("aaaaaabbbbbb"),
            "psu": [1, 1, 1, 2, 2, 2] * 2,
            "weight": [10.0] * 6 + [20.0] * 6,
            "score": [1.0, 2, 3, 4, 5, 6, 2, 2, 2, 8, 8, 8],
            "sex": list("FMF") * 4,
            "passed": [0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1],
        }
    )


@pytest.fixture
def small(twelve):
    return survey.Design(twelve, weight="weight", stratum="stratum", psu="psu")


def drawn(seed=3, n=600):
    """Five strata of four PSUs, with a missing answer here and there."""
    random = np.random.default_rng(seed)
    psu = np.repeat(np.arange(20), n // 20)
    frame = pd.DataFrame(
        {
            "stratum": psu // 4,
            "psu": psu,
            "county": np.array(["N", "S"])[(psu // 4) % 2],
            "sex": random.choice(["F", "M"], n),
            "education": random.choice(["high", "low", "middle"], n),
            "weight": random.uniform(5, 15, n),
            "answered": random.random(n) < 0.85,
            "score": random.normal(50, 10, n) + random.normal(0, 3, 20)[psu],
        }
    )
    frame["passed"] = (frame["score"] > 55).astype(float)
    frame["hours"] = frame["score"].mask(random.random(n) < 0.1)
    return frame


@pytest.fixture
def people():
    return drawn()


@pytest.fixture
def design(people):
    return survey.Design(people, weight="weight", stratum="stratum", psu="psu")
