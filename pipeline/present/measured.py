"""The tables of the measurement as outputs see them, and how to choose from them.

A corrected share stands beside the raw one: where the publication rule withholds the raw
share, every table that would give it away loses it too.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from pipeline.config.standard import TotalRule
from pipeline.fields import WHOLE
from pipeline.present.context import Context
from pipeline.present.masking import WITHHELD, has_key, masked, without_withheld

# Coefficients, methods and bands that outputs look for by name.
ALPHA, AT_CUT, ERROR_AT_CUT = "alpha", "at_cut", "sem_at_cut"
METHODS = ("lee", "livingston_lewis", "rudner")
EVERYBODY = "all"
NOT_SCORED = "none"  # dimension of an item that the headline standard does not count
_MOST_ITEMS = 6  # that are looked at option by option


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Released tables of the measurement of all waves; columns as in the table contracts."""

    item_statistics: pd.DataFrame
    item_modes: pd.DataFrame
    options: pd.DataFrame
    reliability: pd.DataFrame
    fit: pd.DataFrame
    eigenvalues: pd.DataFrame
    curves: pd.DataFrame
    accuracy: pd.DataFrame
    accuracy_by_score: pd.DataFrame
    readings: pd.DataFrame
    corrected: pd.DataFrame
    links: pd.DataFrame
    corrected_changes: pd.DataFrame
    anchors: pd.DataFrame
    dif: pd.DataFrame
    dif_effects: pd.DataFrame

    @property
    def public(self) -> dict[str, pd.DataFrame]:
        """Tables for release by name: without answer keys, and without counts of single scores."""
        tables = {each.name: getattr(self, each.name) for each in fields(self)}
        del tables["options"]
        by_score = tables["accuracy_by_score"].drop(columns="score_share")
        return tables | {"accuracy_by_score": by_score}

    def released(self, withheld: pd.DataFrame) -> "Measured":
        """The tables without withheld figures.

        Args:
            withheld: keys (wave, standard, domain, category) of the raw shares withheld.
        """
        corrected, effects = self.corrected, self.dif_effects
        hidden = has_key(corrected, withheld, "wave", "standard", "domain", "category")
        corrected = corrected.assign(flag=corrected["flag"].mask(hidden, WITHHELD))
        given_away = _effects_of(effects, withheld)
        shares = ["observed", "without"]
        effects = effects.assign(**effects[shares].mask(given_away).to_dict("series"))
        tables = {
            name: without_withheld(getattr(self, name), withheld)
            for name in ("accuracy", "accuracy_by_score", "readings")
        }
        changes = self.corrected_changes
        lost = _changes_of(changes, corrected[corrected["flag"] == WITHHELD])
        changes = changes.assign(flag=changes["flag"].mask(lost, WITHHELD))
        tables |= {"corrected": masked(corrected), "corrected_changes": masked(changes)}
        return replace(self, dif_effects=effects, **tables)


def _effects_of(effects: pd.DataFrame, withheld: pd.DataFrame) -> pd.Series:
    """Which effects tell a withheld share: that of the whole area stands under any grouping."""
    parts = has_key(effects, withheld, "wave", "standard", "grouping", "group")
    whole = has_key(effects, withheld[withheld["domain"] == WHOLE], "wave", "standard")
    return parts | (whole & (effects["group"] == WHOLE))


def _changes_of(changes: pd.DataFrame, withheld: pd.DataFrame) -> pd.Series:
    """Which changes touch a withheld share at either end."""
    ends = [
        has_key(changes, withheld, wave, "standard", "domain", "category")
        for wave in ("wave_from", "wave_to")
    ]
    return ends[0] | ends[1]


def of_latest(measurement: Measured | None, context: Context) -> Measured | None:
    """The measurement when it covers the latest wave."""
    if measurement is None or context.latest not in set(measurement.item_statistics["wave"]):
        return None
    return measurement


def latest(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Rows of the latest wave; under the headline standard where the table names one."""
    chosen = rows["wave"] == context.latest
    if "standard" in rows.columns:
        chosen &= rows["standard"] == context.standard.label
    return rows[chosen].reset_index(drop=True)


def coefficient(measurement: Measured, context: Context, name: str) -> pd.Series | None:
    """A coefficient of the whole test in the latest wave."""
    rows = latest(measurement.reliability, context)
    return _first(rows[(rows["coefficient"] == name) & (rows["dimension"] == EVERYBODY)])


def reliability_at_cut(measurement: Measured, context: Context) -> pd.Series | None:
    """Reliability at the cut, where people are told apart; that of the test without one."""
    found = coefficient(measurement, context, AT_CUT)
    return coefficient(measurement, context, ALPHA) if found is None else found


def accuracy(measurement: Measured, context: Context) -> pd.Series | None:
    """Accuracy and consistency of the latest wave by the first method that was used."""
    rows = latest(measurement.accuracy, context)
    order = {method: place for place, method in enumerate(METHODS)}
    places = rows["method"].map(lambda method: order.get(method, len(order)))
    return _first(rows.loc[places.sort_values(kind="stable").index])


def readings(measurement: Measured, context: Context) -> pd.Series | None:
    """Shares by both readings of the cut in the latest wave."""
    return _first(latest(measurement.readings, context))


def corrected_whole(measurement: Measured, context: Context) -> pd.Series | None:
    """The corrected share of the whole area in the latest wave."""
    rows = latest(measurement.corrected, context)
    return _first(rows[rows["domain"] == WHOLE])


def latest_link(measurement: Measured, context: Context) -> pd.Series | None:
    """The link of the previous wave with the latest."""
    return _first(_between(measurement.links, context))


def corrected_change(measurement: Measured, context: Context) -> pd.Series | None:
    """Change of the corrected share of the whole area since the previous wave."""
    rows = _between(measurement.corrected_changes, context)
    is_own = (rows["standard"] == context.standard.label) & (rows["domain"] == WHOLE)
    return _first(rows[is_own])


def worst_items(measurement: Measured, context: Context) -> pd.DataFrame:
    """Items with a warning first, then those that tell people apart least; with options only."""
    items = latest(measurement.item_statistics, context)
    items = items[items["item"].isin(latest(measurement.options, context)["item"])]
    order = items.assign(is_fine=items["warnings"].fillna("") == "")
    return order.sort_values(["is_fine", "item_rest", "item"]).head(_MOST_ITEMS)


def ability_at_cut(measurement: Measured, context: Context) -> float | None:
    """Where the expected score crosses the cut; None when the standard has no cut of the total."""
    rule = context.standard.passing
    rows = latest(measurement.curves, context).sort_values("ability")
    if not isinstance(rule, TotalRule) or rows.empty:
        return None
    if not rows["expected_score"].iloc[0] < rule.cut <= rows["expected_score"].iloc[-1]:
        return None
    return float(np.interp(rule.cut, rows["expected_score"], rows["ability"]))


def _between(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    is_pair = (rows["wave_from"] == context.previous) & (rows["wave_to"] == context.latest)
    return rows[is_pair]


def _first(rows: pd.DataFrame) -> pd.Series | None:
    return None if rows.empty else rows.iloc[0]
