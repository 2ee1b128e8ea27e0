"""The series: own shares of every wave beside figures published by others."""

from collections.abc import Sequence

import pandas as pd

from pipeline.engine.monitoring.wave import Wave


def trend(waves: Sequence[Wave], published: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """Own shares of every wave and figures published by others, one row each."""
    own = [
        wave.shares.assign(year=wave.year, kind="survey", area_code=area_code, citation=None)
        for wave in waves
    ]
    survey = pd.concat(own).rename(columns={"n": "sample_size"})
    others = published.assign(kind="published", wave="", flag="publish")
    columns = [
        "area_code", "standard", "kind", "wave", "year", "domain", "category", "estimate", "se",
        "ci_low", "ci_high", "sample_size", "flag", "citation",
    ]  # fmt: skip
    return pd.concat([survey, others])[columns].reset_index(drop=True)
