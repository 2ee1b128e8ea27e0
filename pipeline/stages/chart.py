"""Stage chart: figures of the released results, in every language of the workspace."""

from pipeline.config.workspace import Workspace
from pipeline.io.output import replacing, write_files
from pipeline.present.charts import draw_all
from pipeline.present.charts.export import export
from pipeline.present.files import file_name
from pipeline.stages._outputs import contexts, released


def run(workspace: Workspace) -> str:
    """Draw all charts and return the summary line."""
    results = released(workspace)
    drawn: list[str] = []
    with replacing(workspace.processed("chart")) as out:
        for context in contexts(workspace):
            for name, figure in draw_all(results, context).items():
                drawn.append(name)
                files = {
                    file_name(name, kind, context): content
                    for kind, content in export(figure).items()
                }
                write_files(out / context.words.language, files)
    names = ", ".join(dict.fromkeys(drawn))
    return f"chart: {len(drawn)} charts ({names}) as svg, png and pdf"
