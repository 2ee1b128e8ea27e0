"""Tables of fairness: items that people of equal score but different groups answer differently."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.fields import WHOLE
from pipeline.stats.measurement.dif.removal import removal
from pipeline.stats.measurement.dif.screening import screen
from pipeline.tables import DIF, DIF_EFFECTS


def dif_table(wave: MeasuredWave) -> pd.DataFrame:
    """One row per item, grouping and focal group; groupings of a single group are left out."""
    rules = wave.rules.fairness
    labels = {name: wave.labels(name) for name in rules.groupings}
    several = {name: column for name, column in labels.items() if len(column.dropna().unique()) > 1}
    if not several:
        return pd.DataFrame(columns=list(DIF.columns))
    found = screen(
        wave.responses,
        several,
        categories=wave.steps + 1,
        items=wave.items,
        fewest=rules.min_group,
        level=wave.plan.test.alpha,
    ).rows.frame()
    rows = found.assign(
        wave=wave.name,
        mh_delta=found["delta"],
        p_value=found["mh_p_holm"],
        std_difference=found["p_difference"],
        r2_uniform=found["uniform_r2"],
        r2_nonuniform=found["non_uniform_r2"],
        dif=_classes(found, wave.plan.test.alpha),
        dif_reason=found["reason"].replace("", None),
    )
    return rows[list(DIF.columns)]


def _classes(rows: pd.DataFrame, level: float) -> "pd.Series[str]":
    """The graver of the two classes; one that Holm's correction takes back counts as A."""
    uniform = rows["ets_class"].mask(~(rows["mh_p_holm"] < level), "A")
    crossing = rows["non_uniform_class"].mask(~(rows["non_uniform_p_holm"] < level), "A")
    gravest = uniform.where(uniform >= crossing, crossing)
    return gravest.mask(rows["ets_class"] == "", None)


def gravest_dif(rows: pd.DataFrame) -> dict[str, str]:
    """The gravest class of each item over all comparisons."""
    tested = rows.dropna(subset=["dif"])
    return {str(item): str(group["dif"].max()) for item, group in tested.groupby("item")}


def effect_table(wave: MeasuredWave, forms: Mapping[str, Form], rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by group with all items, and without those of class C in the grouping.

    Groups too small to be compared have none.
    """
    parts = [
        _effect(wave, label, form, str(grouping), of_grouping)
        for label, form in forms.items()
        for grouping, of_grouping in rows.groupby("grouping", sort=False)
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=list(DIF_EFFECTS.columns))


def _effect(
    wave: MeasuredWave, label: str, form: Form, grouping: str, rows: pd.DataFrame
) -> pd.DataFrame:
    places, full = wave.counting(label)
    bad = set(rows.loc[rows["dif"] == "C", "item"])
    code, names = pd.factorize(wave.labels(grouping), sort=True)
    points = wave.credit[:, places] * full
    people = np.bincount(code[(code >= 0) & ~np.isnan(points).any(axis=1)], minlength=len(names))
    found = removal(
        points,
        np.array([wave.items[j] not in bad for j in places]),
        full=full,
        cut_share=form.rule.cut / full.sum(),
        is_inclusive=form.rule.inclusive,
        group=code.astype(np.int64),
        reference=int(people.argmax()),
        weights=wave.weight,
    )
    is_shown = people >= wave.rules.fairness.min_group
    return pd.DataFrame(
        {
            "wave": wave.name,
            "standard": label,
            "grouping": grouping,
            "group": [WHOLE, *names],
            "items_removed": " ".join(sorted(bad)) or None,
            "observed": [found.total_before, *np.where(is_shown, found.before, np.nan)],
            "without": [found.total_after, *np.where(is_shown, found.after, np.nan)],
        }
    )[list(DIF_EFFECTS.columns)]
