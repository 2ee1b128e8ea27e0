"""How precisely the test measures along the scale, where the cut lies and where people are."""

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from pipeline.present import theme
from pipeline.present.charts.canvas import canvas, watermark
from pipeline.present.charts.caption import measured_notes, measured_subtitle
from pipeline.present.charts.latent import LatentScale, draw_cut, draw_legend
from pipeline.present.context import Context
from pipeline.present.measured import Measured
from pipeline.present.measurement import titles
from pipeline.present.results import Results

_LEFT, _RIGHT, _BOTTOM, _HEAD, _HEIGHT = 0.46, 0.18, 0.58, 0.3, 1.9
_TOP = 1.12


@theme.applied()
def draw(
    results: Results, measurement: Measured, context: Context, *, in_document: bool = False
) -> Figure:
    """Information as a share of its peak, over the hill of people."""
    scale = LatentScale.of(measurement, context)
    sheet = canvas(
        context,
        title=titles.information(measurement, context),
        subtitle=measured_subtitle(results, measurement, context),
        notes=measured_notes(context.words("chart.information.reading"), context, in_document),
        height=_HEAD + _HEIGHT + _BOTTOM,
    )
    axes = sheet.axes(_LEFT, _BOTTOM, sheet.width - _LEFT - _RIGHT, _HEIGHT)
    scale.set_up(axes, context)
    axes.set_ylim(0, _TOP)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    axes.grid(axis="y", color=theme.FAINT, linewidth=0.5)
    watermark(axes, context)
    scale.draw_people(axes, context.words("chart.latent.people"))
    information = scale.curves["information"]
    axes.plot(
        scale.curves["ability"], information / information.max(), color=theme.MAIN, linewidth=2,
        label=context.words("chart.information.precision"),
    )  # fmt: skip
    draw_legend(axes)
    if scale.cut is not None:
        draw_cut(axes, scale.cut, context.words("chart.latent.cut"))
    return sheet.figure
