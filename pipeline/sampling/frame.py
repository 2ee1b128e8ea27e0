"""Reading the list of communities, and sorting it into the strata of a design."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pipeline.errors import ConfigError
from pipeline.io.registers import text_table

COLUMNS = ("community", "name", "county", "urban_rural", "households")
_PARTS = ("urban", "rural")


def read_frame(path: Path) -> pd.DataFrame:
    """One row per community in the order of the file, which the draw spreads the sample along.

    Returns:
        Columns community, name, county, urban_rural (text) and households (whole numbers).

    Raises:
        ConfigError: the file is absent, lacks a column, names a community twice or holds
            households or parts that cannot be.
    """
    if not path.is_file():
        raise ConfigError(str(path), "the list is missing", hint=f"columns: {', '.join(COLUMNS)}")
    text = text_table(path)
    absent = [f"column {name} is missing" for name in COLUMNS if name not in text]
    if absent:
        raise ConfigError(str(path), absent)
    frame = text[list(COLUMNS)].assign(households=pd.to_numeric(text["households"], "coerce"))
    faults = _faults(frame)
    if faults:
        raise ConfigError(str(path), faults, hint="correct the list; every community stands once")
    return frame.astype({"households": "int64"})


def _faults(frame: pd.DataFrame) -> list[str]:
    """What is wrong with the rows, one sentence per rule."""
    households, code = frame["households"], frame["community"]
    rules = {
        "community: expected every code once": code.duplicated(),
        "community, name, county: expected text": (
            frame[["community", "name", "county"]] == ""
        ).any(axis=1),
        "community: expected letters, digits, - and _": ~code.str.fullmatch(r"[\w-]+"),
        "urban_rural: expected urban or rural": ~frame["urban_rural"].isin(_PARTS),
        "households: expected a whole number above 0": ~((households > 0) & (households % 1 == 0)),
    }
    faults = [f"{rule}; rows that differ: {wrong.sum()}" for rule, wrong in rules.items()]
    faults = [fault for fault, wrong in zip(faults, rules.values(), strict=True) if wrong.any()]
    return faults or ["expected communities, got none"] * frame.empty


def stratified(frame: pd.DataFrame, strata: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Communities of each stratum, in the order of the list.

    Raises:
        ConfigError: communities in no stratum or in two, or a stratum without any.
    """
    part = frame["county"] + "-" + frame["urban_rural"]
    members = pd.DataFrame({name: frame["county"].eq(name) | part.eq(name) for name in strata})
    times = members.sum(axis=1)
    faults = [
        f"communities of {place} are in {number} strata"
        for place, number in sorted(set(zip(part[times != 1], times[times != 1], strict=True)))
    ]
    faults += [f"stratum {name} has no community" for name in strata if not members[name].any()]
    if faults:
        raise ConfigError(
            "strata", faults, hint="name each county once, or its urban and its rural part"
        )
    return {name: frame[members[name]] for name in strata}


def county_of(stratum: str) -> str:
    """The county that a stratum is, or is a part of."""
    for part in _PARTS:
        stratum = stratum.removesuffix(f"-{part}")
    return stratum
