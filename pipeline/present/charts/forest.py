"""Rows of dots with intervals: one row per category, its figures written out beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.present import theme
from pipeline.present.charts.canvas import Canvas, watermark
from pipeline.present.charts.wrapping import text_width, wrapped
from pipeline.present.context import Context
from pipeline.present.results import REVIEW, is_withheld

ROW = 0.25
_TAIL = 0.44  # room for the axis and the name of the area's line
_NAME_SHARE = 0.34
_GUTTER = 0.14


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A category with its estimate, or a heading when there is no estimate."""

    name: str
    estimate: pd.Series | None = None


def forest_height(rows: Sequence[ForestRow]) -> float:
    """Inches that the rows and the axis take."""
    return len(rows) * ROW + ROW + _TAIL


def draw_forest(
    sheet: Canvas, rows: Sequence[ForestRow], city: pd.Series, context: Context
) -> Axes:
    """Draw the rows from top to bottom, with the area's own share as a line with its band."""
    names = min(_name_width(rows), sheet.width * _NAME_SHARE)
    figures = _figures_width(rows, context)
    width = sheet.width - names - figures - 2 * _GUTTER
    axes = sheet.axes(names + _GUTTER, _TAIL, width, sheet.height - _TAIL)
    top = len(rows)
    axes.set_ylim(-0.5, top)
    axes.set_xlim(0, _reach(rows, city))
    watermark(axes, context)
    _draw_city(axes, city, context)
    right, left = 1 + _GUTTER / width, -_GUTTER / width
    _write(axes, right, top - 0.1, context.words("chart.forest.columns"), color=theme.QUIET)
    for place, row in enumerate(rows):
        y = top - 1 - place
        if row.estimate is None:
            _write(axes, left - names / width, y, row.name, weight="bold")
            continue
        name = wrapped(row.name, names, theme.SMALL)
        _write(axes, left, y, name, ha="right", linespacing=1.05)
        _write(axes, right, y, figures_text(row.estimate, context),
               color=theme.QUIET if is_withheld(row.estimate) else theme.INK)  # fmt: skip
        _draw_row(axes, row.estimate, y)
    _finish(axes)
    return axes


def figures_text(row: pd.Series, context: Context) -> str:
    """Share with interval and sample size, or why there is none."""
    if is_withheld(row):
        return context.words("mark.withheld")
    show = context.formats
    key = "chart.forest.review" if row["flag"] == REVIEW else "chart.forest.figures"
    return context.words(
        key,
        share=show.percent(row["estimate"]),
        interval=show.interval(row["ci_low"], row["ci_high"]),
        n=show.count(row["n"]),
    )


def _name_width(rows: Sequence[ForestRow]) -> float:
    return max(text_width(r.name, theme.SMALL) for r in rows if r.estimate is not None) + 0.02


def _figures_width(rows: Sequence[ForestRow], context: Context) -> float:
    texts = [figures_text(r.estimate, context) for r in rows if r.estimate is not None]
    return max(text_width(t, theme.SMALL) for t in [*texts, context.words("chart.forest.columns")])


def _reach(rows: Sequence[ForestRow], city: pd.Series) -> float:
    shown = [r.estimate for r in rows if r.estimate is not None]
    highs = pd.Series([row["ci_high"] for row in [*shown, city]]).dropna()
    return max(highs, default=1.0) * 1.06


def _draw_city(axes: Axes, city: pd.Series, context: Context) -> None:
    if is_withheld(city):
        return
    axes.axvspan(city["ci_low"], city["ci_high"], color=theme.BAND, alpha=0.6, linewidth=0)
    axes.axvline(city["estimate"], color=theme.MAIN, linewidth=1.2, linestyle=(0, (5, 2)))
    axes.set_xlabel(
        context.words(
            "chart.forest.city",
            area=context.area,
            share=context.formats.percent(city["estimate"]),
            interval=context.formats.interval(city["ci_low"], city["ci_high"]),
        ),
        color=theme.MAIN,
        fontsize=theme.SMALL,
    )


def _draw_row(axes: Axes, row: pd.Series, y: float) -> None:
    if is_withheld(row):
        return
    reach = [[row["estimate"] - row["ci_low"]], [row["ci_high"] - row["estimate"]]]
    axes.errorbar(
        row["estimate"], y, xerr=reach, color=theme.MAIN, elinewidth=1.6, capsize=3, marker="o",
        markersize=6, markerfacecolor="white" if row["flag"] == REVIEW else theme.MAIN,
    )  # fmt: skip


def _write(axes: Axes, x: float, y: float, text: str, **style: object) -> None:
    style = {"fontsize": theme.SMALL, "va": "center_baseline", "ha": "left", **style}
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), **style)


def _finish(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    axes.grid(axis="x", color=theme.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
