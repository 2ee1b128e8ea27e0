"""The sheet a chart is drawn on: mark, title, subtitle, room for axes, source lines.

Heights follow from the wrapped texts, so nothing can be cut off. The width is that of
the text block of an official A4 page: charts are printed at their own size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipeline.present import theme
from pipeline.present.charts.wrapping import POINTS_PER_INCH, headline, text_width, wrapped
from pipeline.present.context import Context

WIDTH = 6.14
MARGIN = 0.12
WATERMARK = "watermark"
_LEADING = 1.34
_AIR = 0.05
_LINE_SPACING = 1.3


@dataclass(frozen=True, slots=True)
class Canvas:
    """A figure with its texts set; `left`, `bottom`, `width` and `height` are the free room."""

    figure: Figure
    left: float
    bottom: float
    width: float
    height: float

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Axes within the free room, all measures in inches."""
        across, up = self.figure.get_size_inches()
        place = (
            (self.left + left) / across,
            (self.bottom + bottom) / up,
            width / across,
            height / up,
        )
        return self.figure.add_axes(place)


def canvas(
    context: Context, *, title: str, subtitle: str, notes: Sequence[str], height: float
) -> Canvas:
    """A sheet with `height` inches of free room between subtitle and notes."""
    room = WIDTH - 2 * MARGIN
    heading = headline(title, room, theme.TITLE, "bold")
    below = wrapped(subtitle, room, theme.SMALL)
    foot = "\n".join(wrapped(note, room, theme.SMALL) for note in notes)
    mark_height = 0.27 if context.is_synthetic else 0.0
    head_height, sub_height = _height(heading, theme.TITLE), _height(below, theme.SMALL)
    foot_height = _height(foot, theme.SMALL)
    total = mark_height + head_height + _AIR + sub_height + height + foot_height + 4 * MARGIN
    figure = Figure(figsize=(WIDTH, total))
    FigureCanvasAgg(figure)
    top = total - mark_height - MARGIN
    _write(figure, heading, top, theme.TITLE, weight="bold")
    _write(figure, below, top - head_height - _AIR, theme.SMALL, color=theme.QUIET)
    _write(figure, foot, foot_height + MARGIN, theme.SMALL, color=theme.QUIET)
    if context.is_synthetic:
        _mark(figure, context, mark_height)
    return Canvas(figure, MARGIN, foot_height + 2 * MARGIN, room, height)


def watermark(axes: Axes, context: Context) -> None:
    """Write the mark of synthetic results behind the data, where cropping cannot lose it."""
    if not context.is_synthetic:
        return
    text = context.words("mark.synthetic")
    width = axes.get_position().width * axes.figure.get_size_inches()[0]
    axes.text(
        0.5,
        0.5,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center",
        fontsize=min(40, 0.8 * width / text_width(text, 1, "bold")),
        weight="bold",
        color=theme.FAINT,
        alpha=0.4,
        zorder=-1,
        gid=WATERMARK,
    )


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * _LEADING / POINTS_PER_INCH


def _write(figure: Figure, text: str, top: float, size: float, **style: str) -> None:
    across, up = figure.get_size_inches()
    figure.text(
        MARGIN / across,
        top / up,
        text,
        va="top",
        fontsize=size,
        linespacing=_LINE_SPACING,
        **style,
    )


def _mark(figure: Figure, context: Context, height: float) -> None:
    up = figure.get_size_inches()[1]
    band = Rectangle(
        (0, 1 - height / up),
        1,
        height / up,
        transform=figure.transFigure,
        color=theme.WARNING,
        linewidth=0,
    )
    figure.add_artist(band)
    figure.text(
        0.5,
        1 - height / up / 2,
        context.notice,
        ha="center",
        va="center",
        fontsize=theme.BODY,
        weight="bold",
    )
