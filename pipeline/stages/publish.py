"""Stage publish: released tables as CSV and as one database, with a manifest of hashes."""

from pathlib import Path

import pandas as pd

from pipeline import __version__
from pipeline.config.workspace import Workspace
from pipeline.io.digest import sha256
from pipeline.io.output import replacing, write_json
from pipeline.io.release import write_csv, write_database
from pipeline.present.context import Context
from pipeline.present.files import file_mark
from pipeline.stages._outputs import contexts, released


def run(workspace: Workspace) -> str:
    """Publish the released tables and return the summary line."""
    results = released(workspace)
    tables = {
        name: getattr(results, name)
        for name in (
            "estimates",
            "trend",
            "changes",
            "gaps",
            "ranks",
            "verdicts",
            "weights",
            "margins",
        )
    }
    if results.measurement is not None:
        tables |= results.measurement.public
    printed = list(contexts(workspace))
    tables |= {
        "about": _about(printed),
        "labels": _labels(workspace),
        "waves": _waves(workspace),
    }
    mark = file_mark(printed[0])
    with replacing(workspace.processed("publish")) as out:
        write_csv(tables, out, mark)
        write_database(tables, out / "monitor.duckdb")
        write_json(out / "manifest.json", _manifest(workspace) | {"outputs": _hashes(out)})
    withheld = int((results.estimates["flag"] == "withhold").sum())
    return f"publish: {len(tables)} tables, {len(results.estimates)} figures, {withheld} withheld"


def _about(printed: list[Context]) -> pd.DataFrame:
    """What the tables are, in each language; simulated data say so."""
    rows = [
        (c.words.language, c.title, c.notice, c.standard.label, f"{c.plan.id}@{c.plan.version}")
        for c in printed
    ]
    return pd.DataFrame(rows, columns=["language", "title", "notice", "standard", "plan"])


def _labels(workspace: Workspace) -> pd.DataFrame:
    """Words of every domain's categories, over all questionnaires of the register."""
    rows = {
        (domain.id, category.value): (category.title_zh, category.title_en)
        for wave in workspace.register.ordered
        for domain in workspace.instrument(wave).domains
        for category in workspace.instrument(wave).categories(domain)
    }
    flat = [(*key, *titles) for key, titles in rows.items()]
    return pd.DataFrame(flat, columns=["domain", "category", "title_zh", "title_en"])


def _waves(workspace: Workspace) -> pd.DataFrame:
    register = workspace.register
    rows = [
        (wave, register.wave(wave).year, workspace.description(wave).origin,
         register.wave(wave).instrument, register.wave(wave).plan)
        for wave in register.ordered
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["wave", "year", "origin", "instrument", "plan"])


def _manifest(workspace: Workspace) -> dict[str, object]:
    raw = workspace.raw
    inputs = {wave: sha256(workspace.wave_folder(wave)) for wave in workspace.register.ordered}
    return {
        "code": __version__,
        "waves": inputs,
        "instruments": sha256(workspace.instruments),
        "population": sha256(raw / "population"),
        "published": sha256(raw / "published"),
        "register": sha256(raw / "waves.toml"),
        "targets": sha256(raw / "targets"),
    }


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in sorted(folder.iterdir())}
