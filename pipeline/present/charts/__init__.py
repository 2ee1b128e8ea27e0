"""Charts: one module each, from released tables to a figure; drawn only where data exist."""

from collections.abc import Callable

from matplotlib.figure import Figure

from pipeline.present.charts import (
    accuracy,
    counties,
    dif,
    distractors,
    gap,
    groups,
    information,
    item_map,
    trend,
)
from pipeline.present.context import Context
from pipeline.present.measured import Measured, latest, of_latest
from pipeline.present.results import POINTS, WITHHELD, Results, gap_rows, headline, is_pair


def draw_all(results: Results, context: Context) -> dict[str, Figure]:
    """Every chart the tables have data for, by name.

    `trend` is always there; `counties` when areas were estimated, `gap_<domain>` for each
    compared domain of two categories, `groups` when the plan reports any grouping. Charts of
    the measurement follow when the latest wave was examined.

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
    measurement = of_latest(results.measurement, context)
    if measurement is not None:
        for name, draw in measured_charts(measurement, context).items():
            figures[name] = draw(results, measurement, context)
    return figures


def measured_charts(measurement: Measured, context: Context) -> dict[str, Callable[..., Figure]]:
    """Charts of the measurement that its tables have data for, in reading order."""
    has_curves = not latest(measurement.curves, context).empty
    located = latest(measurement.item_statistics, context)["location"].notna()
    wanted = {
        "accuracy": (accuracy.draw, not latest(measurement.accuracy_by_score, context).empty),
        "item_map": (item_map.draw, has_curves and located.any()),
        "information": (information.draw, has_curves),
        "distractors": (distractors.draw, not latest(measurement.options, context).empty),
        "dif": (dif.draw, not latest(measurement.dif, context).empty),
    }
    return {name: draw for name, (draw, has_data) in wanted.items() if has_data}
