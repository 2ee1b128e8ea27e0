"""What the stages estimate and measure share: the tables of one wave, rows in one order."""

import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.engine.estimation import WaveTables
from pipeline.engine.samples import WeightTables
from pipeline.io import parquet
from pipeline.tables import (
    ANSWERS,
    DIMENSIONS,
    ITEMS,
    LEFT_OUT,
    NOT_INTERVIEWED,
    ONLINE_WEIGHTS,
    PEOPLE,
    SCORES,
    WEIGHTS,
    Table,
)


def wave_tables(workspace: Workspace, wave: str) -> WaveTables:
    """Scores, answers and weights of a wave's respondents."""
    weighting = weight_tables(workspace, wave)
    respondents = weighting.people["respondent_id"]
    return WaveTables(
        weighting=weighting,
        answers=_of(_read(workspace, ANSWERS, "ingest", wave), respondents),
        items=_of(_read(workspace, ITEMS, "score", wave), respondents),
        scores=_read(workspace, SCORES, "score", wave),
        dimensions=_read(workspace, DIMENSIONS, "score", wave),
        graded_items=frozenset(
            item for item in workspace.instrument(wave).items if workspace.bank[item].partial_credit
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
