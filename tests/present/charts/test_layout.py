"""No text of a chart meets another or leaves the canvas, in either language."""

from itertools import combinations

import pytest
from matplotlib.text import Text

from pipeline.present import charts, theme
from pipeline.present.charts.canvas import WATERMARK
from tests.present.monitors import context, country, instrument
from tests.present.tables import (
    changes,
    country_results,
    estimates,
    figures_of,
    gaps,
    results,
    trend,
    verdicts,
)

LONG = {
    "盐边县": "钒钛高新技术产业开发区（含托管村社区）",
    "Yanbian": "Vanadium and Titanium High-tech Zone with its villages",
}
SMALLEST = 8.0  # points, in print


@pytest.fixture(autouse=True)
def look():
    """Boxes are those of the printed figure: same fonts, same hinting."""
    with theme.applied():
        yield


def texts(figure):
    """Visible texts with their boxes in pixels; the watermark lies under everything."""
    figure.draw_without_rendering()  # labels of axes find their places on drawing
    renderer = figure.canvas.get_renderer()
    unseen = {text for axes in figure.axes for text in out_of_view(axes)}
    shown = [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in unseen
    ]
    boxes = [(text, text.get_window_extent(renderer)) for text in shown]
    return [(text, box) for text, box in boxes if text.get_gid() != WATERMARK]


def out_of_view(axes):
    """Labels of ticks beyond the limits: they exist and are never drawn."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks():
            if not low <= tick.get_loc() <= high:
                yield tick.label1


def faults(figure):
    """Overlaps and texts outside the canvas, by their first characters."""
    found, width, height = [], *figure.canvas.get_width_height()
    boxes = [(text.get_text()[:20], box.padded(-0.5)) for text, box in texts(figure)]
    for name, box in boxes:
        if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height:
            found.append(f"{name} leaves the canvas")
    for (name, box), (other, other_box) in combinations(boxes, 2):
        if box.overlaps(other_box):
            found.append(f"{name} meets {other}")
    return found


def moved(share, *, language, significant=False):
    """The city's outputs when its latest share is another one."""
    frame = estimates(**{"all/all": (share, 1.0, 2406)})
    tables = results(estimates=frame, changes=changes(latest=0.03, is_significant=significant))
    return tables, context(language)


def every_year(language):
    """Six waves in six successive years: the most crowded axis we expect."""
    years = range(2020, 2026)
    frame = figures_of({year: (9.0 + year % 7, 1.2, 1500) for year in years})
    facts = context().descriptions["2025"]
    own = context(
        language,
        waves=tuple((str(year), year) for year in years),
        descriptions=dict.fromkeys(map(str, years), facts),
    )
    return results(estimates=frame, trend=trend(frame), gaps=gaps().iloc[:0]), own


def long_names(language):
    """Names as long as official ones get."""
    text = instrument().model_dump_json()
    for short, long in LONG.items():
        text = text.replace(short, long)
    return results(), context(language, instrument=type(instrument()).model_validate_json(text))


def single_wave(language):
    """A monitor that has just begun."""
    tables = {"estimates": estimates(), "gaps": gaps(), "verdicts": verdicts()}
    latest = {name: frame[frame["wave"] == "2025"] for name, frame in tables.items()}
    own = context(language, waves=(("2025", 2025),))
    return results(**latest, changes=changes().iloc[:0]), own


SCENES = {
    "as usual": lambda language: (results(), context(language)),
    "long names": long_names,
    "a single wave": single_wave,
}
TREND_SCENES = {
    "real data": lambda language: (results(), context(language, is_synthetic=False)),
    "a rise to a target": lambda language: moved(15.0, language=language, significant=True),
    "on the nation's line": lambda language: moved(15.37, language=language),
    "far above": lambda language: moved(31.0, language=language),
    "far below": lambda language: moved(3.1, language=language),
    "a wave every year": every_year,
    "no targets": lambda language: (results(verdicts=verdicts().iloc[:0]), context(language)),
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scene", SCENES)
def test_no_text_meets_another_or_leaves_the_canvas(scene, language):
    drawn = charts.draw_all(*SCENES[scene](language))
    assert not {name: found for name, figure in drawn.items() if (found := faults(figure))}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scene", TREND_SCENES)
def test_labels_of_the_trend_find_room_wherever_the_series_runs(scene, language):
    assert not faults(charts.trend.draw(*TREND_SCENES[scene](language)))


def test_a_country_without_areas_targets_or_gaps_has_what_its_data_bear():
    drawn = charts.draw_all(country_results(), country())
    assert list(drawn) == ["trend", "groups"]
    assert not {name: found for name, figure in drawn.items() if (found := faults(figure))}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_text_is_smaller_than_print_bears(language):
    for figure in charts.draw_all(results(), context(language)).values():
        assert min(text.get_fontsize() for text, _ in texts(figure)) >= SMALLEST


def test_every_share_of_the_city_is_written_out():
    for scene in (SCENES["as usual"], every_year, TREND_SCENES["on the nation's line"]):
        tables, own = scene("zh-CN")
        shown = " ".join(text.get_text() for text, _ in texts(charts.trend.draw(tables, own)))
        rows = tables.estimates.query("domain == 'all' and measure == 'share'")
        assert all(own.formats.percent(share) in shown for share in rows["estimate"])


def test_the_faults_that_these_tests_look_for_are_found():
    figure = charts.trend.draw(results(), context())
    figure.text(0.02, 0.9, "over the title", va="top")
    figure.text(0.95, 0.5, "far too long for this place")
    found = " ".join(faults(figure))
    assert "meets over the title" in found
    assert "far too long for thi leaves the canvas" in found
