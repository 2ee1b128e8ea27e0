"""Small surveys drawn by hypothesis, and the six people most examples are worked with."""

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from pipeline.stats.survey.design.sample import Sample

SEXES, AGES = ("f", "m"), ("mid", "old", "young")
LAWS = {"max_examples": 25, "deadline": None}


def six_people(**options) -> Sample:
    """Two strata of two PSUs.

    ======= === ====== ===
    stratum psu weight row
    ======= === ====== ===
    a       1   1      0
    a       1   1      1
    a       2   2      2
    b       1   1      3
    b       2   1      4
    b       2   2      5
    ======= === ====== ===
    """
    columns = {
        "weight": [1, 1, 2, 1, 1, 2],
        "stratum": np.array(list("aaabbb"), dtype=object),
        "psu": np.array(list("112122"), dtype=object),
    }
    return Sample.clustered(**(columns | options))


@st.composite
def surveys(draw) -> pd.DataFrame:
    """Two PSUs or more per stratum, unequal weights, every combination of sex and age."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=4))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    psus = [(f"s{h}", f"p{i}") for h, size in enumerate(sizes) for i in range(size)]
    rows = [psu for psu in psus for _ in range(random.integers(3, 6))]
    frame = pd.DataFrame(rows, columns=["stratum", "psu"])
    n = len(frame)
    cells = random.permutation(np.resize(list(product(SEXES, AGES)), (n, 2)))
    return frame.assign(
        weight=random.lognormal(0, 1, n),
        y=random.normal(50, 10, n),
        hit=random.random(n) < 0.4,
        sex=[sex for sex, _ in cells],
        age=[age for _, age in cells],
    )


def design_of(frame: pd.DataFrame, **options) -> Sample:
    return Sample.clustered(frame["weight"], frame["stratum"], frame["psu"], **options)
