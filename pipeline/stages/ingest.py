"""Stage ingest: a wave's delivered file becomes people, answers and paradata."""

from pipeline.config.plan import GivenWeights
from pipeline.config.workspace import Workspace
from pipeline.io import parquet
from pipeline.io.fieldwork import no_fieldwork, read_fieldwork
from pipeline.io.microdata.assembly import assemble, quality_facts
from pipeline.io.microdata.mapping import apply_map
from pipeline.io.microdata.reading import read_microdata
from pipeline.io.output import replacing, write_json
from pipeline.tables import ANSWERS, FIELDWORK, PARADATA, PEOPLE, SET_ASIDE


def run(workspace: Workspace, wave: str) -> str:
    """Ingest one wave and return its summary line."""
    folder, plan = workspace.wave_folder(wave), workspace.plan(wave)
    instrument, bank = workspace.instrument(wave), workspace.bank
    weights = plan.weights.columns if isinstance(plan.weights, GivenWeights) else ()
    fieldwork = no_fieldwork() if weights else read_fieldwork(folder)
    raw = read_microdata(folder / "microdata" / workspace.description(wave).microdata)
    column_map = workspace.column_map(wave)
    mapped = apply_map(
        raw.frame, column_map, instrument, bank, weights, str(folder / "columns.toml")
    )
    ingested = assemble(
        mapped,
        wave=wave,
        instrument=instrument,
        bank=bank,
        cleaning=plan.cleaning,
        weights=weights,
        fieldwork=fieldwork,
        where=str(folder),
    )
    facts = quality_facts(raw, mapped, ingested)
    with replacing(workspace.processed("ingest", wave)) as out:
        parquet.write(FIELDWORK, fieldwork, out)
        parquet.write(PEOPLE, ingested.people, out)
        parquet.write(ANSWERS, ingested.answers, out)
        parquet.write(PARADATA, ingested.paradata, out)
        parquet.write(SET_ASIDE, ingested.set_aside, out)
        write_json(out / "quality.json", facts)
    return (
        f"ingest {wave}: {facts['rows']} rows = {facts['clean']} clean + "
        f"{facts['quarantined']} quarantined + {facts['excluded']} excluded; "
        f"{facts['columns_left']} columns left in the file"
    )
