"""The horizontal axis of the trend chart: years, and room for labels right of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from pipeline.present import theme
from pipeline.present.charts.wrapping import text_width

_AIR = (0.2, 0.12)  # inches before the first year and after the last
_LEADER = 0.14  # inches from the axis' end to the labels
_BETWEEN = 0.015  # inches between the labels of neighbouring waves
_APART = 0.08  # inches that the label of another year needs


@dataclass(frozen=True, slots=True, kw_only=True)
class YearScale:
    """Limits of the axis in years; `inch` is the number of years that take an inch."""

    first: float
    last: float
    inch: float
    end: float

    @classmethod
    def fitting(
        cls,
        *,
        waves: Collection[int],
        published: Collection[int] = (),
        width: float,
        label_width: float,
    ) -> "YearScale":
        """A scale for axes `width` inches wide with a label column of `label_width` inches."""
        start, stop = min([*waves, *published]), max([*waves, *published])
        room = width - sum(_AIR) - label_width - _LEADER
        inch = max(stop - start, 1) / room
        first, last = start - _AIR[0] * inch, stop + _AIR[1] * inch
        return cls(first=first, last=last, inch=inch, end=first + width * inch)

    @property
    def labels(self) -> float:
        """Left edge of the label column."""
        return self.last + _LEADER * self.inch

    def set_up(self, axes: Axes, *, waves: Collection[int], others: Collection[int] = ()) -> None:
        """Ticks at all years; waves are labelled, other years where they leave room."""
        axes.set_xlim(self.first, self.end)
        ticks = sorted({*waves, *others})
        axes.set_xticks(ticks, self._labels(ticks, waves), fontsize=theme.SMALL)
        axes.spines["bottom"].set_bounds(self.first, self.last)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)

    def _labels(self, ticks: Sequence[int], waves: Collection[int]) -> list[str]:
        """Year labels; of two waves too close to stand side by side the later goes lower."""
        width = text_width(str(max(waves)), theme.SMALL)
        near, apart = (width + _BETWEEN) * self.inch, (width + _APART) * self.inch
        lines: dict[int, str] = {}
        for year in sorted(waves):
            before = lines.get(max(lines, default=year), "")
            is_lower = bool(before) and year - max(lines) < near and not before.startswith("\n")
            lines[year] = f"\n{year}" if is_lower else str(year)
        for year in ticks:
            if all(abs(year - labelled) >= apart for labelled in lines):
                lines[year] = str(year)
        return [lines.get(year, "") for year in ticks]

    def draw_grid(self, axes: Axes) -> None:
        """Faint lines at the ticks of the vertical axis, as far as the years go."""
        low, high = axes.get_ylim()
        ticks = [tick for tick in axes.get_yticks() if low < tick < high]
        axes.hlines(ticks, self.first, self.last, color=theme.FAINT, linewidth=0.5, zorder=0)
