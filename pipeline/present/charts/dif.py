"""Items that groups of equal level answer differently, the largest differences."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.present import theme
from pipeline.present.charts.canvas import Canvas, canvas, watermark
from pipeline.present.charts.caption import measured_notes, measured_subtitle
from pipeline.present.charts.wrapping import text_width, wrapped
from pipeline.present.context import Context
from pipeline.present.measured import Measured, latest
from pipeline.present.measurement import names, titles
from pipeline.present.results import Results

_MOST = 15
_ROW, _TAIL, _HEAD, _GUTTER = 0.23, 0.42, 0.28, 0.12
_SLIGHT, _LARGE = 1.0, 1.5  # bounds of the ETS classes on the delta scale
_REACH = 2.2  # the axis reaches at least this far
_COLOURS = {"A": theme.REFERENCE, "B": theme.SECOND, "C": theme.TARGET}
_STATEMENT = 0.6


@theme.applied()
def draw(
    results: Results, measurement: Measured, context: Context, *, in_document: bool = False
) -> Figure:
    """One block of rows per grouping; only a statement when no group could be compared."""
    tested = latest(measurement.dif, context)
    tested = tested[tested["mh_delta"].notna()]
    shown = largest(tested, context)
    lines = len(shown) + shown["grouping"].nunique()
    sheet = canvas(
        context,
        title=titles.dif(measurement, context),
        subtitle=measured_subtitle(results, measurement, context),
        notes=measured_notes(context.words("chart.dif.reading"), context, in_document),
        height=_HEAD + lines * _ROW + _TAIL if len(shown) else _STATEMENT,
    )
    if shown.empty:
        _state(sheet, context)
    else:
        _draw_rows(sheet, shown, context)
    return sheet.figure


def largest(tested: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The gravest rows, by grouping in the plan's order and by size within it."""
    size = tested["mh_delta"].abs()
    gravest = tested.assign(size=size).sort_values(
        ["dif", "size", "item"], ascending=[False, False, True], kind="stable"
    )
    rules = context.plan.measurement
    order = list(rules.fairness.groupings) if rules else []
    listed = dict.fromkeys([*order, *sorted(tested["grouping"])])
    place = {grouping: number for number, grouping in enumerate(listed)}
    shown = gravest.head(_MOST)
    return shown.assign(place=shown["grouping"].map(place)).sort_values(
        ["place", "size"], ascending=[True, False], kind="stable"
    )


def _state(sheet: Canvas, context: Context) -> None:
    axes = sheet.axes(0, 0, sheet.width, _STATEMENT)
    axes.set_axis_off()
    watermark(axes, context)
    text = wrapped(context.words("chart.dif.untested"), sheet.width, theme.BODY)
    axes.text(0, 0.5, text, transform=axes.transAxes, va="center", fontsize=theme.BODY)


def _draw_rows(sheet: Canvas, shown: pd.DataFrame, context: Context) -> None:
    rows = [row for _, row in shown.iterrows()]
    figures = max(text_width(_figure(row, context), theme.SMALL) for row in rows)
    named = max(text_width(names.comparison(row, context), theme.SMALL) for row in rows)
    width = sheet.width - named - figures - 2 * _GUTTER
    axes = sheet.axes(named + _GUTTER, _TAIL, width, sheet.height - _TAIL - _HEAD)
    blocks = list(shown.groupby("place", sort=True))
    reach = max(_REACH, 1.08 * shown["size"].max())
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-len(shown) - len(blocks), 0)
    _draw_bands(axes, reach, context)
    left, right, y = -_GUTTER / width, 1 + _GUTTER / width, 0.0
    for _, block in blocks:
        y -= 1
        heading = context.labels.domain(block["grouping"].iloc[0])
        _write(axes, left - named / width, y + 0.5, heading, weight="bold")
        for _, row in block.iterrows():
            y -= 1
            name = names.comparison(row, context)
            _write(axes, left, y + 0.5, name, ha="right")
            axes.plot(
                [0, row["mh_delta"]], [y + 0.5] * 2, color=_COLOURS[row["dif"]], linewidth=1.6
            )
            axes.plot(row["mh_delta"], y + 0.5, "o", color=_COLOURS[row["dif"]], markersize=5)
            _write(axes, right, y + 0.5, _figure(row, context), color=_COLOURS[row["dif"]])


def _draw_bands(axes: Axes, reach: float, context: Context) -> None:
    watermark(axes, context)
    for side in (-1, 1):
        bounds = ((_SLIGHT, _LARGE, 0.35), (_LARGE, reach, 0.7))
        for low, high, alpha in bounds:
            axes.axvspan(*sorted((side * low, side * high)), color=theme.BAND, alpha=alpha,
                         linewidth=0, zorder=-2)  # fmt: skip
    axes.axvline(0, color=theme.QUIET, linewidth=0.8)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ticks = (-_LARGE, -_SLIGHT, 0, _SLIGHT, _LARGE)
    axes.set_xticks(ticks, [context.formats.number(tick, 1) for tick in ticks],
                    fontsize=theme.SMALL)  # fmt: skip
    axes.set_xlabel(context.words("chart.dif.axis"), fontsize=theme.SMALL)
    middles = {"C": (_LARGE + reach) / 2, "B": (_SLIGHT + _LARGE) / 2, "A": 0.0}
    for name, middle in middles.items():
        for x in sorted({-middle, middle}):
            axes.annotate(
                context.words(f"chart.dif.band.{name}"), (x, 1), (0, 4), ha="center",
                xycoords=("data", "axes fraction"), textcoords="offset points",
                fontsize=theme.SMALL, color=_COLOURS[name],
            )  # fmt: skip


def _figure(row: pd.Series, context: Context) -> str:
    return context.formats.signed(row["mh_delta"], 2)


def _write(axes: Axes, x: float, y: float, text: str, **style: object) -> None:
    style = {"fontsize": theme.SMALL, "va": "center_baseline", "ha": "left", **style}
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), **style)
