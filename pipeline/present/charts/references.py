"""Published figures of other areas, cut where their standard changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise

import pandas as pd
from matplotlib.axes import Axes

from pipeline.fields import WHOLE
from pipeline.present import theme
from pipeline.present.charts.endlabels import EndLabel
from pipeline.present.charts.placement import Placer
from pipeline.present.charts.years import YearScale
from pipeline.present.context import Context
from pipeline.present.results import PUBLISHED, Results

_MARKERS = "s^vDP"
_YEARS_BACK = 10


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Published shares of one area, years in order."""

    name: str
    marker: str
    rows: pd.DataFrame


def references(results: Results, context: Context) -> list[Reference]:
    """Published shares of the context's areas, from some years before the first wave on."""
    figures = results.trend
    is_whole = (figures["kind"] == PUBLISHED) & (figures["domain"] == WHOLE)
    is_recent = figures["year"] >= context.waves[0][1] - _YEARS_BACK
    found = []
    for marker, (code, name) in zip(cycle(_MARKERS), context.references.items(), strict=False):
        rows = figures[is_whole & is_recent & (figures["area_code"] == code)].sort_values("year")
        if not rows.empty:
            found.append(Reference(name, marker, rows.reset_index(drop=True)))
    return found


def is_own(standard: object, context: Context) -> bool:
    """Whether a published standard is the headline one; publications name no version."""
    return str(standard).split("@")[0] == context.standard.id


def is_contemporary(row: pd.Series, context: Context) -> bool:
    """Whether a published figure falls into the waves' years and has their standard."""
    return is_own(row["standard"], context) and row["year"] >= context.waves[0][1]


def break_year(others: Sequence[Reference], context: Context) -> float | None:
    """Where the headline standard takes over from an earlier one; None without a change."""
    if not others:
        return None
    rows = pd.concat([other.rows for other in others])
    own = rows["standard"].map(lambda name: is_own(name, context))
    if own.all():
        return None
    before, after = rows.loc[~own, "year"].max(), rows.loc[own, "year"].min()
    return before + 0.5 if pd.isna(after) else (before + after) / 2


def years(others: Sequence[Reference]) -> set[int]:
    """All years with a published figure."""
    return {year for other in others for year in other.rows["year"]}


def end_labels(others: Sequence[Reference], first_wave: int, context: Context) -> list[EndLabel]:
    """Labels for the column, of areas whose figures reach into the area's own series."""
    lasts = [(other, other.rows.iloc[-1]) for other in others]
    return [
        EndLabel(_named(other, last, context), last["year"], last["estimate"], theme.QUIET)
        for other, last in lasts
        if last["year"] >= first_wave
    ]


def draw_labels(
    others: Sequence[Reference], first_wave: int, placer: Placer, context: Context
) -> None:
    """Names of areas with older figures only, and the values of all figures that find room."""
    quiet = {"color": theme.QUIET}
    older = [other for other in others if other.rows["year"].iloc[-1] < first_wave]
    for other in older:
        last = other.rows.iloc[-1]
        placer.put_beside(_named(other, last, context), (last["year"], last["estimate"]), **quiet)
    for other in others:
        rows = other.rows.iloc[:-1] if other in older else other.rows
        for _, row in rows[rows["year"] < first_wave].iterrows():
            text = context.formats.percent(row["estimate"])
            placer.put_beside(text, (row["year"], row["estimate"]), **quiet)


def _named(other: Reference, row: pd.Series, context: Context) -> str:
    share = context.formats.percent(row["estimate"])
    return context.words("chart.trend.label", name=other.name, share=share)


def citations(others: Sequence[Reference], context: Context) -> list[str]:
    """One source note per area."""
    return [
        context.words(
            "chart.trend.citation",
            area=other.name,
            sources=context.words("format.list_semicolon").join(
                other.rows["citation"].dropna().unique()
            ),
        )
        for other in others
    ]


def draw_line(axes: Axes, other: Reference, placer: Placer, context: Context) -> None:
    """One line per standard; those under another standard are paler."""
    for label, rows in other.rows.groupby("standard", sort=False):
        points = list(zip(rows["year"], rows["estimate"], strict=True))
        current = is_own(label, context)
        axes.plot(
            *zip(*points, strict=True),
            color=theme.REFERENCE if current else theme.EARLIER,
            linewidth=1.0,
            linestyle="-" if current else (0, (3, 2)),
            marker=other.marker,
            markersize=4,
            zorder=2,
        )
        placer.avoid(points)
        for start, end in pairwise(points):
            placer.avoid_segment(start, end)


def draw_break(
    axes: Axes, others: Sequence[Reference], placer: Placer, scale: YearScale, context: Context
) -> None:
    """The line between two standards, each named on its side."""
    at = break_year(others, context)
    if at is None:
        return
    named = {name for other in others for name in other.rows["standard"]}
    earlier = sorted(name for name in named if not is_own(name, context))
    axes.axvline(at, color=theme.QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    top = axes.get_ylim()[1]
    air = 0.06 * scale.inch
    sides = (
        (-air, "right", context.formats.listing(earlier)),
        (air, "left", context.standard.label),
    )
    for shift, align, text in sides:
        label = axes.text(at + shift, top, text, ha=align, va="top", fontsize=theme.SMALL,
                          color=theme.QUIET)  # fmt: skip
        placer.take(label)
