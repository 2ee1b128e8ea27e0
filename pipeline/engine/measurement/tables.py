"""All tables of the measurement, from the waves of the register in their order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.engine.measurement.corrected_change import corrected_changes
from pipeline.engine.measurement.fairness import dif_table, effect_table, gravest_dif
from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.items import item_table, option_table
from pipeline.engine.measurement.links import anchor_table, link_table
from pipeline.engine.measurement.plausible import PlausibleWave, corrected_table
from pipeline.engine.measurement.precision import (
    accuracy_table,
    by_score_table,
    curve_table,
    eigenvalue_table,
    fit_table,
    reading_table,
    reliability_table,
)
from pipeline.engine.measurement.scale import OwnScale, Pair, WaveScale, common_scales, pairs
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.tables import (
    ACCURACY,
    ACCURACY_BY_SCORE,
    ANCHORS,
    CORRECTED,
    CORRECTED_CHANGES,
    CURVES,
    DIF,
    DIF_EFFECTS,
    EIGENVALUES,
    FIT,
    ITEM_STATISTICS,
    LINKS,
    OPTIONS,
    READINGS,
    RELIABILITY,
    Table,
)

TABLES = (
    ITEM_STATISTICS, OPTIONS, RELIABILITY, FIT, EIGENVALUES, CURVES, ACCURACY,
    ACCURACY_BY_SCORE, READINGS, CORRECTED, LINKS, CORRECTED_CHANGES, ANCHORS, DIF, DIF_EFFECTS,
)  # fmt: skip

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class _Scaled:
    """A wave on its chain's scale, with its forms by standard."""

    scale: WaveScale
    forms: Mapping[str, Form]

    @property
    def wave(self) -> MeasuredWave:
        return self.scale.own.wave


def measure(waves: Sequence[MeasuredWave], estimates: Mapping[str, pd.DataFrame]) -> Frames:
    """Examine the test of every wave and put the waves on one scale where anchors allow.

    Args:
        waves: in the order of the register.
        estimates: the table `estimates` of each wave.

    Returns:
        A frame for each of `TABLES`, by name; empty without waves.

    Raises:
        ContractError, NotConvergedError: an item or wave that cannot be calibrated.
    """
    own = [OwnScale.of(wave) for wave in waves]
    links = pairs(own)
    scaled = [_scaled(scale) for scale in common_scales(own, links)] if own else []
    drawn = {each.wave.name: PlausibleWave.of(each.scale) for each in scaled}
    parts: dict[str, list[pd.DataFrame]] = {table.name: [] for table in TABLES}
    seen: Counter[str] = Counter()
    for each in scaled:
        seen.update(each.wave.items)
        found = _of_wave(each, drawn[each.wave.name], links, seen, estimates[each.wave.name])
        for table, frame in found.items():
            parts[table].append(frame)
    tables = {table.name: _joined(table, parts[table.name]) for table in TABLES}
    if waves:
        forms = {each.wave.name: each.forms for each in scaled}
        level = waves[-1].plan.estimates.confidence
        tables[LINKS.name] = link_table(links, drawn, level=level)
        tables[ANCHORS.name] = anchor_table(links)
        tables[CORRECTED_CHANGES.name] = corrected_changes(
            links, drawn, forms, tables[CORRECTED.name]
        )
    return tables


def _scaled(scale: WaveScale) -> _Scaled:
    labels = scale.own.wave.total_standards
    return _Scaled(
        scale=scale, forms={label: Form.of(scale.own.wave, scale, label) for label in labels}
    )


def _of_wave(
    each: _Scaled,
    drawn: PlausibleWave,
    links: Sequence[Pair],
    seen: Mapping[str, int],
    estimates: pd.DataFrame,
) -> Frames:
    wave, forms = each.wave, each.forms
    fit, fit_p = fit_table(wave, each.scale)
    dif = dif_table(wave)
    headline = forms[wave.standards[0].label]
    drifted = {item for link in links if wave in (link.old.wave, link.new.wave)
               for item in link.linkage.dropped}  # fmt: skip
    return {
        ITEM_STATISTICS.name: item_table(
            wave, each.scale, headline, fit_p, seen, drifted, gravest_dif(dif)
        ),
        OPTIONS.name: option_table(wave),
        RELIABILITY.name: reliability_table(wave, forms),
        FIT.name: fit,
        EIGENVALUES.name: eigenvalue_table(wave),
        CURVES.name: curve_table(wave, forms),
        ACCURACY.name: accuracy_table(wave, forms),
        ACCURACY_BY_SCORE.name: by_score_table(wave, forms),
        READINGS.name: reading_table(wave, forms),
        CORRECTED.name: corrected_table(drawn, forms, estimates),
        DIF.name: dif,
        DIF_EFFECTS.name: effect_table(wave, forms, dif),
    }


def _joined(table: Table, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return pd.DataFrame(columns=list(table.columns))
    return pd.concat(filled, ignore_index=True)
