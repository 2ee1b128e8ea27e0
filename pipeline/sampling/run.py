"""The two commands: plan a wave from its design, and draw it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from pipeline.config.workspace import Workspace
from pipeline.errors import WorkspaceError
from pipeline.io.output import replacing, write_files, write_json
from pipeline.io.registers import read_areas
from pipeline.present.language import Words
from pipeline.sampling.answers import refuse_undecided
from pipeline.sampling.drawing import DrawnCommunity, draw_strata
from pipeline.sampling.fieldwork_sheet import Form, fieldwork_sheet
from pipeline.sampling.planned import Planned, work_out
from pipeline.sampling.record import keep, record_files
from pipeline.sampling.replacement import replace_community
from pipeline.sampling.report import Report, markdown, record, show
from pipeline.sampling.spending import refuse_over_budget
from pipeline.sampling.words import SHEETS, sampling_words


def plan(workspace: Workspace, path: Path) -> str:
    """Show what a design can decide, and write its plan.

    Args:
        workspace: holds targets, names of areas and the languages of reports.
        path: the design.

    Returns:
        One line: where the plan is.

    Raises:
        ConfigError: the design or the list of communities is wrong.
        DesignError: communities cannot be allotted, or a question that must be decided
            cannot be; nothing is then written.
    """
    planned = work_out(workspace, path)
    languages = workspace.register.monitor.languages
    reports = [Report(planned, language, _areas(workspace, language)) for language in languages]
    show(reports[0])
    refuse_undecided(planned.design, planned.answers)
    refuse_over_budget(planned.design.wave, planned.spending)
    folder = _processed(workspace, planned) / "plan"
    with replacing(folder) as partial:
        text = "\n".join(markdown(report) for report in reports)
        write_files(partial, {"plan.md": text.encode()})
        write_json(partial / "plan.json", record(planned))
    return _say(workspace, "plan.wrote", folder=_short(workspace, folder))


def draw(workspace: Workspace, path: Path) -> str:
    """Draw the sample of a design: record into the inputs, sheets for the interviewers.

    Args:
        workspace: as for `plan`.
        path: the design.

    Returns:
        One line: what was drawn, and where it is.

    Raises:
        ConfigError: the design or the list of communities is wrong.
        DesignError: the design cannot decide what it must, or cannot be drawn.
        WorkspaceError: the wave was drawn before from another design or list.
    """
    planned = work_out(workspace, path)
    refuse_undecided(planned.design, planned.answers)
    refuse_over_budget(planned.design.wave, planned.spending)
    strata = draw_strata(planned)
    folder = workspace.raw / "sampling" / planned.design.wave / "draw"
    is_new = keep(folder, record_files(planned, strata))
    sample = [community for stratum in strata for community in stratum.sample]
    reserve = [community for stratum in strata for community in stratum.reserve]
    sheets = _processed(workspace, planned) / "sheets"
    _write_sheets(workspace, planned, [*sample, *reserve], sheets)
    done = _say(
        workspace,
        "plan.drawn",
        wave=planned.design.wave,
        strata=len(strata),
        communities=len(sample),
        reserves=len(reserve),
        issued=sum(community.issued for community in sample),
        folder=_short(workspace, folder),
        sheets=len(sample) + len(reserve),
        sheet_folder=_short(workspace, sheets),
    )
    kept = _say(workspace, "plan.kept", folder=_short(workspace, folder))
    return done if is_new else f"{kept}\n{done}"


def replace(workspace: Workspace, path: Path, psu: str, reason: str) -> str:
    """Put the next reserve of its stratum in the place of a community that is lost.

    Args:
        workspace: as for `plan`.
        path: the design, drawn before.
        psu: code of the community.
        reason: why it cannot be entered.

    Returns:
        One line: which reserve, and where the record is.

    Raises:
        WorkspaceError: the wave is not drawn yet, or was drawn from another design or list.
        DesignError: the community is not in the field, or no reserve is left.
    """
    planned = work_out(workspace, path)
    strata = draw_strata(planned)
    home = workspace.raw / "sampling" / planned.design.wave
    if not (home / "draw").is_dir():
        raise WorkspaceError(
            str(home / "draw"), "nothing is drawn yet", hint="run `pipeline sample draw` first"
        )
    keep(home / "draw", record_files(planned, strata))
    reserve = replace_community(strata, home / "field", psu, reason)
    return _say(
        workspace, "plan.replaced", psu=psu, reserve=reserve.psu, order=reserve.order,
        folder=_short(workspace, home / "field"),
    )  # fmt: skip


def _write_sheets(
    workspace: Workspace, planned: Planned, communities: Sequence[DrawnCommunity], folder: Path
) -> None:
    """One workbook per community; reserves in a folder of their own."""
    form = Form(
        design=planned.design,
        population=workspace.register.monitor.population_zh,
        areas=_areas(workspace, SHEETS),
    )
    with replacing(folder) as partial:
        for community in _told(communities, sampling_words(SHEETS)("plan.sheets")):
            inner = partial / "reserve" if community.order else partial
            name = sheet_name(community, is_synthetic=planned.design.is_synthetic)
            write_files(inner, {name: fieldwork_sheet(community, form)})


def sheet_name(community: DrawnCommunity, *, is_synthetic: bool) -> str:
    """Such as `510402-U04.xlsx`; reserves begin with stratum and order, simulated data say so."""
    prefix = f"{community.stratum}_{community.order}_" if community.order else ""
    mark = f"_{Words.load(SHEETS)('mark.synthetic')}" if is_synthetic else ""
    return f"{prefix}{community.psu}{mark}.xlsx"


def _told(communities: Sequence[DrawnCommunity], title: str) -> Iterator[DrawnCommunity]:
    """The communities, with a bar on a terminal."""
    console = Console(stderr=True)
    yield from track(communities, title, console=console, disable=not console.is_terminal)


def _areas(workspace: Workspace, language: str) -> dict[str, str]:
    areas = read_areas(workspace.raw)
    named = areas[f"name_{language.partition('-')[0]}"]
    return dict(zip(areas["area_code"], named.where(named != "", areas["name_en"]), strict=True))


def _processed(workspace: Workspace, planned: Planned) -> Path:
    return workspace.processed("sampling", planned.design.wave)


def _short(workspace: Workspace, folder: Path) -> str:
    return folder.relative_to(workspace.root).as_posix()


def _say(workspace: Workspace, key: str, **gaps: object) -> str:
    """A sentence in the languages of the workspace, one line."""
    tongues: list[Words] = [sampling_words(name) for name in workspace.register.monitor.languages]
    return " · ".join(words(key, **gaps) for words in tongues)
