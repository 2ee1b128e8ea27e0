"""Putting labels where they meet neither each other nor the data."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from pipeline.present import theme

_STEP = 3.0  # pixels to either side of a line that labels stay away
_HALO = withStroke(linewidth=2.2, foreground="white")
# Offsets in points and alignments, tried in this order.
_BESIDE = (
    (0, 4, "center", "bottom"),
    (0, -4, "center", "top"),
    (5, 5, "left", "bottom"),
    (-5, 5, "right", "bottom"),
    (5, -5, "left", "top"),
    (-5, -5, "right", "top"),
    (5, 12, "left", "bottom"),
    (-5, 12, "right", "bottom"),
)
_FARTHER = tuple((0, sign * dy, "center", va) for dy in (12, 20, 28, 36)
                 for sign, va in ((1, "bottom"), (-1, "top")))  # fmt: skip


class Placer:
    """Places labels on axes one after another, around boxes already taken (in pixels)."""

    def __init__(self, axes: Axes) -> None:
        """Start with the axes' limits final and nothing taken."""
        self.axes = axes
        self.taken: list[Bbox] = []
        self._renderer = axes.figure.canvas.get_renderer()

    def avoid(self, points: Iterable[tuple[float, float]], radius: float = 4.0) -> None:
        """Keep labels off data points."""
        for point in points:
            x, y = self.axes.transData.transform(point)
            self.taken.append(Bbox.from_extents(x - radius, y - radius, x + radius, y + radius))

    def avoid_segment(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Keep labels off a line."""
        (x0, y0), (x1, y1) = self.axes.transData.transform([start, end])
        steps = math.ceil(math.hypot(x1 - x0, y1 - y0) / _STEP) or 1
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
            self.taken.append(Bbox.from_extents(x - _STEP, y - _STEP, x + _STEP, y + _STEP))

    def take(self, label: Text) -> None:
        """Keep later labels off one that is already written."""
        self.taken.append(label.get_window_extent(self._renderer))

    def put_beside(self, text: str, point: tuple[float, float], *, color: str) -> bool:
        """Write `text` next to `point` where it is free; False when it is free nowhere."""
        return any(self._put(text, point, place, color=color) for place in _BESIDE)

    def put_at_ends(
        self,
        text: str,
        below: tuple[float, float],
        above: tuple[float, float],
        *,
        color: str,
        weight: str = "bold",
    ) -> None:
        """Write `text` under or over an interval, farther off when near places are taken."""
        places = (*_BESIDE[1::-1], *_FARTHER)
        style = {"color": color, "weight": weight}
        for place in places:
            if self._put(text, above if place[1] > 0 else below, place, **style):
                return
        # Where no place is free the figure still matters more than the tidiness.
        self._write(text, below, places[0], **style)

    def _put(
        self,
        text: str,
        point: tuple[float, float],
        place: tuple[float, float, str, str],
        **style: str,
    ) -> bool:
        label = self._write(text, point, place, **style)
        if not self._fits(label):
            label.remove()
            return False
        self.take(label)
        return True

    def _write(
        self,
        text: str,
        point: tuple[float, float],
        place: tuple[float, float, str, str],
        **style: str,
    ) -> Text:
        dx, dy, across, up = place
        return self.axes.annotate(
            text,
            point,
            (dx, dy),
            textcoords="offset points",
            ha=across,
            va=up,
            fontsize=theme.SMALL,
            path_effects=[_HALO],
            zorder=6,
            **style,
        )

    def _fits(self, label: Text) -> bool:
        box = label.get_window_extent(self._renderer)
        room = self.axes.get_window_extent(self._renderer)
        is_inside = box.x0 >= room.x0 and box.x1 <= room.x1 and box.y1 <= room.y1
        return is_inside and box.y0 >= room.y0 and not any(map(box.overlaps, self.taken))


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbours that touch: members from the lowest on, placed as one around a centre."""

    centre: float
    members: tuple[int, ...]
    height: float

    def within(self, low: float, high: float) -> "_Block":
        half = self.height / 2
        centre = min(max(self.centre, low + half), high - half)
        return replace(self, centre=centre)

    def joined(self, upper: "_Block") -> "_Block":
        count = len(self.members) + len(upper.members)
        centre = (self.centre * len(self.members) + upper.centre * len(upper.members)) / count
        return _Block(centre, self.members + upper.members, self.height + upper.height)


def spread(
    wanted: Sequence[float], heights: Sequence[float], low: float, high: float
) -> list[float]:
    """Positions as near the wanted ones as their heights allow without touching.

    Neighbours that would touch are moved apart as one block around their mean.

    Args:
        wanted: centres in any order.
        heights: room that each one needs.
        low: lower end of the whole room.
        high: upper end of the whole room.
    """
    blocks: list[_Block] = []
    for i in sorted(range(len(wanted)), key=lambda i: (wanted[i], i)):
        block = _Block(wanted[i], (i,), heights[i]).within(low, high)
        while blocks and block.centre - blocks[-1].centre < (block.height + blocks[-1].height) / 2:
            block = blocks.pop().joined(block).within(low, high)
        blocks.append(block)
    positions = [0.0] * len(wanted)
    for block in blocks:
        bottom = block.centre - block.height / 2
        for i in block.members:
            positions[i] = bottom + heights[i] / 2
            bottom += heights[i]
    return positions
