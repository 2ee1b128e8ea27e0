"""How sure a pass is at each score, above the bars of people with that score."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pipeline.config.standard import TotalRule
from pipeline.present import theme
from pipeline.present.charts.canvas import Canvas, canvas, watermark
from pipeline.present.charts.caption import measured_notes, measured_subtitle
from pipeline.present.charts.latent import draw_cut, draw_legend
from pipeline.present.context import Context
from pipeline.present.measured import Measured, latest
from pipeline.present.measurement import titles
from pipeline.present.results import Results

_LEFT, _RIGHT, _BOTTOM, _BETWEEN, _HEAD = 0.46, 0.1, 0.42, 0.36, 0.3
_BARS = 0.6
_CURVES, _CURVES_IN_DOCUMENT = 1.6, 1.0
_SHOWN = 0.9  # width of a bar, its place being 1


@theme.applied()
def draw(
    results: Results, measurement: Measured, context: Context, *, in_document: bool = False
) -> Figure:
    """Above: chances of a true pass and of another pass. Below: people by score."""
    height = _CURVES_IN_DOCUMENT if in_document else _CURVES
    sheet = canvas(
        context,
        title=titles.accuracy(measurement, context),
        subtitle=measured_subtitle(results, measurement, context),
        notes=measured_notes(context.words("chart.accuracy.reading"), context, in_document),
        height=_HEAD + height + _BETWEEN + _BARS + _BOTTOM,
    )
    rows = latest(measurement.accuracy_by_score, context).sort_values("score")
    curves, bars = _panels(sheet, rows, height)
    _draw_curves(curves, rows, context)
    _draw_bars(bars, rows, context)
    rule = context.standard.passing
    if isinstance(rule, TotalRule):
        cut = context.words("chart.accuracy.cut", cut=f"{rule.cut:g}")
        draw_cut(curves, rule.cut, cut, left=True)
        bars.axvline(rule.cut, color=theme.TARGET, linewidth=1, linestyle=(0, (4, 2)))
    return sheet.figure


def _panels(sheet: Canvas, rows: pd.DataFrame, height: float) -> tuple[Axes, Axes]:
    width = sheet.width - _LEFT - _RIGHT
    curves = sheet.axes(_LEFT, _BOTTOM + _BARS + _BETWEEN, width, height)
    bars = sheet.axes(_LEFT, _BOTTOM, width, _BARS)
    step = _step(rows)
    for axes in (curves, bars):
        axes.set_xlim(rows["score"].min() - step, rows["score"].max() + step)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 5, 10], integer=True))
    curves.tick_params(axis="x", labelbottom=False)
    return curves, bars


def _draw_curves(axes: Axes, rows: pd.DataFrame, context: Context) -> None:
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid(axis="y", color=theme.FAINT, linewidth=0.5)
    watermark(axes, context)
    styles = {
        "prob_true": {"color": theme.MAIN, "linewidth": 2.0},
        "prob_again": {"color": theme.SECOND, "linewidth": 1.6, "linestyle": (0, (4, 2))},
    }
    for name, style in styles.items():
        axes.plot(rows["score"], rows[name], label=context.words(f"chart.accuracy.{name}"), **style)
    draw_legend(axes)


def _draw_bars(axes: Axes, rows: pd.DataFrame, context: Context) -> None:
    colours = [theme.MAIN if passes else theme.EARLIER for passes in _passes(rows, context)]
    axes.bar(rows["score"], rows["score_share"], width=_SHOWN * _step(rows), color=colours)
    axes.yaxis.set_major_locator(MaxNLocator(3))
    watermark(axes, context)
    axes.set_xlabel(context.words("chart.accuracy.score"), fontsize=theme.SMALL)
    axes.annotate(
        context.words("chart.accuracy.people"), (0, 1), (0, 5), xycoords="axes fraction",
        textcoords="offset points", fontsize=theme.SMALL,
    )  # fmt: skip


def _passes(rows: pd.DataFrame, context: Context) -> pd.Series:
    rule = context.standard.passing
    if not isinstance(rule, TotalRule):
        return pd.Series(False, index=rows.index)
    return rows["score"] >= rule.cut if rule.inclusive else rows["score"] > rule.cut


def _step(rows: pd.DataFrame) -> float:
    """Distance of neighbouring scores."""
    steps = rows["score"].diff().dropna()
    return float(steps.min()) if len(steps) else 1.0
