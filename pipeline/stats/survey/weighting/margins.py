"""Population tables brought to the categories of the survey.

Census tables come in five-year groups and in crossings other than those needed. Owns the
arithmetic; sources, dates and ratios are data of the caller.
"""

from collections.abc import Mapping
from math import inf
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipeline.errors import CalibrationError
from pipeline.stats.survey.weighting.raking import rake

Band: TypeAlias = tuple[float, float]  # first and last age, both included; inf = no upper end


def band_totals(
    groups: "pd.Series[float]",
    bands: Mapping[str, Band],
    *,
    edge_shares: Mapping[tuple[str, str], float] | None = None,
) -> "pd.Series[float]":
    """Sum age groups to age bands.

    Of a group that a band cuts, the caller states which share of its people is inside. With
    100 people of 15-19 and 200 of 20-24, share 0.4 of 15-19 in the band 18-24: 240.

    Args:
        groups: people by age group, labelled "15-19" or, without an upper end, "85+".
        bands: first and last age by band label.
        edge_shares: by (group, band), the share of the group's people inside the band.

    Returns:
        People by band, in the order of `bands`.

    Raises:
        CalibrationError: a label is no age group, a band cuts a group and no share is
            stated, a share is stated for a group that is not cut, or is outside [0, 1].
    """
    stated = dict(edge_shares or {})
    faults = [
        f"group {group} in band {band}: expected a share in [0, 1], got {share}"
        for (group, band), share in stated.items()
        if not 0 <= share <= 1
    ]
    inside = pd.DataFrame(0.0, index=[str(label) for label in groups.index], columns=list(bands))
    for group in inside.index:
        for band, span in bands.items():
            share = _share_inside(_ages(group), span)
            if share is None and (group, band) not in stated:
                faults.append(f"band {band} cuts group {group}: expected a share, got none")
            if share is not None and (group, band) in stated:
                faults.append(f"band {band} does not cut group {group}: expected no share")
            inside.loc[group, band] = stated.get((group, band), 0.0) if share is None else share
    if faults:
        raise CalibrationError("age bands", faults, hint="state one share per group that is cut")
    return inside.mul(groups.to_numpy(dtype=np.float64), axis=0).sum()


def ipf(
    seed: pd.DataFrame,
    *,
    rows: Mapping[str, float],
    columns: Mapping[str, float],
    tolerance: float,
    max_rounds: int,
) -> pd.DataFrame:
    """Fit a seed table to row and column totals, keeping its odds ratios.

    Iterative proportional fitting is raking with the cells of the table in place of people.

    Args:
        seed: not negative; index and columns are the categories.
        rows: total by row label.
        columns: total by column label.
        tolerance: largest relative distance to any total that counts as met.
        max_rounds: rounds after which it has failed.

    Returns:
        The fitted table, labelled like the seed; zeros of the seed stay.

    Raises:
        MarginMismatchError: labels or totals do not fit.
        NotConvergedError: the totals cannot be met, usually because of zeros in the seed.

    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11, 427-444.
    """
    height, width = seed.shape
    codes = {
        "rows": pd.Series(np.repeat(seed.index.to_numpy(), width)),
        "columns": pd.Series(np.tile(seed.columns.to_numpy(), height)),
    }
    # a category of no people empties its cells
    has_people = np.outer(
        [rows.get(name, 1) > 0 for name in seed.index],
        [columns.get(name, 1) > 0 for name in seed.columns],
    )
    cells = np.where(has_people, seed.to_numpy(dtype=np.float64), 0).ravel()
    totals = {"rows": rows, "columns": columns}
    raked = rake(cells, codes, totals, tolerance=tolerance, max_rounds=max_rounds)
    return pd.DataFrame(raked.weight.reshape(height, width), index=seed.index, columns=seed.columns)


def _ages(label: str) -> Band:
    """First and last age of a group such as 15-19 or 85+."""
    first, dash, last = label.partition("-")
    if dash and first.isdecimal() and last.isdecimal():
        return float(first), float(last)
    if label.endswith("+") and label[:-1].isdecimal():
        return float(label[:-1]), inf
    raise CalibrationError("age bands", f"expected an age group such as 15-19 or 85+, got {label}")


def _share_inside(ages: Band, band: Band) -> float | None:
    """1 or 0 where a group lies inside or outside a band, None where the band cuts it."""
    if band[0] <= ages[0] and ages[1] <= band[1]:
        return 1.0
    if ages[1] < band[0] or band[1] < ages[0]:
        return 0.0
    return None
