"""Stage report: the brief and the workbook, in every language of the workspace."""

from pipeline.config.workspace import Workspace
from pipeline.io.output import replacing, write_files
from pipeline.present.brief import brief
from pipeline.present.files import file_name
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
            write_files(out / context.words.language, files)
            names += files
    return f"report: {', '.join(names)}"
