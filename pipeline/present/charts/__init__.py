"""Charts: one module each, from released tables to a figure; drawn only where data exist."""

from matplotlib.figure import Figure

from pipeline.present.charts import counties, gap, groups, trend
from pipeline.present.context import Context
from pipeline.present.results import POINTS, WITHHELD, Results, gap_rows, headline, is_pair


def draw_all(results: Results, context: Context) -> dict[str, Figure]:
    """Every chart the tables have data for, by name.

    `trend` is always there; `counties` when areas were estimated, `gap_<domain>` for each
    compared domain of two categories, `groups` when the plan reports any grouping.

    Raises:
        FontMissingError: a label has a character without a glyph.
    """
    rows = headline(results, context)
    latest = rows.loc[rows["wave"] == context.latest, "domain"]
    figures = {"trend": trend.draw(results, context)}
    if counties.AREAS in set(latest):
        figures["counties"] = counties.draw(results, context)
    for name in context.plan.estimates.gaps:
        points = gap_rows(results, context, name, POINTS)
        if is_pair(points) and not points["flag"].eq(WITHHELD).all():
            figures[f"gap_{name}"] = gap.draw(results, context, name)
    if groups.group_rows(results, context):
        figures["groups"] = groups.draw(results, context)
    return figures
