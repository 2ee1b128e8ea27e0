"""Census tables brought to the survey's ages and education, by the record of a population.

Owns the reading of census.csv and the order of steps; the arithmetic belongs to
`stats.survey.margins`.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import Field

from pipeline.config.loading import Model
from pipeline.errors import ConfigError
from pipeline.stats.survey.weighting.margins import band_totals, ipf

CELL = ("county", "sex", "age_group", "education")
_CONVERGED, _ROUNDS = 1e-12, 1000


class AgeBand(Model):
    """First and last age, both included; without a last one, no upper end."""

    first: int
    last: int | None = None

    @property
    def span(self) -> tuple[float, float]:
        """The band with infinity for no upper end."""
        return self.first, np.inf if self.last is None else self.last


class Split(Model):
    """A census group cut by a band: the reference's single `ages` among those `of` the group."""

    group: str
    band: str
    ages: tuple[str, ...]
    of: tuple[str, ...]


class Build(Model):
    """How margins come out of the census tables.

    `bands` are the survey's age groups and `outside` the ages of the education table
    beyond them, of which `residual` takes what the others leave. `education` maps the
    census categories to the survey's, `reference_education` those of the reference table
    to the census's; `reference` is the area whose table seeds the fit.
    """

    reference: str
    bands: dict[str, AgeBand] = Field(min_length=1)
    outside: dict[str, AgeBand]
    residual: str
    splits: tuple[Split, ...]
    education: dict[str, str]
    reference_education: dict[str, str]


def read_cells(folder: Path, build: Build) -> pd.DataFrame:
    """People of surveyed age by county, sex, age group and education, fitted to the census.

    Within county and sex, the reference area's table of age by education is fitted to the
    county's ages and to its education; education at these ages is therefore an estimate.

    Raises:
        ConfigError: census.csv or source.toml lacks what the build needs.
    """
    census = _read_census(folder)
    reference = census[census["code"] == build.reference]
    counties = census[census["code"] != build.reference]
    _refuse_unmapped(reference, counties, build)
    seed, edges = _seed(reference, build), _edge_shares(reference, build)
    pieces = []
    for county, rows in counties.groupby("code"):
        ages, education = _by_sex(rows, "population_sex_age5"), _by_sex(rows, "education_6plus_sex")
        for sex in ages:
            fitted = _fit(seed, ages[sex], education[sex], edges, build)
            pieces.append(fitted.assign(county=county, sex=sex))
    return pd.concat(pieces, ignore_index=True)[[*CELL, "count"]]


def read_urban_totals(folder: Path) -> dict[tuple[str, str], float]:
    """People of all ages by county and urban or rural."""
    census = _read_census(folder)
    rows = census[census["variable"] == "population_urban_rural"]
    return dict(zip(zip(rows["code"], rows["category"], strict=True), rows["count"], strict=True))


def _fit(
    seed: pd.DataFrame,
    ages: "pd.Series[float]",
    education: "pd.Series[float]",
    edges: Mapping[tuple[str, str], float],
    build: Build,
) -> pd.DataFrame:
    """People of the survey's age groups by the survey's education, of one county and sex."""
    spans = {name: band.span for name, band in build.bands.items()}
    spans |= {name: b.span for name, b in build.outside.items() if name != build.residual}
    rows = _by_name(band_totals(_named_as_groups(ages), spans, edge_shares=edges))
    rows[build.residual] = education.sum() - sum(rows.values())
    fitted = ipf(
        seed,
        rows=rows,
        columns=_by_name(education),
        tolerance=_CONVERGED,
        max_rounds=_ROUNDS,
    )
    ours = _merged(fitted.loc[list(build.bands)], build.education)
    named = ours.rename_axis(index="age_group", columns="education").reset_index()
    return named.melt("age_group", value_name="count")


def _seed(reference: pd.DataFrame, build: Build) -> pd.DataFrame:
    """The reference's age by education, in the bands and census categories of the fit."""
    table = _reference_table(reference)
    spans = {name: band.span for name, band in (build.bands | build.outside).items()}
    banded = table.apply(lambda column: band_totals(_named_as_groups(column), spans))
    return _merged(banded, build.reference_education)


def _edge_shares(reference: pd.DataFrame, build: Build) -> dict[tuple[str, str], float]:
    ages = _reference_table(reference).sum(axis=1)
    return {
        (split.group, split.band): float(ages[list(split.ages)].sum() / ages[list(split.of)].sum())
        for split in build.splits
    }


def _reference_table(reference: pd.DataFrame) -> pd.DataFrame:
    rows = reference[reference["variable"] == "age_education"]
    axes = rows["category"].str.split("|", expand=True)
    table = rows.assign(age=axes[0], education=axes[1])
    return table.pivot_table("count", "age", "education", sort=False)


def _merged(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Columns renamed, and added up where they share a name."""
    return table.T.rename(index=dict(names)).groupby(level=0, sort=False).sum().T


def _by_name(series: "pd.Series[float]") -> dict[str, float]:
    return {str(name): float(value) for name, value in series.items()}


def _refuse_unmapped(reference: pd.DataFrame, counties: pd.DataFrame, build: Build) -> None:
    """Every education of the census needs a name in the survey."""
    faults = [
        f"{key} lacks the category {name}"
        for key, known, rows, variable in (
            ("reference_education", build.reference_education, reference, "age_education"),
            ("education", build.education, counties, "education_6plus_sex"),
        )
        for name in sorted({c.split("|")[1] for c in rows.query("variable == @variable").category})
        if name not in known
    ]
    if faults:
        raise ConfigError("source.toml: [build]", faults, hint="add the categories")


def _named_as_groups(ages: "pd.Series[float]") -> "pd.Series[float]":
    """Single years named like the groups of several, 6 as 6-6."""
    return ages.set_axis([f"{age}-{age}" if age.isdecimal() else age for age in ages.index])


def _by_sex(rows: pd.DataFrame, variable: str) -> dict[str, "pd.Series[float]"]:
    """One county's counts of a `sex|category` variable, as a series per sex."""
    chosen = rows[rows["variable"] == variable]
    axes = chosen["category"].str.split("|", expand=True)
    series = chosen["count"].set_axis(pd.MultiIndex.from_frame(axes))
    return {sex: series[sex] for sex in axes[0].unique()}


def _read_census(folder: Path) -> pd.DataFrame:
    path = folder / "census.csv"
    if not path.is_file():
        raise ConfigError(str(path), "the census table is missing")
    text = dict.fromkeys(("code", "name", "year", "variable", "category", "source"), str)
    return pd.read_csv(path, dtype=text | {"count": float}, encoding="utf-8")
