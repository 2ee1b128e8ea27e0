"""Stage score: answers become points, pass and level under every standard of the plan."""

import pandas as pd

from pipeline.config.workspace import Workspace
from pipeline.engine.scoring import item_table, score_tables
from pipeline.io import parquet
from pipeline.io.output import replacing
from pipeline.tables import ANSWERS, DIMENSIONS, ITEMS, SCORES


def run(workspace: Workspace, wave: str) -> str:
    """Score one wave and return its summary line."""
    plan, instrument, bank = workspace.plan(wave), workspace.instrument(wave), workspace.bank
    answers = parquet.read(ANSWERS, workspace.processed("ingest", wave))
    standards = [workspace.standard(name) for name in plan.standards]
    tables = [
        score_tables(answers, instrument, bank, standard, plan.standard_settings.get(standard.id))
        for standard in standards
    ]
    headline = workspace.standard(plan.headline)
    scores = pd.concat([table.scores for table in tables])
    with replacing(workspace.processed("score", wave)) as out:
        parquet.write(SCORES, scores, out)
        parquet.write(DIMENSIONS, pd.concat([table.dimensions for table in tables]), out)
        parquet.write(ITEMS, item_table(answers, instrument, bank, headline), out)
    scored = scores.groupby("standard").size()
    counts = "; ".join(f"{s.label}: {scored.get(s.label, 0)} scored" for s in standards)
    return f"score {wave}: {len(answers)} respondents; {counts}"
