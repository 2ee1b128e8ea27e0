"""Targets on the trend chart: lines to the year they are due, or beyond the chart's edge."""

import pandas as pd
from matplotlib.axes import Axes

from pipeline.present import theme
from pipeline.present.charts.endlabels import EndLabel
from pipeline.present.charts.placement import Placer
from pipeline.present.context import Context
from pipeline.present.sentences import target_condition, target_title

_DUE, _FUTURE = (0, (5, 2.5)), (0, (1, 2))


def target_labels(targets: pd.DataFrame, last: float, context: Context) -> list[EndLabel]:
    """One label per target, where its line ends."""
    return [
        EndLabel(
            context.words(
                "target.named",
                title=target_title(row, context),
                condition=target_condition(row, context),
            ),
            min(row["target_year"], last),
            row["target"],
            theme.TARGET,
        )
        for _, row in targets.iterrows()
    ]


def draw_targets(
    axes: Axes, targets: pd.DataFrame, first: float, last: float, placer: Placer
) -> None:
    """Dashed lines up to the year due; dotted ones where that lies beyond `last`."""
    for _, row in targets.iterrows():
        is_ahead = row["target_year"] > last
        start, end = (first, row["target"]), (min(row["target_year"], last), row["target"])
        style = {"color": theme.TARGET, "linewidth": 1.0, "zorder": 1.5}
        axes.plot(*zip(start, end, strict=True), linestyle=_FUTURE if is_ahead else _DUE, **style)
        if not is_ahead:
            axes.plot(*end, marker="|", markersize=9, **style)
        placer.avoid_segment(start, end)
