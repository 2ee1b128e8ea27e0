"""Who chooses which answer: the most doubtful items, a small picture each."""

from itertools import cycle

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pipeline.present import theme
from pipeline.present.charts.canvas import Canvas, canvas, watermark
from pipeline.present.charts.caption import measured_notes, measured_subtitle
from pipeline.present.charts.placement import spread
from pipeline.present.charts.wrapping import shortened, text_width
from pipeline.present.context import Context
from pipeline.present.measured import EVERYBODY, Measured, latest, worst_items
from pipeline.present.measurement import names, titles
from pipeline.present.results import Results

_ACROSS = 2
_LEFT, _BETWEEN, _LABELS = 0.42, 0.2, 1.0
_HEAD, _HEIGHT, _BOTTOM = 0.36, 1.1, 0.36
_GAP = 0.1  # between an item's name and its text
_LINE = 1.25 * theme.SMALL / 72
_RARE = 0.02  # a missing answer below this share makes no visible line
_LABELLED = (-0.05, 1.1)  # shares between which the names of options may stand
_DASHES = ((0, (4, 2)), (0, (1, 1.5)), (0, (5, 1, 1, 1)), "-")


@theme.applied()
def draw(
    results: Results, measurement: Measured, context: Context, *, in_document: bool = False
) -> Figure:
    """Share of each answer by fifth of the people, the weakest fifth first."""
    chosen = worst_items(measurement, context)
    options = latest(measurement.options, context)
    rows = -(-len(chosen) // _ACROSS)
    sheet = canvas(
        context,
        title=titles.distractors(measurement, context),
        subtitle=measured_subtitle(results, measurement, context),
        notes=measured_notes(context.words("chart.distractors.reading"), context, in_document),
        height=rows * (_HEAD + _HEIGHT + _BOTTOM),
    )
    for place, (_, item) in enumerate(chosen.iterrows()):
        mine = options[(options["item"] == item["item"]) & (options["band"] != EVERYBODY)]
        _draw_item(_panel(sheet, place), item["item"], mine, context)
    return sheet.figure


def _panel(sheet: Canvas, place: int) -> Axes:
    down, across = divmod(place, _ACROSS)
    whole = (sheet.width - (_ACROSS - 1) * _BETWEEN) / _ACROSS
    top = sheet.height - down * (_HEAD + _HEIGHT + _BOTTOM) - _HEAD
    left = across * (whole + _BETWEEN) + _LEFT
    return sheet.axes(left, top - _HEIGHT, whole - _LEFT - _LABELS, _HEIGHT)


def _draw_item(axes: Axes, item: str, rows: pd.DataFrame, context: Context) -> None:
    bands = sorted(rows["band"].unique(), key=int)
    axes.set_xlim(-0.2, len(bands) - 1)
    axes.set_ylim(0, 1)
    axes.set_xticks(range(len(bands)), bands, fontsize=theme.SMALL)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    axes.grid(axis="y", color=theme.FAINT, linewidth=0.5)
    watermark(axes, context)
    width = axes.get_position().width * axes.figure.get_size_inches()[0] + _LABELS
    room = width - text_width(item, theme.SMALL, "bold") - _GAP
    text = names.item_text(item, context)
    _head(axes, item, shortened(text, room, theme.SMALL, context.words("measured.ellipsis")))
    axes.set_xlabel(context.words("chart.distractors.fifths"), fontsize=theme.SMALL, labelpad=1)
    _draw_options(axes, item, rows, bands, context)


def _head(axes: Axes, item: str, text: str) -> None:
    bold = axes.annotate(
        item, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points",
        fontsize=theme.SMALL, weight="bold",
    )  # fmt: skip
    axes.annotate(text, (1, 0), (5, 0), xycoords=bold, textcoords="offset points",
                  fontsize=theme.SMALL)  # fmt: skip


def _draw_options(
    axes: Axes, item: str, rows: pd.DataFrame, bands: list[str], context: Context
) -> None:
    ends, styles = [], []
    dashes = cycle(_DASHES)
    for (option, is_key), part in _seen(rows).groupby(["option", "is_key"], sort=True):
        shares = part.set_index("band")["share"].reindex(bands)
        line = {"linewidth": 2.0} if is_key else {"linewidth": 1.0, "linestyle": next(dashes)}
        color = theme.MAIN if is_key else theme.QUIET
        axes.plot(range(len(bands)), shares, color=color, **line)
        if pd.notna(shares.iloc[-1]):
            ends.append(shares.iloc[-1])
            weight = "bold" if is_key else "normal"
            styles.append((names.option(item, option, context), color, weight))
    places = spread(ends, [_LINE / _HEIGHT] * len(ends), *_LABELLED)
    ellipsis = context.words("measured.ellipsis")
    for (name, color, weight), y in zip(styles, places, strict=True):
        text = shortened(name, _LABELS - _GAP, theme.SMALL, ellipsis, weight)
        axes.annotate(
            text, (1, y), (5, 0), xycoords=axes.get_yaxis_transform(), va="center_baseline",
            textcoords="offset points", fontsize=theme.SMALL, color=color, weight=weight,
        )  # fmt: skip


def _seen(rows: pd.DataFrame) -> pd.DataFrame:
    """Options, and the kinds of missing answer that some fifth gave often enough to be seen."""
    often = rows.groupby("option")["share"].transform("max") >= _RARE
    return rows[often | rows["option"].str.isdecimal()]
