"""Stage report: brief, workbook and annex on the measurement, in every language."""

from pipeline.config.workspace import Workspace
from pipeline.io.output import replacing, write_files
from pipeline.present.brief import brief
from pipeline.present.files import file_name
from pipeline.present.measured import of_latest
from pipeline.present.measurement.annex import annex
from pipeline.present.workbook import workbook
from pipeline.stages._outputs import contexts, released


def run(workspace: Workspace) -> str:
    """Write all reports and return the summary line."""
    results = released(workspace)
    names: list[str] = []
    with replacing(workspace.processed("report")) as out:
        for context in contexts(workspace):
            files = {
                file_name("brief", "docx", context): brief(results, context),
                file_name("estimates", "xlsx", context): workbook(results, context),
            }
            measurement = of_latest(results.measurement, context)
            if measurement is not None:
                name = file_name("measurement", "docx", context)
                files[name] = annex(results, measurement, context)
            write_files(out / context.words.language, files)
            names += files
    return f"report: {', '.join(names)}"
