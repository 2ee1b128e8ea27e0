"""Tables of the items: how each behaved in a wave, and who chose which answer."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.config.items import Item
from pipeline.engine.measurement.chain import WaveScale
from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.fields import WHOLE, MissingKind
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.classical.answering import missing_shares
from pipeline.stats.measurement.classical.items import item_statistics
from pipeline.stats.measurement.classical.options import OptionCurves, option_curves
from pipeline.stats.measurement.classical.rest_scores import TotalPoints
from pipeline.stats.multiplicity import holm
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.tables import ITEM_STATISTICS, OPTIONS

BANDS = 5
_WEAK = 0.2  # an item-rest correlation below asks for revision: Ebel & Frisbie (1991), ch. 13
_MISSING = (MissingKind.DONT_KNOW, MissingKind.REFUSED, MissingKind.INVALID)


def option_table(wave: MeasuredWave) -> pd.DataFrame:
    """Share and mean rest score of each option, for everybody and by fifth of the rest score."""
    total = TotalPoints.of(wave.credit)
    rows = [
        row
        for j, item in enumerate(wave.items)
        for curves, names in _curves(wave, wave.bank[item], total.rest(j))
        for row in _option_rows(wave.name, item, curves, names)
    ]
    return pd.DataFrame(rows, columns=list(OPTIONS.columns))


def misleading(wave: MeasuredWave) -> set[str]:
    """Items of which a wrong option attracts the able."""
    total = TotalPoints.of(wave.credit)
    curves = [
        (item, found, [code >= 0 and code in names for code in found.codes.tolist()])
        for j, item in enumerate(wave.items)
        for found, names in _curves(wave, wave.bank[item], total.rest(j))
    ]
    # Among so many options some would attract the able by chance.
    level = wave.plan.test.alpha / sum(sum(is_option) for _, _, is_option in curves)
    return {
        item
        for item, found, is_option in curves
        if found.attracts_the_able(level=level)[is_option].any()
    }


def _curves(
    wave: MeasuredWave, item: Item, rest: FloatArray
) -> Iterator[tuple[OptionCurves, Mapping[int, str]]]:
    """Options of an item with their names; of a multiple response, each option by itself."""
    missing = [int(kind) for kind in _MISSING]
    if item.type != "multiple":
        codes = {int(option.code): option.code for option in item.options}
        names = codes | {int(kind): kind.name.lower() for kind in _MISSING}
        yield _option(wave, item.id, rest, [*codes, *missing], [int(k) for k in item.key]), names
        return
    for option in item.options:
        key = [int(option.code in item.key)]
        found = _option(wave, f"{item.id}_{option.code}", rest, [0, 1, *missing], key)
        yield found, {1: option.code}


def _option(
    wave: MeasuredWave, column: str, rest: FloatArray, codes: list[int], key: list[int]
) -> OptionCurves:
    answers = wave.answers[column].to_numpy(dtype=np.int64)
    return option_curves(answers, rest, codes=codes, key=key, bands=BANDS, weights=wave.weight)


def _option_rows(
    wave: str, item: str, curves: OptionCurves, names: Mapping[int, str]
) -> Iterator[list[object]]:
    for c, code in enumerate(curves.codes.tolist()):
        if code in names:
            identity = [wave, item, names[code], bool(curves.is_key[c])]
            yield [*identity, WHOLE, curves.share[c], curves.mean_rest[c]]
            for band in range(BANDS):
                yield [*identity, str(band + 1), curves.by_band[c, band], np.nan]


def item_table(
    scale: WaveScale,
    form: Form,
    fit_p: FloatArray,
    seen: Mapping[str, int],
    drifted: set[str],
    dif: Mapping[str, str],
) -> pd.DataFrame:
    """One row per item of a wave.

    Args:
        scale: the wave's items on the common scale.
        form: the wave's form under the headline standard, which places the cut.
        fit_p: (items of the scale,) p-values of fit.
        seen: how many waves asked each item so far.
        drifted: anchors dropped between this wave and its neighbours.
        dif: gravest class by item.
    """
    wave = scale.own.wave
    everybody = Domains.whole(wave.n)
    errors = [wave.estimates(column, "mean", everybody).se for column in wave.credit.T]
    found = item_statistics(wave.credit, weights=wave.weight, items=wave.items)
    missing = missing_of(wave, np.arange(wave.n))
    worth = wave.worth(wave.standards[0])
    rows = pd.DataFrame(
        {
            "wave": wave.name,
            "item": wave.items,
            "dimension": [worth[i].dimension if i in worth else "none" for i in wave.items],
            "is_anchor": [wave.bank[item].anchor for item in wave.items],
            "exposure": [seen[item] for item in wave.items],
            "n": found.n,
            "difficulty": found.difficulty,
            "difficulty_se": [float(se[0]) for se in errors],
            "item_rest": found.item_rest,
            "upper_lower": found.upper_lower,
            "dont_know_share": np.nan_to_num(missing[MissingKind.DONT_KNOW]),
            "refused_share": np.nan_to_num(
                missing[MissingKind.REFUSED] + missing[MissingKind.INVALID]
            ),
            "dif": [dif.get(item) for item in wave.items],
            "has_drift": [item in drifted for item in wave.items],
        }
    )
    latent = _latent_columns(scale, form).assign(fit_p=fit_p)
    rows = rows.merge(latent, on="item", how="left")
    rows["warnings"] = _warnings(rows, scale)
    return rows[list(ITEM_STATISTICS.columns)]


def _latent_columns(scale: WaveScale, form: Form) -> pd.DataFrame:
    """Parameters on the common scale; errors are those of the wave calibrated alone."""
    slope_se, location_se = scale.own.item_errors
    information = scale.model.information(np.array([form.latent_cut]))[:, 0]
    return pd.DataFrame(
        {
            "item": scale.own.items,
            "slope": scale.slopes,
            "slope_se": slope_se / scale.sd,
            "location": scale.locations,
            "location_se": location_se * scale.sd,
            "information_at_cut": information,
        }
    )


def missing_of(wave: MeasuredWave, rows: CodeArray) -> Mapping[MissingKind, FloatArray]:
    """(J,) shares of each kind of missing answer among some respondents.

    A multiple response has the gravest kind of its options.
    """
    columns = [list(wave.bank[item].answer_columns) for item in wave.items]
    lowest = np.column_stack([wave.answers[names].min(axis=1) for names in columns])
    return missing_shares(lowest[rows], weights=wave.weight[rows])


def _warnings(rows: pd.DataFrame, scale: WaveScale) -> list[str | None]:
    wave = scale.own.wave
    adjusted = holm(rows["fit_p"].to_numpy(dtype=np.float64))
    is_unscaled = rows["item"].isin(scale.own.unscaled)
    marks = {
        "alike": rows["slope"].isna() & ~is_unscaled,
        "unscaled": is_unscaled,
        "negative": rows["item_rest"] < 0,
        "weak": rows["item_rest"].between(0, _WEAK, inclusive="left"),
        "distractor": rows["item"].isin(misleading(wave)),
        "misfit": pd.Series(adjusted < wave.plan.test.alpha),
        "dif": rows["dif"] == "C",
        "drift": rows["has_drift"],
    }
    flags = pd.DataFrame({name: mark.to_numpy(dtype=bool) for name, mark in marks.items()})
    return [" ".join(flags.columns[row]) or None for row in flags.to_numpy()]
