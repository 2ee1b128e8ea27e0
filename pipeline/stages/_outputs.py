"""What the stages chart, report and publish share: released results and what to print."""

from collections.abc import Iterator
from dataclasses import fields

import pandas as pd

from pipeline import __version__, tables
from pipeline.config.plan import GivenWeights
from pipeline.config.workspace import Workspace
from pipeline.io import parquet
from pipeline.io.digest import sha256
from pipeline.io.output import read_json
from pipeline.io.registers import read_areas, read_published, read_targets
from pipeline.present.context import Context
from pipeline.present.language import Words
from pipeline.present.measured import Measured
from pipeline.present.results import Results
from pipeline.tables import CHANGES, ESTIMATES, GAPS, MARGIN_FIT, RANKS, TREND, VERDICTS


def released(workspace: Workspace) -> Results:
    """Tables of all registered waves, without figures that the plan withholds."""
    folder, waves = workspace.processed("trend"), workspace.register.ordered
    estimates = [parquet.read(ESTIMATES, workspace.processed("estimate", wave)) for wave in waves]
    return Results.released(
        estimates=pd.concat(estimates, ignore_index=True),
        trend=parquet.read(TREND, folder),
        changes=parquet.read(CHANGES, folder),
        gaps=parquet.read(GAPS, folder),
        ranks=parquet.read(RANKS, folder),
        verdicts=parquet.read(VERDICTS, folder),
        weights=pd.concat([_weight_facts(workspace, wave) for wave in waves], ignore_index=True),
        margins=pd.concat([_margin_fit(workspace, wave) for wave in waves], ignore_index=True),
        measurement=_measured(workspace),
    )


def _measured(workspace: Workspace) -> Measured | None:
    """Tables of the measurement; None when the plan asks for none, or no wave was examined."""
    if workspace.plan(workspace.register.ordered[-1]).measurement is None:
        return None
    folder = workspace.processed("measure")
    contracts = {each.name: getattr(tables, each.name.upper()) for each in fields(Measured)}
    found = {name: parquet.read(table, folder) for name, table in contracts.items()}
    return None if found["item_statistics"].empty else Measured(**found)


def _weight_facts(workspace: Workspace, wave: str) -> pd.DataFrame:
    facts = read_json(workspace.processed("weight", wave) / "diagnostics.json")
    rows = [(wave, name, float(value)) for name, value in facts.items()]
    return pd.DataFrame(rows, columns=["wave", "diagnostic", "value"])


def _margin_fit(workspace: Workspace, wave: str) -> pd.DataFrame:
    if isinstance(workspace.plan(wave).weights, GivenWeights):
        return pd.DataFrame(columns=["wave", *MARGIN_FIT.columns])
    fit = parquet.read(MARGIN_FIT, workspace.processed("weight", wave))
    return fit.assign(wave=wave)


def contexts(workspace: Workspace) -> Iterator[Context]:
    """What outputs print besides figures, in each language of the workspace."""
    register = workspace.register
    waves = register.ordered
    latest = waves[-1]
    plan = workspace.plan(latest)
    descriptions = {wave: workspace.description(wave) for wave in waves}
    targets = read_targets(workspace.raw).set_index("target_id")["target_kind"].to_dict()
    for language in register.monitor.languages:
        words = Words.load(language)
        yield Context(
            words=words,
            monitor=register.monitor,
            is_synthetic=workspace.is_synthetic(),
            standards=tuple(workspace.standard(name) for name in plan.standards),
            plan=plan,
            instrument=workspace.instrument(latest),
            waves=tuple((wave, register.wave(wave).year) for wave in waves),
            descriptions=descriptions,
            code=__version__,
            references=_references(workspace, words),
            targets=targets,
            hashes=_hashes(workspace, latest),
            items=workspace.bank,
        )


def _references(workspace: Workspace, words: Words) -> dict[str, str]:
    """Names of the areas above the monitored one that have published figures, widest first."""
    published = set(read_published(workspace.raw)["area_code"])
    areas = read_areas(workspace.raw).set_index("area_code")
    names: dict[str, str] = {}
    code = workspace.register.monitor.area_code
    while code in areas.index and (code := str(areas.loc[code, "parent_code"])):
        if code in published:
            names[code] = words.title(areas.loc[code], "name", fallback=code)
    return dict(reversed(names.items()))


def _hashes(workspace: Workspace, latest: str) -> dict[str, str]:
    """Fingerprints of what the latest wave's numbers rest on."""
    entry = workspace.register.wave(latest)
    instruments = workspace.instruments
    return {
        "plan": sha256(instruments / "plans" / f"{entry.plan}.toml"),
        "instrument": sha256(instruments / "instruments" / f"{entry.instrument}.toml"),
        "standards": sha256(instruments / "standards"),
        "margins": sha256(workspace.population(latest)),
        "weights": sha256(workspace.processed("weight", latest) / "weights.parquet"),
    }
