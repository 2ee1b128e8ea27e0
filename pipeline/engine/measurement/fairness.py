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
        dif=_classes(found),
        dif_reason=found["reason"].replace("", None),
    )
    return rows[list(DIF.columns)]


def _classes(rows: pd.DataFrame) -> pd.Series:
    """The graver of the two classes, of what stays significant over the grouping, else A."""
    classes = rows["ets_class"].where(rows["ets_class"] > rows["non_uniform_class"],
                                      rows["non_uniform_class"])  # fmt: skip
    return classes.where(rows["is_flagged"] | (classes == ""), "A").replace("", None)


def gravest_dif(rows: pd.DataFrame) -> dict[str, str]:
    """The gravest class of each item over all comparisons."""
    tested = rows.dropna(subset=["dif"])
    return {str(item): str(group["dif"].max()) for item, group in tested.groupby("item")}


def effect_table(wave: MeasuredWave, forms: Mapping[str, Form], rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by group with all items, and without those of class C in the grouping."""
    parts = [
        _effect(wave, label, form, str(grouping), of_grouping)
        for label, form in forms.items()
        for grouping, of_grouping in rows.groupby("grouping", sort=False)
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=list(DIF_EFFECTS.columns))


def _effect(
    wave: MeasuredWave, label: str, form: Form, grouping: str, rows: pd.DataFrame
) -> pd.DataFrame:
    places, points = wave.counting(label)
    full = np.nanmax(points, axis=1)
    bad = set(rows.loc[rows["dif"] == "C", "item"])
    is_kept = np.array([wave.items[j] not in bad for j in places])
    code, names = pd.factorize(wave.labels(grouping), sort=True)
    found = removal(
        wave.credit[:, places] * full,
        is_kept,
        full=full,
        cut_share=form.rule.cut / full.sum(),
        is_inclusive=form.rule.inclusive,
        group=code.astype(np.int64),
        reference=0,
        weights=wave.weight,
    )
    return pd.DataFrame(
        {
            "wave": wave.name,
            "standard": label,
            "grouping": grouping,
            "group": [WHOLE, *names],
            "items_removed": " ".join(sorted(bad)) or None,
            "observed": [found.total_before, *found.before],
            "without": [found.total_after, *found.after],
        }
    )[list(DIF_EFFECTS.columns)]
