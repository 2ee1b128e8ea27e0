"""Groups of the population in the latest wave: sex, age, education, key groups ..."""

import pandas as pd
from matplotlib.figure import Figure

from pipeline.fields import CROSS, WHOLE
from pipeline.present import theme, titles
from pipeline.present.charts.canvas import canvas
from pipeline.present.charts.caption import flag_notes, paragraph, source, subtitle
from pipeline.present.charts.counties import AREAS
from pipeline.present.charts.forest import ForestRow, draw_forest, forest_height
from pipeline.present.context import Context
from pipeline.present.results import Results, headline, of_domain, whole


@theme.applied()
def draw(results: Results, context: Context) -> Figure:
    """One block of rows per grouping, in the plan's order."""
    parts = group_rows(results, context)
    forest = [row for domain, rows in parts.items() for row in _block(domain, rows, context)]
    rows = pd.concat(parts.values())
    has_overlap = any(context.labels.overlaps(domain) for domain in parts)
    overlap = [context.words("chart.groups.overlap")] if has_overlap else []
    notes = [*paragraph([*overlap, *flag_notes(rows, context)], context), source(context)]
    sheet = canvas(
        context,
        title=titles.groups(rows, context),
        subtitle=subtitle(results, context),
        notes=notes,
        height=forest_height(forest),
    )
    draw_forest(sheet, forest, whole(results, context, context.latest), context)
    return sheet.figure


def group_rows(results: Results, context: Context) -> dict[str, pd.DataFrame]:
    """Headline rows of the latest wave by grouping; areas and crossed groupings left out."""
    rows = headline(results, context)
    domains = [d for d in context.plan.estimates.domains if d not in {WHOLE, AREAS}]
    parts = {
        domain: of_domain(rows, context, context.latest, domain)
        for domain in domains
        if CROSS not in domain
    }
    return {domain: part for domain, part in parts.items() if not part.empty}


def _block(domain: str, rows: pd.DataFrame, context: Context) -> list[ForestRow]:
    heading = context.labels.domain(domain)
    if context.labels.overlaps(domain):
        heading = context.words("chart.groups.overlapping", domain=heading)
    members = [
        ForestRow(context.labels.category(domain, row["category"]), row)
        for _, row in rows.iterrows()
    ]
    return [ForestRow(heading), *members]
