"""Two categories over the waves, and the difference between them."""

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.present import theme, titles
from pipeline.present.charts.canvas import canvas, watermark
from pipeline.present.charts.caption import flag_notes, paragraph, source, subtitle
from pipeline.present.charts.endlabels import EndLabel, column_width, draw_column
from pipeline.present.charts.placement import Placer
from pipeline.present.charts.years import YearScale
from pipeline.present.context import Context
from pipeline.present.results import POINTS, REVIEW, WITHHELD, Results, gap_rows, headline

_HEIGHT, _BOTTOM, _LEFT, _BETWEEN, _HEAD = 3.0, 0.26, 0.42, 0.3, 0.26
_LEFT_SHARE = 0.6
_STYLES = ((theme.MAIN, "o", -1), (theme.SECOND, "s", 1))
_DODGE = 0.08


@theme.applied()
def draw(results: Results, context: Context, gap: str) -> Figure:
    """Left: the two categories with intervals. Right: their difference in points."""
    points = gap_rows(results, context, gap, POINTS)
    last = points.iloc[-1]
    pair = [_series(results, context, gap, last[f"category_{s}"]) for s in "ab"]
    untested = context.words("chart.gap.untested")
    flags = flag_notes(pd.concat([*pair, points]), context)
    notes = [*paragraph([untested, *flags], context), source(context)]
    sheet = canvas(
        context,
        title=titles.gap(last, context),
        subtitle=subtitle(results, context),
        notes=notes,
        height=_HEIGHT,
    )
    room = sheet.width - 2 * _LEFT - _BETWEEN
    height = _HEIGHT - _BOTTOM - _HEAD
    left = sheet.axes(_LEFT, _BOTTOM, room * _LEFT_SHARE, height)
    start = _LEFT + room * _LEFT_SHARE + _BETWEEN + _LEFT
    right = sheet.axes(start, _BOTTOM, room * (1 - _LEFT_SHARE), height)
    names = [context.labels.category(gap, last[f"category_{s}"]) for s in "ab"]
    shown = [rows[rows["flag"] != WITHHELD] for rows in pair]
    _draw_pair(left, shown, names, context)
    _draw_difference(right, points, context)
    _head(left, context.words("chart.gap.shares"))
    _head(right, context.words("chart.gap.difference", a=names[0], b=names[1]))
    return sheet.figure


def _series(results: Results, context: Context, gap: str, category: str) -> pd.DataFrame:
    rows = headline(results, context)
    rows = rows[(rows["domain"] == gap) & (rows["category"] == category)]
    return rows.assign(year=rows["wave"].map(context.year)).sort_values("year")


def _draw_pair(axes: Axes, pair: list[pd.DataFrame], names: list[str], context: Context) -> None:
    percent = context.formats.percent
    labels = [
        EndLabel(
            context.words("chart.trend.label", name=name, share=percent(row["estimate"])),
            row["year"] + side * _DODGE,
            row["estimate"],
            color,
            "bold",
        )
        for rows, name, (color, _, side) in zip(pair, names, _STYLES, strict=True)
        for _, row in rows.tail(1).iterrows()
    ]
    axes.set_ylim(0, max(rows["ci_high"].max() for rows in pair) * 1.12)
    scale = _set_up(axes, context, column_width(labels), lambda share, _: f"{share:.0%}")
    watermark(axes, context)
    for rows, (color, marker, side) in zip(pair, _STYLES, strict=True):
        axes.plot(rows["year"] + side * _DODGE, rows["estimate"], color=color, linewidth=1.6)
        for _, row in rows.iterrows():
            _dot(axes, row, row["year"] + side * _DODGE, color, marker)
    draw_column(axes, labels, scale.labels, scale.last)


def _draw_difference(axes: Axes, points: pd.DataFrame, context: Context) -> None:
    shown = points[points["flag"] != WITHHELD]
    low, high = min(0, shown["ci_low"].min()), max(0, shown["ci_high"].max())
    air = 0.12 * (high - low)
    axes.set_ylim(low - air, high + air)
    scale = _set_up(axes, context, 0, lambda share, _: context.formats.number(share * 100, 0))
    axes.hlines(0, scale.first, scale.last, color=theme.QUIET, linewidth=0.9)
    watermark(axes, context)
    placer = Placer(axes)
    placer.avoid_segment((scale.first, 0), (scale.last, 0))
    for _, row in shown.iterrows():
        year = context.year(row["wave"])
        _dot(axes, row, year, theme.INK, "D")
        placer.avoid_segment((year, row["ci_low"]), (year, row["ci_high"]))
    for _, row in shown.iterrows():
        year, text = context.year(row["wave"]), context.formats.number(row["estimate"] * 100)
        low, high = (year, row["ci_low"]), (year, row["ci_high"])
        placer.put_at_ends(text, low, high, color=theme.INK, weight="normal")


def _dot(axes: Axes, row: pd.Series, x: float, color: str, marker: str) -> None:
    reach = [[row["estimate"] - row["ci_low"]], [row["ci_high"] - row["estimate"]]]
    axes.errorbar(
        x, row["estimate"], yerr=reach, color=color, elinewidth=1.3, capsize=2.5, marker=marker,
        markersize=5, markerfacecolor="white" if row["flag"] == REVIEW else color,
    )  # fmt: skip


def _set_up(
    axes: Axes, context: Context, label_width: float, formatter: Callable[[float, int], str]
) -> YearScale:
    years = [year for _, year in context.waves]
    width = axes.get_position().width * axes.figure.get_size_inches()[0]
    scale = YearScale.fitting(waves=years, width=width, label_width=label_width)
    scale.set_up(axes, waves=years)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(formatter))
    scale.draw_grid(axes)
    return scale


def _head(axes: Axes, text: str) -> None:
    axes.annotate(
        text, (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points",
        fontsize=theme.BODY, weight="bold",
    )  # fmt: skip
