"""Stage estimate: scores meet weights; every figure gets its design-based error."""

import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.engine.estimation import estimate_table, headline_row
from pipeline.io import parquet
from pipeline.io.output import replacing
from pipeline.stages._waves import wave_tables
from pipeline.tables import ESTIMATES, PSU_SUMS


def run(workspace: Workspace, wave: str) -> str:
    """Estimate one wave and return its summary line."""
    plan, instrument = workspace.plan(wave), workspace.instrument(wave)
    standards = [workspace.standard(name) for name in plan.standards]
    tables = wave_tables(workspace, wave)
    estimates, psu_sums = estimate_table(tables, standards, instrument, plan, wave)
    with replacing(workspace.processed("estimate", wave)) as out:
        parquet.write(ESTIMATES, estimates, out)
        parquet.write(PSU_SUMS, psu_sums, out)
    return _summary(estimates, workspace.standard(plan.headline).label, wave)


def _summary(estimates: pd.DataFrame, standard: str, wave: str) -> str:
    headline = headline_row(estimates, standard)
    flags = estimates["flag"].value_counts()
    return (
        f"estimate {wave}: {standard} {headline.estimate:.2%} (se {headline.se:.2%}, "
        f"df {headline.df:.0f}, n {headline.n}, n_eff {headline.n_eff:.0f}); "
        f"{len(estimates)} figures, {flags.get('withhold', 0)} withheld"
    )
