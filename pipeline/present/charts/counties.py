"""Areas within the city in the latest wave, each with its interval, beside the city's."""

from matplotlib.figure import Figure

from pipeline.present import theme, titles
from pipeline.present.charts.canvas import canvas
from pipeline.present.charts.caption import flag_notes, paragraph, source, subtitle
from pipeline.present.charts.forest import ForestRow, draw_forest, forest_height
from pipeline.present.context import Context
from pipeline.present.results import Results, headline, of_domain, whole

AREAS = "county"


@theme.applied()
def draw(results: Results, context: Context, *, in_document: bool = False) -> Figure:
    """One row per area in the register's order: the order is no ranking.

    In a document that states its sources once the chart has no source note.
    """
    rows = of_domain(headline(results, context), context, context.latest, AREAS)
    forest = [
        ForestRow(context.labels.category(AREAS, row["category"]), row)
        for _, row in rows.iterrows()
    ]
    order = context.words("chart.counties.order")
    notes = paragraph([order, *flag_notes(rows, context)], context)
    if not in_document:
        notes.append(source(context))
    sheet = canvas(
        context,
        title=titles.areas(rows, context),
        subtitle=subtitle(results, context),
        notes=notes,
        height=forest_height(forest),
    )
    draw_forest(sheet, forest, whole(results, context, context.latest), context)
    return sheet.figure
