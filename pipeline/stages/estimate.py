"""Stage estimate: scores meet weights; every figure gets its design-based error."""

import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.workspace import Workspace
from pipeline.engine.estimation import WaveTables, estimate_table, headline_row
from pipeline.io import parquet
from pipeline.io.output import replacing
from pipeline.tables import (
    ANSWERS,
    DIMENSIONS,
    ESTIMATES,
    ITEMS,
    PEOPLE,
    PSU_SUMS,
    SCORES,
    WEIGHTS,
    Table,
)


def run(workspace: Workspace, wave: str) -> str:
    """Estimate one wave and return its summary line."""
    plan, instrument = workspace.plan(wave), workspace.instrument(wave)
    standards = [workspace.standard(name) for name in plan.standards]
    tables = _tables(workspace, wave, instrument)
    estimates, psu_sums = estimate_table(tables, standards, instrument, plan, wave)
    with replacing(workspace.processed("estimate", wave)) as out:
        parquet.write(ESTIMATES, estimates, out)
        parquet.write(PSU_SUMS, psu_sums, out)
    return _summary(estimates, workspace.standard(plan.headline).label, wave)


def _tables(workspace: Workspace, wave: str, instrument: Instrument) -> WaveTables:
    weights = _read(workspace, WEIGHTS, "weight", wave)
    weighted = weights["respondent_id"]
    people = _read(workspace, PEOPLE, "ingest", wave)
    return WaveTables(
        people=_of(people, weighted),
        weights=weights,
        answers=_of(_read(workspace, ANSWERS, "ingest", wave), weighted),
        items=_of(_read(workspace, ITEMS, "score", wave), weighted),
        scores=_read(workspace, SCORES, "score", wave),
        dimensions=_read(workspace, DIMENSIONS, "score", wave),
        graded_items=frozenset(
            item for item in instrument.items if workspace.bank[item].partial_credit
        ),
    )


def _read(workspace: Workspace, table: Table, stage: str, wave: str) -> pd.DataFrame:
    return parquet.read(table, workspace.processed(stage, wave))


def _of(frame: pd.DataFrame, respondents: pd.Series) -> pd.DataFrame:
    """Rows of the weighted respondents, in their order."""
    return frame.set_index("respondent_id").loc[respondents].reset_index()


def _summary(estimates: pd.DataFrame, standard: str, wave: str) -> str:
    headline = headline_row(estimates, standard)
    flags = estimates["flag"].value_counts()
    return (
        f"estimate {wave}: {standard} {headline.estimate:.2%} (se {headline.se:.2%}, "
        f"df {headline.df:.0f}, n {headline.n}, n_eff {headline.n_eff:.0f}); "
        f"{len(estimates)} figures, {flags.get('withhold', 0)} withheld"
    )
