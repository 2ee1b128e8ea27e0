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
    names = workspace.register.ordered
    waves = [_wave(workspace, name) for name in names if workspace.plan(name).measurement]
    estimates = {
        wave.name: parquet.read(ESTIMATES, workspace.processed("estimate", wave.name))
        for wave in waves
    }
    tables = measure(waves, estimates)
    with replacing(workspace.processed("measure")) as out:
        for table in TABLES:
            parquet.write(table, tables[table.name], out)
    return _summary(tables, waves[-1]) if waves else "measure: no plan asks for it"


def _wave(workspace: Workspace, name: str) -> MeasuredWave:
    plan = workspace.plan(name)
    others = [standard for standard in plan.standards if standard != plan.headline]
    return MeasuredWave.of(
        name,
        wave_tables(workspace, name),
        workspace.instrument(name),
        workspace.bank,
        [workspace.standard(standard) for standard in (plan.headline, *others)],
        plan,
    )


def _summary(tables: dict[str, pd.DataFrame], wave: MeasuredWave) -> str:
    links, items = tables[LINKS.name], tables[ITEM_STATISTICS.name]
    alpha = _headline(tables[RELIABILITY.name], wave, coefficient="alpha", dimension="all")
    lee = _headline(tables[ACCURACY.name], wave, method="lee")
    warned = items.loc[items["wave"] == wave.name, "warnings"].notna()
    return (
        f"measure: {items['wave'].nunique()} waves, {int(links['is_linked'].sum())} of "
        f"{len(links)} links hold; {wave.name} {wave.headline}: alpha {alpha['estimate']:.3f}, "
        f"accuracy {lee['accuracy']:.3f}, of those who passed {lee['pass_again']:.0%} would pass "
        f"an equally good test; {warned.sum()} items with warnings"
    )


def _headline(rows: pd.DataFrame, wave: MeasuredWave, **chosen: str) -> pd.Series:
    for column, value in {"wave": wave.name, "standard": wave.headline, **chosen}.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0]
