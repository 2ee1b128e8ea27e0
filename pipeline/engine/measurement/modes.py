"""The items by mode of interview: whether a tablet, a code or a link changes what they measure."""

import numpy as np
import pandas as pd

from pipeline.engine.measurement.items import missing_of
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.fields import MissingKind
from pipeline.stats.measurement.classical.items import item_statistics
from pipeline.tables import ITEM_MODES


def mode_table(wave: MeasuredWave) -> pd.DataFrame:
    """One row per item and mode; modes of fewer people than the plan compares have none.

    A questionnaire whose mode of interview is in no domain gives no rows.
    """
    parts = [
        _of_mode(wave, mode, rows)
        for mode, rows in _people_by_mode(wave).items()
        if len(rows) >= wave.rules.fairness.min_group
    ]
    return pd.concat(parts) if parts else pd.DataFrame(columns=list(ITEM_MODES.columns))


def _people_by_mode(wave: MeasuredWave) -> dict[str, np.ndarray]:
    """Rows of the respondents of each mode."""
    modes = {each.id for each in wave.instrument.variables if each.role == "mode"}
    domains = [each.id for each in wave.instrument.domains if each.variable in modes]
    if not domains:
        return {}
    labels = wave.labels(domains[0])
    return {str(mode): np.flatnonzero(labels == mode) for mode in sorted(labels.dropna().unique())}


def _of_mode(wave: MeasuredWave, mode: str, rows: np.ndarray) -> pd.DataFrame:
    found = item_statistics(wave.credit[rows], weights=wave.weight[rows], items=wave.items)
    missing = missing_of(wave, rows)
    return pd.DataFrame(
        {
            "wave": wave.name,
            "item": wave.items,
            "mode": mode,
            "n": found.n,
            "difficulty": found.difficulty,
            "item_rest": found.item_rest,
            "dont_know_share": np.nan_to_num(missing[MissingKind.DONT_KNOW]),
        }
    )[list(ITEM_MODES.columns)]
