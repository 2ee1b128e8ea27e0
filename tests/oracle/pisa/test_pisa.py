"""PISA 2003, the Netherlands: what OECD and NCES printed, through the interface for analysts.

Five plausible values pooled by Rubin's rules, 80 Fay replicates (rho 0.5) about the estimate
of the full sample. The same figures to nine digits stand in R's answers beside the data.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import survey
from pipeline.stats.survey.estimation.plausible import Pooled, pool

CUTS = {
    "MATH": [357.77, 420.07, 482.38, 544.68, 606.99, 669.30],
    "PROB": [404.06, 498.08, 592.10],
    "SCIE": [500.0],
}
LEVELS = {"pct_above_500": (1, 1), "pct_below_level2": (0, 1), "pct_level5_and_above": (5, 6)}
COLUMNS = {"all": None, "sex": "ST03Q01", "stratum": "STRATUM", "immig": "IMMIG"}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "realdata" / "pisa"


@pytest.fixture(scope="module")
def students(folder):
    return pd.read_csv(folder / "pisa2003_nld.csv.gz")


def design_of(students: pd.DataFrame, **options) -> survey.ReplicateDesign:
    return survey.ReplicateDesign.given(
        students,
        weight="W_FSTUWT",
        replicate_weights=[f"W_FSTR{r}" for r in range(1, 81)],
        kind="fay",
        rho=0.5,
        **({"mse": True} | options),
    )


@pytest.fixture(scope="module")
def netherlands(students):
    """Students with the level they reach, for every plausible value."""
    reached = {
        f"LEVEL{m}{scale}": np.searchsorted(cuts, students[f"PV{m}{scale}"])
        for scale, cuts in CUTS.items()
        for m in range(1, 6)
    }
    return design_of(pd.concat([students, pd.DataFrame(reached)], axis=1).copy())


def pooled(design, scale, statistic, *, by=None) -> Pooled:
    """A mean, a standard deviation or the percentage of students at certain levels."""
    found = [_of_draw(design, scale, statistic, m, by) for m in range(1, 6)]
    unit = 100 if statistic.startswith("pct") else 1
    return pool(
        [unit * table["estimate"].to_numpy() for table in found],
        [np.diag((unit * table["se"]) ** 2) for table in found],
    )


def _of_draw(design, scale, statistic, m, by) -> pd.DataFrame:
    score = f"PV{m}{scale}"
    if statistic == "mean":
        return design.mean(score, by=by)
    if statistic == "sd":
        return design.statistic(lambda weight, frame: _sd(weight, frame[score].to_numpy()))
    low, high = LEVELS[statistic] if statistic in LEVELS else [int(statistic[-1])] * 2
    reached = design.frame[f"LEVEL{m}{scale}"].between(low, high)
    return design.assign(is_within=reached).share("is_within", by=by)


def _sd(weight, y):
    mean = weight @ y / weight.sum()
    return np.sqrt(weight @ (y - mean) ** 2 / weight.sum())


def test_printed_means_errors_and_levels_are_reproduced(netherlands, folder):
    """Problem-solving levels were printed up to 0.2 points off these plausible values."""
    printed = pd.read_csv(folder / "published.csv")
    assert len(printed) == 8
    for row in printed.itertuples():
        found = pooled(netherlands, row.scale, row.statistic)
        near = 0.25 if row.scale == "PROB" else 0.5 if row.statistic == "mean" else 0.05
        assert found.estimate[0] == pytest.approx(row.published, abs=near), row.statistic
        if not np.isnan(row.published_se):
            assert found.se[0] == pytest.approx(row.published_se, abs=0.05), row.statistic


def test_every_number_of_r_is_reproduced(netherlands, folder):
    expected = pd.read_csv(folder / "oracle_2003_R.csv", skipinitialspace=True)
    assert len(expected) > 60
    for (domain, scale, statistic), rows in expected.groupby(["domain", "scale", "statistic"]):
        found = pooled(netherlands, scale, statistic, by=COLUMNS[domain])
        sampling = np.sqrt(found.within.diagonal())
        name = f"{domain} {scale} {statistic}"
        assert found.estimate == pytest.approx(rows["estimate"].to_numpy(), rel=1e-8), name
        assert found.se == pytest.approx(rows["se"].to_numpy(), rel=1e-8), name
        assert sampling == pytest.approx(rows["se_sampling"].to_numpy(), rel=1e-8), name


def test_squares_about_the_mean_of_the_replicates_are_a_little_smaller(students, netherlands):
    about_mean = pooled(design_of(students, mse=False), "SCIE", "mean")
    assert about_mean.se[0] == pytest.approx(3.143685, abs=5e-7)
    assert pooled(netherlands, "SCIE", "mean").se[0] == pytest.approx(3.145279, abs=5e-7)
