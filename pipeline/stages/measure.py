"""Stage measure: how good the test is in every wave, and whether the waves share one scale."""

import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.engine.measurement.tables import TABLES, measure
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.io import parquet
from pipeline.io.output import replacing
from pipeline.stages._waves import wave_tables
from pipeline.tables import ACCURACY, ESTIMATES, ITEM_STATISTICS, LINKS, RELIABILITY


def run(workspace: Workspace) -> str:
    """Measure all registered waves whose plan asks for it and return the summary line."""
    waves = [
        wave for wave in workspace.register.ordered if workspace.plan(wave).measurement is not None
    ]
    estimates = {
        wave: parquet.read(ESTIMATES, workspace.processed("estimate", wave)) for wave in waves
    }
    tables = measure([_wave(workspace, wave) for wave in waves], estimates)
    with replacing(workspace.processed("measure")) as out:
        for table in TABLES:
            parquet.write(table, tables[table.name], out)
    return _summary(tables, waves)


def _wave(workspace: Workspace, wave: str) -> MeasuredWave:
    plan = workspace.plan(wave)
    others = [name for name in plan.standards if name != plan.headline]
    return MeasuredWave.of(
        wave,
        wave_tables(workspace, wave),
        workspace.instrument(wave),
        workspace.bank,
        [workspace.standard(name) for name in (plan.headline, *others)],
        plan,
    )


def _summary(tables: dict[str, pd.DataFrame], waves: list[str]) -> str:
    if not waves:
        return "measure: no plan asks for it"
    label = tables[RELIABILITY.name]["standard"].iloc[0]
    alpha = _latest(tables[RELIABILITY.name], waves[-1], label, coefficient="alpha")["estimate"]
    lee = _latest(tables[ACCURACY.name], waves[-1], label, method="lee")
    links = tables[LINKS.name]
    items = tables[ITEM_STATISTICS.name]
    warned = items[(items["wave"] == waves[-1]) & items["warnings"].notna()]
    return (
        f"measure: {len(waves)} waves, {int(links['is_linked'].sum())} of {len(links)} links hold; "
        f"{waves[-1]} {label}: alpha {alpha:.3f}, accuracy {lee['accuracy']:.3f}, "
        f"{1 - lee['pass_again']:.0%} of those who passed would fail an equally good test; "
        f"{len(warned)} items with warnings"
    )


def _latest(rows: pd.DataFrame, wave: str, label: str, **chosen: str) -> pd.Series:
    found = rows[(rows["wave"] == wave) & (rows["standard"] == label)]
    for column, value in chosen.items():
        found = found[found[column] == value]
    return found.iloc[0]
