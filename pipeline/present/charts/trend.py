"""The share over the waves against targets and published figures of other areas."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.fields import WHOLE
from pipeline.present import theme, titles
from pipeline.present.charts import references as published
from pipeline.present.charts.canvas import Canvas, canvas, watermark
from pipeline.present.charts.caption import flag_notes, paragraph, source, subtitle
from pipeline.present.charts.endlabels import EndLabel, column_width, draw_column
from pipeline.present.charts.placement import Placer
from pipeline.present.charts.targets import draw_targets, target_labels
from pipeline.present.charts.years import YearScale
from pipeline.present.context import Context
from pipeline.present.results import (
    REVIEW,
    WITHHELD,
    Results,
    headline,
    latest_change,
    latest_verdicts,
    whole,
)

_LEFT, _BOTTOM = 0.42, 0.33
_HIGH, _LOW = 3.2, 2.6


@dataclass(frozen=True, slots=True)
class _Shown:
    """The area's own waves, published figures of others, and targets."""

    city: pd.DataFrame
    others: list[published.Reference]
    targets: pd.DataFrame

    @property
    def waves(self) -> list[int]:
        return self.city["year"].tolist()

    @property
    def last(self) -> int:
        """The last year with a figure."""
        return max([*self.waves, *published.years(self.others)])

    @property
    def top(self) -> float:
        """Upper end of the axis: room for labels above the highest mark."""
        shares = [*self.city["ci_high"].dropna(), *self.targets["target"]]
        shares += [share for other in self.others for share in other.rows["estimate"]]
        return max(shares, default=1) * 1.16

    def labels(self, context: Context) -> list[EndLabel]:
        """Names of all lines at their right ends."""
        return [
            *target_labels(self.targets, self.last, context),
            *published.end_labels(self.others, min(self.waves), context),
            *_own_label(self.city, context),
        ]


@theme.applied()
def draw(results: Results, context: Context, *, in_document: bool = False) -> Figure:
    """City series with intervals, targets and published reference points.

    In a document that states its sources once the chart is lower and has no source notes.
    """
    others = published.references(results, context)
    shown = _Shown(_city(results, context), others, latest_verdicts(results, context))
    sources = [*published.citations(others, context), source(context)]
    notes = [*_notes(shown, context), *([] if in_document else sources)]
    sheet = _sheet(results, notes, _LOW if in_document else _HIGH, context)
    labels, first = shown.labels(context), min(shown.waves)
    axes, scale = _axes(sheet, shown, column_width(labels))
    watermark(axes, context)
    placer = Placer(axes)
    draw_targets(axes, shown.targets, first, shown.last, placer)
    published.draw_break(axes, others, placer, scale, context)
    for other in others:
        published.draw_line(axes, other, placer, context)
    _draw_city(axes, shown.city, placer, context)
    published.draw_labels(others, first, placer, context)
    draw_column(axes, labels, scale.labels, scale.last)
    return sheet.figure


def _city(results: Results, context: Context) -> pd.DataFrame:
    rows = headline(results, context)
    rows = rows[rows["domain"] == WHOLE]
    return rows.assign(year=rows["wave"].map(context.year)).sort_values("year")


def _notes(shown: _Shown, context: Context) -> list[str]:
    has_break = published.break_year(shown.others, context) is not None
    mark = [context.words("chart.trend.break")] if has_break else []
    return paragraph([*mark, *flag_notes(shown.city, context)], context)


def _sheet(results: Results, notes: list[str], height: float, context: Context) -> Canvas:
    latest, moved = whole(results, context, context.latest), latest_change(results, context)
    return canvas(
        context,
        title=titles.trend(latest, moved, context),
        subtitle=subtitle(results, context),
        notes=notes,
        height=height,
    )


def _axes(sheet: Canvas, shown: _Shown, label_width: float) -> tuple[Axes, YearScale]:
    width, years = sheet.width - _LEFT, published.years(shown.others)
    axes = sheet.axes(_LEFT, _BOTTOM, width, sheet.height - _BOTTOM)
    scale = YearScale.fitting(
        waves=shown.waves, published=years, width=width, label_width=label_width
    )
    axes.set_ylim(0, shown.top)
    scale.set_up(axes, waves=shown.waves, others=years)
    axes.yaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    scale.draw_grid(axes)
    return axes, scale


def _own_label(city: pd.DataFrame, context: Context) -> list[EndLabel]:
    shown = city[city["flag"] != WITHHELD].tail(1)
    return [
        EndLabel(
            context.words(
                "chart.trend.label",
                name=context.area,
                share=context.formats.percent(row["estimate"]),
            ),
            row["year"],
            row["estimate"],
            theme.MAIN,
            "bold",
        )
        for _, row in shown.iterrows()
    ]


def _draw_city(axes: Axes, city: pd.DataFrame, placer: Placer, context: Context) -> None:
    """The area's own line, intervals and values."""
    shown = city[city["flag"] != WITHHELD]
    axes.plot(shown["year"], shown["estimate"], color=theme.MAIN, linewidth=2, zorder=4)
    for _, row in shown.iterrows():
        point = (row["year"], row["estimate"])
        reach = [[row["estimate"] - row["ci_low"]], [row["ci_high"] - row["estimate"]]]
        hollow = row["flag"] == REVIEW
        axes.errorbar(
            *point, yerr=reach, color=theme.MAIN, elinewidth=1.4, capsize=3, marker="o",
            markersize=5.5, markerfacecolor="white" if hollow else theme.MAIN, zorder=5,
        )  # fmt: skip
        placer.avoid_segment((row["year"], row["ci_low"]), (row["year"], row["ci_high"]))
    for _, row in shown.iloc[:-1].iterrows():
        text = context.formats.percent(row["estimate"])
        low, high = (row["year"], row["ci_low"]), (row["year"], row["ci_high"])
        placer.put_at_ends(text, low, high, color=theme.MAIN)
