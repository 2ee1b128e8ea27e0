"""A city of two counties with a list of 24 communities, and a design that can decide."""

import pandas as pd

DESIGN = """
wave = "2030"
title_zh = "测试调查"
title_en = "Test survey"
seed = "one"
share = 0.2

[frame]
file = "frame.csv"
origin = "synthetic"
source = { title = "invented", accessed = 2029-01-01 }

[[strata]]
name = "A"

[[strata]]
name = "B-urban"

[[strata]]
name = "B-rural"
share = 0.1

[allocation]
rule = "proportional"
communities = 12

[fieldwork]
households_per_community = 20
reserves_per_stratum = 1
eligibility = 0.8
response = 0.5

[effects]
icc = 0.05
kish_deff = 1.2

[[questions]]
id = "level"
kind = "level"
title_en = "How large"
margin = 0.15
must_decide = true
"""


def list_of_communities() -> pd.DataFrame:
    """County A whole; county B with 6 urban and 6 rural communities of other sizes."""
    rows = [("A", "urban", 100 + 10 * k) for k in range(12)]
    rows += [("B", "urban", 200 + 20 * k) for k in range(6)]
    rows += [("B", "rural", 50 + 5 * k) for k in range(6)]
    frame = pd.DataFrame(rows, columns=["county", "urban_rural", "households"])
    frame.insert(0, "community", [f"c{place:02d}" for place in range(len(frame))])
    frame.insert(1, "name", frame["community"].str.upper())
    return frame
