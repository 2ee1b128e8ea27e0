"""The column of labels at the right end of lines: every line is named where it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pipeline.present import theme
from pipeline.present.charts.placement import spread
from pipeline.present.charts.wrapping import POINTS_PER_INCH, headline, text_width

_WIDEST = 1.12
_LINE = 1.5 * theme.SMALL / POINTS_PER_INCH


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A name with its last value, tied to the point (x, share) where a line ends."""

    text: str
    x: float
    share: float
    color: str
    weight: str = "normal"

    @property
    def lines(self) -> str:
        """The text broken to the width of the column."""
        return headline(self.text, _WIDEST, theme.SMALL, self.weight)

    @property
    def height(self) -> float:
        """Inches that the lines take."""
        return (self.lines.count("\n") + 1) * _LINE


def column_width(labels: Sequence[EndLabel]) -> float:
    """Inches that the widest label takes."""
    widths = [
        text_width(line, theme.SMALL, label.weight)
        for label in labels
        for line in label.lines.split("\n")
    ]
    return max(widths, default=0.0)


def draw_column(axes: Axes, labels: Sequence[EndLabel], left: float, edge: float) -> None:
    """Write the labels from x = `left` on, moved apart, with leaders from x = `edge`."""
    low, high = axes.get_ylim()
    inch = (high - low) / (axes.get_position().height * axes.figure.get_size_inches()[1])
    heights = spread(
        [label.share for label in labels], [label.height * inch for label in labels], low, high
    )
    for label, y in zip(labels, heights, strict=True):
        style = {"color": label.color, "linewidth": 0.6, "zorder": 1}
        axes.plot((label.x, edge), (label.share, label.share), linestyle=(0, (1, 1.5)), **style)
        axes.plot((edge, left - 0.2 * (left - edge)), (label.share, y), **style)
        axes.text(
            left,
            y,
            label.lines,
            color=label.color,
            weight=label.weight,
            fontsize=theme.SMALL,
            va="center",
            linespacing=1.1,
        )
