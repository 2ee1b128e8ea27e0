"""Tables of the links between waves: anchors, drift, change of ability.

Samples count as drawn apart, as in `corrected_change`.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.engine.measurement.pair import Pair
from pipeline.engine.measurement.plausible import PlausibleWave
from pipeline.stats.measurement.linking.error import change_se
from pipeline.stats.survey.estimation.intervals import t_interval
from pipeline.tables import ANCHORS, LINKS


def link_table(
    links: Sequence[Pair], drawn: Mapping[str, PlausibleWave], *, level: float
) -> pd.DataFrame:
    """One row per pair of neighbouring waves; of unlinked waves no change is given."""
    rows = [
        {
            "wave_from": link.old.wave.name,
            "wave_to": link.new.wave.name,
            "is_linked": link.linkage.is_linked,
            "link_reason": str(link.linkage.unlinked) if link.linkage.unlinked else None,
            "anchors": len(link.linkage.anchors),
            "anchors_dropped": len(link.drifted),
            **_change(link, drawn, level),
        }
        for link in links
    ]
    return pd.DataFrame(rows, columns=list(LINKS.columns))


def _change(link: Pair, drawn: Mapping[str, PlausibleWave], level: float) -> dict[str, float]:
    names = ("link_slope", "link_shift", "link_se", "ability_change", "se", "ci_low", "ci_high",
             "p_value")  # fmt: skip
    if link.error is None:
        return dict.fromkeys(names, np.nan)
    old, new = (drawn[each.wave.name].mean_ability() for each in (link.old, link.new))
    change = new.estimate - old.estimate
    of_link = link.error.mean_se(0.0)
    se = change_se(new.se, old.se, of_link)
    df = old.df + new.df
    bounds = t_interval(np.array([change]), np.array([se]), np.array([df]), level=level)
    values = (
        link.error.link.slope, link.error.link.shift, of_link, change, se,
        float(bounds.low[0]), float(bounds.high[0]), 2 * float(stats.t.sf(abs(change) / se, df)),
    )  # fmt: skip
    return dict(zip(names, values, strict=True))


def anchor_table(links: Sequence[Pair]) -> pd.DataFrame:
    """One row per anchor and pair of neighbouring waves, locations on the earlier wave's scale."""
    rows = [row for link in links for row in _anchors(link)]
    return pd.DataFrame(rows, columns=list(ANCHORS.columns))


def _anchors(link: Pair) -> list[dict[str, object]]:
    found = link.screening
    if found is None:
        return []
    reasons = {each.item: str(each.reason) for each in found.removed}
    return [
        {
            "wave_from": link.old.wave.name,
            "wave_to": link.new.wave.name,
            "item": item,
            "location_from": link.old.location(item),
            "location_to": found.link.slope * link.new.location(item) + found.link.shift,
            "robust_z": found.drift.location_z[j],
            "mh_delta": found.drift.delta[j],
            "is_kept": item in link.linkage.anchors,
            "drop_reason": reasons.get(item),
        }
        for j, item in enumerate(link.anchors)
    ]
