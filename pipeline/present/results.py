"""The tables that outputs draw on, with every withheld figure already taken out.

Masking happens once, on the way in, so nothing made from `Results` can show a figure
the publication rule withholds. Trend, changes and gaps carry the flag of the estimates
behind them; a verdict goes when the estimate it judges is withheld.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.fields import WHOLE
from pipeline.present.context import Context
from pipeline.present.masking import (
    WITHHELD,
    is_headline,
    masked,
    withheld_shares,
    without_withheld,
)
from pipeline.present.measured import Measured

REVIEW = "review"
SURVEY = "survey"
PUBLISHED = "published"
POINTS = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Released tables of all waves; columns as in the table contracts.

    `weights` has one row per wave and fact (wave, diagnostic, value), `margins` the fit of
    every wave to the population (wave and the columns of `margin_fit`); both may be empty.
    `measurement` is there when the plan asks how good the test is.
    """

    estimates: pd.DataFrame
    trend: pd.DataFrame
    changes: pd.DataFrame
    gaps: pd.DataFrame
    ranks: pd.DataFrame
    verdicts: pd.DataFrame
    weights: pd.DataFrame
    margins: pd.DataFrame
    measurement: Measured | None = None

    @classmethod
    def released(cls, *, measurement: Measured | None = None, **tables: pd.DataFrame) -> "Results":
        """Tables as stages wrote them, without their withheld figures."""
        tables["estimates"] = _withheld_together(tables["estimates"])
        released: dict[str, Any] = {name: masked(frame) for name, frame in tables.items()}
        withheld = withheld_shares(released["estimates"])
        released["verdicts"] = without_withheld(released["verdicts"], withheld)
        if measurement is not None:
            released["measurement"] = measurement.released(withheld)
        return cls(**released)


def headline(results: Results, context: Context) -> pd.DataFrame:
    """Shares of literate people under the headline standard and the final weight."""
    rows = results.estimates
    return rows[(rows["standard"] == context.standard.label) & is_headline(rows)]


def of_domain(rows: pd.DataFrame, context: Context, wave: str, domain: str) -> pd.DataFrame:
    """Rows of one grouping in one wave, in the instrument's order; others by code, last."""
    chosen = rows[(rows["wave"] == wave) & (rows["domain"] == domain)]
    order = {value: place for place, value in enumerate(context.labels.categories(domain))}
    place = chosen["category"].map(lambda value: (order.get(value, len(order)), value))
    return chosen.loc[place.sort_values().index]


def whole(results: Results, context: Context, wave: str) -> pd.Series:
    """The headline share of the whole area in one wave."""
    return of_domain(headline(results, context), context, wave, WHOLE).iloc[0]


def latest_change(results: Results, context: Context) -> pd.Series | None:
    """Change of the headline share from the previous wave to the latest, where tested."""
    rows = results.changes
    chosen = rows[
        (rows["standard"] == context.standard.label)
        & (rows["domain"] == WHOLE)
        & (rows["wave_from"] == context.previous)
        & (rows["wave_to"] == context.latest)
    ]
    return None if chosen.empty else chosen.iloc[0]


def latest_verdicts(results: Results, context: Context) -> pd.DataFrame:
    """Verdicts of the latest wave on the area's own targets, nearest and lowest first."""
    rows = results.verdicts
    chosen = rows[
        (rows["standard"] == context.standard.label)
        & (rows["wave"] == context.latest)
        & (rows["area_code"] == context.monitor.area_code)
    ]
    return chosen.sort_values(["target_year", "target"])


def gap_rows(results: Results, context: Context, gap: str, comparison: str) -> pd.DataFrame:
    """One gap over all waves by one comparison, waves in order."""
    rows = results.gaps
    chosen = rows[
        (rows["standard"] == context.standard.label)
        & (rows["gap"] == gap)
        & (rows["comparison"] == comparison)
    ]
    order = [wave for wave, _ in context.waves]
    return chosen.sort_values("wave", key=lambda waves: waves.map(order.index))


def is_pair(rows: pd.DataFrame) -> bool:
    """Whether gap rows compare one and the same two categories over the waves."""
    return len(rows[["category_a", "category_b"]].drop_duplicates()) == 1


def is_withheld(row: pd.Series) -> bool:
    """Whether the figures of a row may not be printed."""
    return row["flag"] == WITHHELD


def _withheld_together(estimates: pd.DataFrame) -> pd.DataFrame:
    """Withhold every measure of a figure when one is: a total gives its share away."""
    keys = ["wave", "standard", "weighting", "indicator", "domain", "category"]
    is_withheld = estimates["flag"] == WITHHELD
    beside = is_withheld.groupby([estimates[key] for key in keys], dropna=False).transform("any")
    return estimates.assign(flag=estimates["flag"].mask(beside, WITHHELD))
