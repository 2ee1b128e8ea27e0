"""Items along the latent scale, hanging below the hill of people."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.present import theme
from pipeline.present.charts.canvas import MARGIN, WIDTH, canvas, watermark
from pipeline.present.charts.caption import measured_notes, measured_subtitle
from pipeline.present.charts.latent import LatentScale, draw_cut, draw_legend
from pipeline.present.charts.wrapping import text_width
from pipeline.present.context import Context
from pipeline.present.measured import Measured, latest
from pipeline.present.measurement import names, titles
from pipeline.present.results import Results

_SIDE, _BOTTOM, _HEAD, _HILL = 0.18, 0.58, 0.3, 0.95
_ROW, _GAP = 0.185, 0.09  # inches of a row of items and between columns
_KINDS = {
    "anchor": {"facecolor": theme.MAIN, "edgecolor": theme.MAIN},
    "other": {"facecolor": "white", "edgecolor": theme.REFERENCE},
    "doubtful": {"facecolor": theme.WARNING, "edgecolor": theme.SECOND},
}


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Items of like difficulty, the easiest first, under the middle of their place."""

    centre: float
    items: pd.DataFrame


@theme.applied()
def draw(
    results: Results, measurement: Measured, context: Context, *, in_document: bool = False
) -> Figure:
    """One box per item under the place where people of that level stand."""
    scale = LatentScale.of(measurement, context)
    items = latest(measurement.item_statistics, context)
    located = items[items["location"].notna()].sort_values(["location", "item"])
    width = WIDTH - 2 * MARGIN - 2 * _SIDE
    columns = _columns(located, scale, width)
    height = _ROW * max(len(column.items) for column in columns)
    sheet = canvas(
        context,
        title=titles.item_map(measurement, context),
        subtitle=measured_subtitle(results, measurement, context),
        notes=measured_notes(_reading(items, located, scale, context), context, in_document),
        height=_HEAD + _HILL + height + _BOTTOM,
    )
    hill = sheet.axes(_SIDE, _BOTTOM + height, width, _HILL)
    boxes = sheet.axes(_SIDE, _BOTTOM, width, height)
    _draw_hill(hill, scale, located, context)
    _draw_boxes(boxes, columns, scale, context)
    return sheet.figure


def _reading(
    items: pd.DataFrame, located: pd.DataFrame, scale: LatentScale, context: Context
) -> str:
    words = context.words
    told = [words("chart.item_map.reading")]
    if not located["location"].between(scale.low, scale.high).all():
        told.append(words("chart.item_map.outside"))
    if len(located) < len(items):
        told.append(words("chart.item_map.unlocated", n=len(items) - len(located)))
    return words("format.sentences").join(told)


def _columns(located: pd.DataFrame, scale: LatentScale, width: float) -> list[_Column]:
    """Columns as wide as the longest name; items beyond the scale stand in the outer ones."""
    widest = max((text_width(name, theme.SMALL) for name in located["item"]), default=1.0)
    edges = np.linspace(scale.low, scale.high, max(2, int(width / (widest + _GAP))) + 1)
    place = np.clip(np.digitize(located["location"], edges) - 1, 0, len(edges) - 2)
    centres = (edges[:-1] + edges[1:]) / 2
    return [_Column(centre, located[place == k]) for k, centre in enumerate(centres)]


def _draw_hill(axes: Axes, scale: LatentScale, located: pd.DataFrame, context: Context) -> None:
    axes.set_xlim(scale.low, scale.high)
    axes.set_ylim(0, 1)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    watermark(axes, context)
    scale.draw_people(axes, context.words("chart.latent.people"))
    for kind in sorted({_kind(row) for _, row in located.iterrows()}):
        label = context.words(f"chart.item_map.{kind}")
        axes.scatter([], [], marker="s", s=50, linewidth=0.8, label=label, **_KINDS[kind])
    draw_legend(axes)
    if scale.cut is not None:
        draw_cut(axes, scale.cut, context.words("chart.latent.cut"))


def _draw_boxes(axes: Axes, columns: list[_Column], scale: LatentScale, context: Context) -> None:
    scale.set_up(axes, context)
    rows = max(len(column.items) for column in columns)
    axes.set_ylim(-rows, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    watermark(axes, context)
    if scale.cut is not None:
        axes.axvline(scale.cut, color=theme.TARGET, linewidth=1, linestyle=(0, (4, 2)), zorder=0)
    for column in columns:
        for place, (_, row) in enumerate(column.items.iterrows()):
            kind = _kind(row)
            axes.text(
                column.centre, -place - 0.5, row["item"], ha="center", va="center_baseline",
                fontsize=theme.SMALL, color="white" if kind == "anchor" else theme.INK,
                bbox={"boxstyle": "round,pad=0.16", "linewidth": 0.8, **_KINDS[kind]},
            )  # fmt: skip


def _kind(row: pd.Series) -> str:
    """A doubt matters more than being an anchor."""
    if names.codes(row["warnings"]):
        return "doubtful"
    return "anchor" if row["is_anchor"] else "other"
