"""Verdicts of the plan's test on targets."""

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from pipeline.engine.monitoring.wave import Wave
from pipeline.fields import WHOLE
from pipeline.stats.monitoring.targets import against_target


def verdicts(waves: Sequence[Wave], targets: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """Each wave's share of the whole area tested against each target of the area.

    A target belongs to one standard; shares under another are never held against it.
    """
    own = targets[targets["area_code"] == area_code]
    rows = [
        _verdict(wave, share, target)
        for wave in waves
        for _, share in wave.shares[wave.shares["domain"] == WHOLE].iterrows()
        for _, target in own.iterrows()
        if str(share["standard"]).split("@")[0] == target["standard"] and share["n"] > 0
    ]
    return pd.DataFrame(rows, columns=_VERDICT_COLUMNS)


_VERDICT_COLUMNS = [
    "wave", "standard", "target_id", "area_code", "target_year", "is_due", "operator", "target",
    "estimate", "se", "df", "p_value", "prob_met", "verdict", "n_needed",
]  # fmt: skip


def _verdict(wave: Wave, share: pd.Series, target: pd.Series) -> dict[str, object]:
    result = against_target(
        share["estimate"],
        target["target"],
        n=share["n"],
        n_eff=share["n_eff"],
        df=share["df"],
        alpha=wave.plan.test.alpha,
        power=wave.plan.test.power,
    )
    return {
        "wave": wave.name,
        "standard": share["standard"],
        "target_id": target["target_id"],
        "area_code": target["area_code"],
        "target_year": target["year"],
        "is_due": bool(wave.year >= target["year"]),
        "operator": target["operator"],
        "target": target["target"],
        "estimate": share["estimate"],
        "se": share["se"],
        "df": share["df"],
        **asdict(result),
    }
