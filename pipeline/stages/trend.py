"""Stage trend: the waves of the register together, against targets and published figures."""

from pipeline.config.workspace import Workspace
from pipeline.engine.monitoring.changes import changes
from pipeline.engine.monitoring.gaps import gaps
from pipeline.engine.monitoring.ranks import ranks
from pipeline.engine.monitoring.series import trend
from pipeline.engine.monitoring.verdicts import verdicts
from pipeline.engine.monitoring.wave import Wave
from pipeline.io import parquet
from pipeline.io.output import replacing
from pipeline.io.registers import read_published, read_targets
from pipeline.tables import CHANGES, ESTIMATES, GAPS, PSU_SUMS, RANKS, TREND, VERDICTS


def run(workspace: Workspace) -> str:
    """Put all registered waves together and return the summary line."""
    register = workspace.register
    waves = [_wave(workspace, wave) for wave in register.ordered]
    area = register.monitor.area_code
    published = read_published(workspace.raw)
    decided = verdicts(waves, read_targets(workspace.raw), area)
    with replacing(workspace.processed("trend")) as out:
        parquet.write(TREND, trend(waves, published, area), out)
        parquet.write(CHANGES, changes(waves), out)
        parquet.write(GAPS, gaps(waves), out)
        parquet.write(RANKS, ranks(waves), out)
        parquet.write(VERDICTS, decided, out)
    latest = decided[decided["wave"] == register.ordered[-1]]
    outcomes = ", ".join(f"{row.target_id} {row.verdict}" for row in latest.itertuples())
    return (
        f"trend: {len(waves)} waves, {len(published)} published figures; "
        f"{outcomes or 'no target of the area'}"
    )


def _wave(workspace: Workspace, wave: str) -> Wave:
    # The register, not the folder, says which waves there are: a removed wave's files stay.
    folder = workspace.processed("estimate", wave)
    tables = [parquet.read(ESTIMATES, folder), parquet.read(PSU_SUMS, folder)]
    year = workspace.register.wave(wave).year
    frame = workspace.description(wave).frame
    return Wave.of(wave, year, frame, workspace.plan(wave), workspace.instrument(wave), tables)
