"""The `pipeline` command: thin words around workspaces, stages and simulation."""

import importlib
import os
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.config.workspace import Workspace
from pipeline.errors import PipelineError, WorkspaceError

STAGES_PER_WAVE = ("ingest", "score", "weight", "estimate")
STAGES_ACROSS = ("measure", "trend", "chart", "report", "publish")

# One thread adds floats in one order; charts need no screen. Set before numpy is loaded.
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
}

app = typer.Typer(
    help="Monitoring of citizen science literacy: from microdata to published numbers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
population = typer.Typer(help="Population margins of a census vintage.", no_args_is_help=True)
app.add_typer(population, name="population")
sample = typer.Typer(
    help="Plan and draw the next wave from its design, such as data/raw/sampling/2027/design.toml.",
    no_args_is_help=True,
)
app.add_typer(sample, name="sample")
DesignFile = Annotated[Path, typer.Argument(metavar="DESIGN.toml", help="The wave's design.")]


@app.command()
def stage(
    name: Annotated[str, typer.Argument(help="One of the stages of dvc.yaml.")],
    wave: Annotated[str | None, typer.Option(help="The wave, for stages run per wave.")] = None,
) -> None:
    """Run one stage without DVC; `dvc repro` calls this for every stage that must run.

    Example: pipeline stage estimate --wave 2025
    """
    workspace = Workspace.at(Path.cwd())
    _refuse_bad_stage(name, wave)
    module = importlib.import_module(f"pipeline.stages.{name}")
    typer.echo(module.run(workspace, wave) if wave else module.run(workspace))


def _refuse_bad_stage(name: str, wave: str | None) -> None:
    if name not in (*STAGES_PER_WAVE, *STAGES_ACROSS):
        known = ", ".join((*STAGES_PER_WAVE, *STAGES_ACROSS))
        raise WorkspaceError("pipeline stage", f"there is no stage {name}; stages: {known}")
    if (name in STAGES_PER_WAVE) != (wave is not None):
        rule = "needs --wave" if name in STAGES_PER_WAVE else "runs over all waves, without --wave"
        raise WorkspaceError("pipeline stage", f"stage {name} {rule}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def repro(context: typer.Context) -> None:
    """Bring all results up to date: `dvc repro` with progress, after repairing leftovers.

    Further words go to `dvc repro`, for example: pipeline repro estimate@2025
    """
    from pipeline.workspace.repro import repro as run

    raise typer.Exit(run(Workspace.at(Path.cwd()).root, context.args))


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option(help="Repair what can be repaired.")] = False,
) -> None:
    """Say what is wrong with the workspace's state and how it is mended."""
    from pipeline.workspace import doctor as ward

    ward.report(Workspace.at(Path.cwd()).root, repair=repair)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="New folder of the workspace.")],
) -> None:
    """Make a workspace: registers, a standard, a questionnaire, a plan and dvc.yaml.

    Example: pipeline init ../mianyang
    """
    from pipeline.workspace.init import scaffold

    typer.echo(scaffold(folder))


@app.command()
def simulate(
    waves: Annotated[list[str] | None, typer.Argument(help="Waves; all when none named.")] = None,
) -> None:
    """Write the simulated waves of the demo city, and the list of its communities."""
    from pipeline.simulation import simulate as run

    for line in run(Workspace.at(Path.cwd()), waves):
        typer.echo(line)


@population.command("build")
def build_population(
    vintage: Annotated[str, typer.Argument(help="Folder under data/raw/population.")],
) -> None:
    """Build the margins of a census vintage from its census tables."""
    from pipeline.io.population import build_margins

    typer.echo(build_margins(Workspace.at(Path.cwd()).raw / "population" / vintage))


@sample.command("plan")
def plan_sample(design: DesignFile) -> None:
    """Say what a design can decide: allocation, expected errors, n needed and n expected.

    Refuses a design that cannot decide a question marked must_decide, and says which n would.

    Example: pipeline sample plan data/raw/sampling/2027/design.toml
    """
    from pipeline.sampling import plan as run

    typer.echo(run(Workspace.at(Path.cwd()), design))


@sample.command("draw")
def draw_sample(design: DesignFile) -> None:
    """Draw communities, households and Kish tables, and write the fieldwork sheets.

    The record goes to data/raw/sampling/WAVE/draw, the sheets to data/processed/sampling/WAVE.
    The same design gives the same bytes; a wave drawn from another design is refused.

    Example: pipeline sample draw data/raw/sampling/2027/design.toml
    """
    from pipeline.sampling import draw as run

    typer.echo(run(Workspace.at(Path.cwd()), design))


@sample.command("replace")
def replace_community(
    design: DesignFile,
    community: Annotated[str, typer.Argument(help="Code of the community that is lost.")],
    reason: Annotated[str, typer.Option(help="Why it cannot be entered; goes on record.")],
) -> None:
    """Put the next reserve of its stratum in the place of a community that cannot be entered.

    Writes data/raw/sampling/WAVE/field: replacements.csv, and sampling.csv as it then stands.

    Example: pipeline sample replace data/raw/sampling/2027/design.toml 510402-U04 --reason flooded
    """
    from pipeline.sampling import replace as run

    typer.echo(run(Workspace.at(Path.cwd()), design, community, reason))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command; a PipelineError becomes its message and exit code."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    warnings.showwarning = _show_warning
    try:
        app()
    except PipelineError as fault:
        typer.echo(f"{type(fault).__name__}: {fault}", err=True)
        sys.exit(fault.exit_code)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    typer.echo(f"warning: {message}", err=True)
