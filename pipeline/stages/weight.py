"""Stage weight: design, nonresponse and population margins become weights.

Reads people and fieldwork only. Answers and scores are no input of this stage, so no
answer can move a weight.
"""

import pandas as pd

from pipeline.config.plan import CalibratedWeights
from pipeline.config.workspace import Workspace
from pipeline.engine.weighting import Weighting, calibrated_weights, given_weights
from pipeline.engine.weighting_record import weight_facts
from pipeline.io import parquet
from pipeline.io.output import replacing, write_json
from pipeline.io.population import read_margins
from pipeline.tables import (
    FIELDWORK,
    LEFT_OUT,
    MARGIN_FIT,
    MERGES,
    NOT_INTERVIEWED,
    ONLINE_WEIGHTS,
    PEOPLE,
    RESPONSE,
    WEIGHTS,
)


def run(workspace: Workspace, wave: str) -> str:
    """Weight one wave and return its summary line."""
    ingested = workspace.processed("ingest", wave)
    people = parquet.read(PEOPLE, ingested)
    plan = workspace.plan(wave)
    rules = plan.weights
    if not isinstance(rules, CalibratedWeights):
        return _write_given(workspace, wave, given_weights(people, rules.columns))
    is_online = people["source"] == "online"
    weighting = calibrated_weights(
        people[~is_online].reset_index(drop=True),
        parquet.read(FIELDWORK, ingested),
        read_margins(workspace.population(wave)),
        workspace.instrument(wave),
        rules,
        online=people[is_online].reset_index(drop=True),
        variance=plan.variance,
    )
    return _write_calibrated(workspace, wave, weighting, n_online=int(is_online.sum()))


def _write_given(workspace: Workspace, wave: str, weights: pd.DataFrame) -> str:
    facts = weight_facts(weights["weight"].to_numpy())
    with replacing(workspace.processed("weight", wave)) as out:
        parquet.write(WEIGHTS, weights, out)
        for table in (LEFT_OUT, NOT_INTERVIEWED, ONLINE_WEIGHTS):
            parquet.write(table, pd.DataFrame(columns=table.columns), out)
        write_json(out / "diagnostics.json", facts)
    return f"weight {wave}: {len(weights)} respondents, weights as delivered; {_spread(facts)}"


def _write_calibrated(
    workspace: Workspace, wave: str, weighting: Weighting, *, n_online: int
) -> str:
    with replacing(workspace.processed("weight", wave)) as out:
        parquet.write(WEIGHTS, weighting.weights, out)
        parquet.write(NOT_INTERVIEWED, weighting.not_interviewed, out)
        parquet.write(ONLINE_WEIGHTS, weighting.online, out)
        parquet.write(LEFT_OUT, weighting.left_out, out)
        parquet.write(MARGIN_FIT, weighting.margin_fit, out)
        parquet.write(MERGES, weighting.merges, out)
        parquet.write(RESPONSE, weighting.response, out)
        write_json(out / "diagnostics.json", weighting.facts)
        write_json(out / "convergence.json", {"gap_by_round": weighting.convergence})
    facts = weighting.facts
    return (
        f"weight {wave}: {facts['n']} respondents, {n_online} online kept apart; "
        f"raked in {facts['raking_rounds']} rounds, gap {facts['raking_gap']:.0e}; "
        f"{len(weighting.merges)} merges; {_spread(facts)}"
    )


def _spread(facts: dict[str, float]) -> str:
    return (
        f"weights {facts['min']:.4g}-{facts['max']:.4g}, kish_deff {facts['kish_deff']:.2f}, "
        f"n_eff {facts['n_eff']:.0f}"
    )
