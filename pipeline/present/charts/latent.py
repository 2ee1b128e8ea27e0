"""What charts along the latent scale share: axis, people, the cut, and legends."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pipeline.present import theme
from pipeline.present.charts.wrapping import text_width
from pipeline.present.context import Context
from pipeline.present.measured import Measured, ability_at_cut, latest

_VISIBLE = 0.01  # people below this share of the peak are left out
_TALLEST = 0.9  # height of the people's hill in its axes
_SAMPLE, _APART = 0.42, 0.16  # inches of a sample line and between entries
_CLEAR = 0.1  # inches around the name of the cut


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LatentScale:
    """The scale of the latest wave: its curves, its visible part, and the cut."""

    curves: pd.DataFrame
    low: float
    high: float
    cut: float | None

    @classmethod
    def of(cls, measurement: Measured, context: Context) -> "LatentScale":
        """As wide as there are people."""
        curves = latest(measurement.curves, context).sort_values("ability")
        peopled = curves.loc[curves["density"] >= _VISIBLE * curves["density"].max(), "ability"]
        return cls(
            curves=curves,
            low=float(peopled.min()),
            high=float(peopled.max()),
            cut=ability_at_cut(measurement, context),
        )

    def set_up(self, axes: Axes, context: Context) -> None:
        """Ticks at whole numbers, each with the score expected there below it."""
        axes.set_xlim(self.low, self.high)
        ticks = np.arange(np.ceil(self.low), np.floor(self.high) + 1)
        scores = np.interp(ticks, self.curves["ability"], self.curves["expected_score"])
        show, words = context.formats, context.words
        labels = [
            f"{show.number(tick, 0)}\n{words('chart.latent.expected', score=show.count(score))}"
            for tick, score in zip(ticks, scores, strict=True)
        ]
        axes.set_xticks(ticks, labels, fontsize=theme.SMALL)
        axes.set_xlabel(words("chart.latent.axis"), fontsize=theme.SMALL)

    def draw_people(self, axes: Axes, label: str) -> None:
        """The hill of people, without a scale of its own."""
        tall = self.curves["density"] / self.curves["density"].max() * _TALLEST
        axes.fill_between(self.curves["ability"], tall, color=theme.BAND, linewidth=0, label=label)


def draw_cut(axes: Axes, at: float, label: str, *, left: bool = False) -> None:
    """A dashed line at the cut, named on one side of its upper end, or on the other for room."""
    axes.axvline(at, color=theme.TARGET, linewidth=1, linestyle=(0, (4, 2)))
    low, high = axes.get_xlim()
    width = axes.get_position().width * axes.figure.get_size_inches()[0]
    wanted = (text_width(label, theme.SMALL) + _CLEAR) * (high - low) / width
    is_left = at - low > wanted if left else high - at < wanted
    axes.annotate(
        label, (at, 1), (-4 if is_left else 4, -3), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha="right" if is_left else "left", va="top",
        fontsize=theme.SMALL, color=theme.TARGET, zorder=6,
        bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1},
    )  # fmt: skip


def draw_legend(axes: Axes) -> None:
    """Names of lines and areas above the axes, in as many rows as they need."""
    handles, labels = axes.get_legend_handles_labels()
    room = axes.get_position().width * axes.figure.get_size_inches()[0]
    widest = max(text_width(label, theme.SMALL) for label in labels) + _SAMPLE + _APART
    columns = max(1, min(len(labels), int(room / widest)))
    axes.legend(
        handles, labels, ncols=columns, loc="lower left", bbox_to_anchor=(0, 1), frameon=False,
        fontsize=theme.SMALL, borderaxespad=0.2, borderpad=0, columnspacing=1.4,
        handlelength=1.8, handletextpad=0.5, labelspacing=0.3,
    )  # fmt: skip
