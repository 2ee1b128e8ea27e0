"""Changes of the corrected share between linked waves: one cut in ability for both.

A new form has a cut of its own, so its share says how many pass *it*. What changed among the
people shows at one cut on the common scale, that of the earlier wave; there the error of the
link counts beside the errors of both samples. Samples count as drawn apart: where waves share
first-stage units, the error is somewhat too large.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.pair import Pair
from pipeline.engine.measurement.plausible import PlausibleWave
from pipeline.engine.monitoring.wave import gravest
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.linking.error import LinkError, change_se
from pipeline.stats.measurement.plausible.pooled import PooledEstimates
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.tables import CORRECTED_CHANGES


def corrected_changes(
    links: Sequence[Pair],
    drawn: Mapping[str, PlausibleWave],
    forms: Mapping[str, Mapping[str, Form]],
    corrected: pd.DataFrame,
) -> pd.DataFrame:
    """One row per standard, domain and pair of linked neighbours."""
    keys = ["wave", "standard", "domain", "category"]
    flags = corrected.set_index(keys)["flag"].to_dict()
    rows = [
        row
        for link in links
        if link.error is not None
        for label, form in forms[link.old.wave.name].items()
        if label in forms[link.new.wave.name]
        for row in _changes(link, link.error, drawn, form, label, flags)
    ]
    return pd.DataFrame(rows, columns=list(CORRECTED_CHANGES.columns))


def _changes(
    link: Pair,
    error: LinkError,
    drawn: Mapping[str, PlausibleWave],
    form: Form,
    label: str,
    flags: Mapping[tuple[str, ...], str],
) -> Iterator[dict[str, object]]:
    old, new = drawn[link.old.wave.name], drawn[link.new.wave.name]
    before, after = old.shares(form.latent_cut, label), new.shares(form.latent_cut, label)
    members = new.domains.members.tocsc()
    for k, key in enumerate(after.labels):
        if key not in before.labels:
            continue
        j = before.labels.index(key)
        names = [(wave.wave.name, label, *key) for wave in (old, new)]
        if np.isnan(before.estimate[j] + after.estimate[k]) or not all(n in flags for n in names):
            continue
        of_link = _link_se(error, form, new, label, members[:, [k]].toarray()[:, 0])
        yield {
            "standard": label,
            "domain": key[0],
            "category": key[1],
            "wave_from": old.wave.name,
            "wave_to": new.wave.name,
            **_tested(before, j, after, k, of_link, new.wave.plan.estimates.confidence),
            "flag": gravest(*(flags[name] for name in names)),
        }


def _tested(
    before: PooledEstimates, j: int, after: PooledEstimates, k: int, of_link: float, level: float
) -> dict[str, float]:
    change = float(after.estimate[k] - before.estimate[j])
    se = change_se(float(after.se[k]), float(before.se[j]), of_link)
    df = float(before.df[j] + after.df[k])
    bounds = t_interval(np.array([change]), np.array([se]), np.array([df]), level=level)
    return {
        "change": change,
        "se": se,
        "link_se": of_link,
        "ci_low": float(bounds.low[0]),
        "ci_high": float(bounds.high[0]),
        "df": df,
        "p_value": 2 * float(stats.t.sf(abs(change) / se, df)) if se > 0 else np.nan,
    }


def _link_se(
    error: LinkError, form: Form, new: PlausibleWave, label: str, member: FloatArray
) -> float:
    """Linking error of the later wave's share, its abilities taken back to its own scale."""
    held = (member > 0) & (new.wave.weight > 0) & ~np.isnan(new.wave.scores(label))
    own = (new.drawn[held] - new.scale.mean) / new.scale.sd
    weight = np.repeat(new.wave.weight[held], own.shape[1])
    return error.share_se((form.latent_cut - form.mean) / form.sd, own.ravel(), weights=weight)
