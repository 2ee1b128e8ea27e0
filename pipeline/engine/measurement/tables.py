"""All tables of the measurement, from the waves of the register in their order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.engine.measurement.accuracy import (
    accuracy_table,
    by_score_table,
    curve_table,
    reading_table,
)
from pipeline.engine.measurement.chain import WaveScale, common_scales
from pipeline.engine.measurement.corrected_change import corrected_changes
from pipeline.engine.measurement.fairness import dif_table, effect_table, gravest_dif
from pipeline.engine.measurement.fit import fit_table, item_fit_p
from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.items import item_table, option_table
from pipeline.engine.measurement.links import anchor_table, link_table
from pipeline.engine.measurement.modes import mode_table
from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.engine.measurement.pair import Pair, pairs
from pipeline.engine.measurement.plausible import PlausibleWave, corrected_table
from pipeline.engine.measurement.reliability import eigenvalue_table, reliability_table
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import ConfigError, within
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
    ITEM_MODES,
    ITEM_STATISTICS,
    LINKS,
    OPTIONS,
    READINGS,
    RELIABILITY,
    Table,
)

TABLES = (
    ITEM_STATISTICS, ITEM_MODES, OPTIONS, RELIABILITY, FIT, EIGENVALUES, CURVES, ACCURACY,
    ACCURACY_BY_SCORE, READINGS, CORRECTED, LINKS, CORRECTED_CHANGES, ANCHORS, DIF, DIF_EFFECTS,
)  # fmt: skip

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class _Scaled:
    """A wave on its chain's scale, with its forms by standard."""

    scale: WaveScale
    forms: Mapping[str, Form]

    @classmethod
    def of(cls, scale: WaveScale) -> "_Scaled":
        labels = scale.own.wave.total_standards
        return cls(scale=scale, forms={label: _form(scale, label) for label in labels})

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
        ConfigError: plans that name several models, or one that the people are too few for.
        ContractError, NotConvergedError: a wave that cannot be calibrated, or a cut that no
            ability reaches.
    """
    _refuse_several_models(waves)
    own = [OwnScale.of(wave) for wave in waves]
    links = pairs(own)
    scaled = [_Scaled.of(scale) for scale in common_scales(own, links)]
    drawn = {each.wave.name: PlausibleWave.of(each.scale) for each in scaled}
    parts: dict[str, list[pd.DataFrame]] = {table.name: [] for table in TABLES}
    seen: Counter[str] = Counter()
    for each in scaled:
        seen.update(each.wave.items)
        name = each.wave.name
        with within(f"wave {name}"):
            found = _of_wave(each, drawn[name], links, seen, estimates[name])
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


def _form(scale: WaveScale, label: str) -> Form:
    with within(f"wave {scale.own.wave.name}, standard {label}"):
        form = Form.of(scale.own.wave, scale, label)
        form.latent_cut  # noqa: B018 - refuses here a cut that no ability reaches
    return form


def _refuse_several_models(waves: Sequence[MeasuredWave]) -> None:
    models = {wave.rules.model: wave.plan.id for wave in waves}
    if len(models) > 1:
        told = ", ".join(f'"{model}" in plan {plan}' for model, plan in models.items())
        raise ConfigError(
            "plans, measurement.model",
            f"expected one model for all waves, got {told}",
            hint="waves of different models cannot stand on one scale: choose one in every plan",
        )


def _of_wave(
    each: _Scaled,
    drawn: PlausibleWave,
    links: Sequence[Pair],
    seen: Mapping[str, int],
    estimates: pd.DataFrame,
) -> Frames:
    wave, forms, own = each.wave, each.forms, each.scale.own
    dif = dif_table(wave)
    drifted = {
        item for link in links if own is link.old or own is link.new for item in link.drifted
    }
    return {
        ITEM_STATISTICS.name: item_table(
            each.scale, forms[wave.headline], item_fit_p(own), seen, drifted, gravest_dif(dif)
        ),
        ITEM_MODES.name: mode_table(wave),
        OPTIONS.name: option_table(wave),
        RELIABILITY.name: reliability_table(wave, forms),
        FIT.name: fit_table(own),
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
