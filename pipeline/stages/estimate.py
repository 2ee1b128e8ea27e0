"""Stage estimate: scores meet weights; every figure gets its design-based error."""

import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.workspace import Workspace
from pipeline.engine.estimation import WaveTables, estimate_table, headline_row
from pipeline.engine.samples import WeightTables
from pipeline.io import parquet
from pipeline.io.output import replacing
from pipeline.tables import (
    ANSWERS,
    DIMENSIONS,
    ESTIMATES,
    ITEMS,
    LEFT_OUT,
    NOT_INTERVIEWED,
    ONLINE_WEIGHTS,
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
    weighting = weight_tables(workspace, wave)
    respondents = weighting.people["respondent_id"]
    return WaveTables(
        weighting=weighting,
        answers=_of(_read(workspace, ANSWERS, "ingest", wave), respondents),
        items=_of(_read(workspace, ITEMS, "score", wave), respondents),
        scores=_read(workspace, SCORES, "score", wave),
        dimensions=_read(workspace, DIMENSIONS, "score", wave),
        graded_items=frozenset(
            item for item in instrument.items if workspace.bank[item].partial_credit
        ),
    )


def weight_tables(workspace: Workspace, wave: str) -> WeightTables:
    """What the stage weight left for a wave, with the people it is about."""
    weights = _read(workspace, WEIGHTS, "weight", wave)
    online = _read(workspace, ONLINE_WEIGHTS, "weight", wave)
    respondents = pd.concat([weights["respondent_id"], online["respondent_id"]])
    return WeightTables(
        people=_of(_read(workspace, PEOPLE, "ingest", wave), respondents),
        weights=weights,
        not_interviewed=_read(workspace, NOT_INTERVIEWED, "weight", wave),
        online=online,
        left_out=_read(workspace, LEFT_OUT, "weight", wave),
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
