"""Population margins: built from census tables, written with their checksum, read with proof.

A margin without a source record is refused, and so is one that was changed after its
checksum was recorded.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.config.loading import Model, load
from pipeline.errors import ConfigError, MarginMismatchError
from pipeline.io.census import CELL, Build, read_cells, read_urban_totals

_AXES = ("county", "urban_rural", "sex", "age_group", "education")
_SAME_TOTAL = 1e-9


class PopulationSource(Model):
    """Where margins come from and how they were derived."""

    title_zh: str
    title_en: str
    publisher: str
    url: str = ""
    accessed: date
    licence: str
    derivation_zh: str
    derivation_en: str
    margins_sha256: str
    build: Build | None = None


def read_margins(folder: Path) -> dict[str, pd.DataFrame]:
    """Margins by id: one frame each, its axes and `count`.

    Raises:
        ConfigError: source record absent, margins.csv differs from the recorded one, or its
            counts are no numbers.
        MarginMismatchError: margins do not add to the same population.
    """
    source, path = load(PopulationSource, folder / "source.toml"), folder / "margins.csv"
    if not path.is_file():
        raise ConfigError(str(path), "the margins are missing", hint=_rebuild(folder))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != source.margins_sha256:
        raise ConfigError(
            str(path),
            f"expected sha256 {source.margins_sha256[:12]}, as source.toml records, "
            f"got {found[:12]}",
            hint=f"{_rebuild(folder)}, or record the new margins with their source",
        )
    table = _read_table(path)
    margins = {
        str(name): rows.dropna(axis="columns", how="all").drop(columns="id").reset_index(drop=True)
        for name, rows in table.groupby("id", sort=False)
    }
    _refuse_unequal_totals(margins, path)
    return margins


def _read_table(path: Path) -> pd.DataFrame:
    """All axes as text, whatever they are called, and `count` as a number."""
    table = pd.read_csv(path, dtype=str, encoding="utf-8", keep_default_na=False, na_values=[""])
    missing = [name for name in ("id", "count") if name not in table]
    if missing:
        raise ConfigError(str(path), [f"column {name} is missing" for name in missing])
    count = pd.to_numeric(table["count"], errors="coerce")
    wrong = int((~(count >= 0)).sum())
    if wrong:
        raise ConfigError(
            str(path), f"column count: expected a number from 0; rows that differ: {wrong}"
        )
    return table.assign(count=count.astype(float))


def build_margins(folder: Path) -> str:
    """Build margins.csv from census.csv, record its checksum, and say what came out.

    Raises:
        ConfigError: census.csv or source.toml lacks what the build needs.
    """
    margins = margins_of(population_cells(folder), read_urban_totals(folder))
    rows = pd.concat([frame.assign(id=name) for name, frame in margins.items()])
    text = rows[["id", *_AXES, "count"]].to_csv(
        index=False, lineterminator="\n", float_format="%.6f"
    )
    (folder / "margins.csv").write_bytes(text.encode())
    _record_checksum(folder / "source.toml", hashlib.sha256(text.encode()).hexdigest())
    total = margins["education"]["count"].sum()
    return f"population {folder.name}: {len(margins)} margins of {total:,.0f} people"


def population_cells(folder: Path) -> pd.DataFrame:
    """People by the columns of CELL, from the census tables of a vintage.

    Raises:
        ConfigError: source.toml has no [build], or census.csv lacks what it needs.
    """
    source = load(PopulationSource, folder / "source.toml")
    if source.build is None:
        raise ConfigError(str(folder / "source.toml"), "key build is missing")
    return read_cells(folder, source.build)


def margins_of(
    cells: pd.DataFrame, urban_totals: Mapping[tuple[str, str], float]
) -> dict[str, pd.DataFrame]:
    """County x sex x age group, county x urban and rural, and education, of equal total.

    Args:
        cells: people by the columns of CELL.
        urban_totals: people of all ages by county and urban or rural; only the shares
            within a county are used.
    """
    counties = cells.groupby("county")["count"].sum()
    urban = pd.Series(urban_totals).rename_axis(["county", "urban_rural"])
    share = urban / urban.groupby("county").transform("sum")
    by_class = share * counties.reindex(share.index.get_level_values("county")).to_numpy()
    education = cells.groupby("education", sort=False)["count"].sum()
    return {
        "county_sex_age": cells.groupby(list(CELL[:3]), sort=False)["count"].sum().reset_index(),
        "county_urban": by_class.rename("count").reset_index(),
        "education": (education * (counties.sum() / education.sum())).reset_index(),
    }


def _refuse_unequal_totals(margins: Mapping[str, pd.DataFrame], path: Path) -> None:
    totals = {name: float(frame["count"].sum()) for name, frame in margins.items()}
    low, high = min(totals, key=totals.__getitem__), max(totals, key=totals.__getitem__)
    if totals[high] - totals[low] > _SAME_TOTAL * totals[high]:
        raise MarginMismatchError(
            str(path),
            f"margin {low} adds to {totals[low]:.1f} people, margin {high} to {totals[high]:.1f}",
            hint="all margins must describe the same population",
        )


def _record_checksum(path: Path, checksum: str) -> None:
    """Replace the line of source.toml that holds the checksum; comments stay."""
    text = path.read_text(encoding="utf-8")
    line = f'margins_sha256 = "{checksum}"'
    path.write_bytes(re.sub(r"(?m)^margins_sha256\s*=.*$", line, text).encode())


def _rebuild(folder: Path) -> str:
    return f"run `pipeline population build {folder.name}`"
