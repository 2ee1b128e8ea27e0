"""Charts of the measurement: findings, marks, and room for what must be read."""

import pytest

from pipeline.present import charts, theme
from pipeline.present.charts.distractors import draw as draw_distractors
from tests.present import measurement as tables
from tests.present.bank import TEXTS
from tests.present.charts.test_layout import SMALLEST, faults, texts
from tests.present.measurement import measured
from tests.present.monitors import context
from tests.present.tables import results

LONG_ITEM = "knowledge_of_life_and_health"


@pytest.fixture(autouse=True)
def look():
    with theme.applied():
        yield


def drawn(measurement, language="zh-CN", **changed):
    """Every chart of the measurement by name."""
    released, own = results(measurement=measurement), context(language, **changed)
    found = charts.measured_charts(released.measurement, own)
    return {name: draw(released, released.measurement, own) for name, draw in found.items()}


def words(figure):
    return "".join(text.get_text() for text, _ in texts(figure)).replace("\n", "")


def renamed(frame, old, new):
    return frame.assign(item=frame["item"].replace(old, new))


def long_names():
    """One item whose name is a sentence."""
    names = ("item_statistics", "options", "dif", "anchors")
    return measured(
        **{name: renamed(getattr(measured(), name), "k07", LONG_ITEM) for name in names}
    )


def few_items():
    return measured(item_statistics=tables.items().query("item in ('k01', 'k07', 'm03')"))


def far_items():
    """Items beyond the scale, and one that could not be placed."""
    items = tables.items()
    items.loc[items["item"] == "k01", "location"] = 9.0
    items.loc[items["item"] == "k02", "location"] = None
    return measured(item_statistics=items)


def one_place():
    """Sixty items of one difficulty."""
    return measured(item_statistics=tables.items().assign(location=0.4))


def low_cut():
    curves = tables.curves()
    return measured(curves=curves.assign(expected_score=lambda r: 40 + 0.6 * r["expected_score"]))


SCENES = {
    "as usual": measured,
    "long names": long_names,
    "few items": few_items,
    "items beyond the scale": far_items,
    "items in one place": one_place,
    "a low cut": low_cut,
    "fair items": lambda: measured(dif=tables.dif(worst="B")),
    "nobody compared": lambda: measured(dif=tables.dif().tail(1)),
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scene", SCENES)
def test_no_text_meets_another_or_leaves_the_canvas(scene, language):
    found = {name: faults(figure) for name, figure in drawn(SCENES[scene](), language).items()}
    assert not {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_text_is_smaller_than_print_bears(language):
    for figure in drawn(measured(), language).values():
        assert min(text.get_fontsize() for text, _ in texts(figure)) >= SMALLEST


def test_titles_state_what_the_charts_show():
    shown = {name: words(figure) for name, figure in drawn(measured()).items()}
    assert "每100名达标者中，约24人换一套同等难度的试题可能不达标" in shown["accuracy"]
    assert "60道题中，44道的难度低于达标所需水平，16道高于该水平" in shown["item_map"]
    assert "测验在50分上下测得最准" in shown["information"]
    assert "题目k07、m03、s05和a09需要复核" in shown["distractors"]
    assert "在k07和s05上的答题难易存在明显差异" in shown["dif"]


@pytest.mark.parametrize("name", ["accuracy", "item_map", "information", "distractors", "dif"])
def test_every_chart_names_standard_population_sample_and_provenance(name):
    shown = words(drawn(measured())[name])
    for text in ("cast_100@2024", "18—69周岁常住居民", "2025年样本量2406人", "分析方案 pzh@1",
                 "读图："):  # fmt: skip
        assert text in shown


def test_every_item_is_on_the_map():
    shown = [text.get_text() for text, _ in texts(drawn(measured())["item_map"])]
    assert set(tables.IDS) <= set(shown)


def test_items_that_cannot_be_placed_are_counted():
    shown = words(drawn(far_items())["item_map"])
    assert "难度超出图示范围的题目列在两端" in shown
    assert "另有1道题未能估计难度" in shown
    assert "k02" not in shown


def test_a_rare_missing_answer_has_no_line():
    options = tables.options()
    rare = options.assign(share=options["share"].mask(options["option"] == "dont_know", 0.001))
    released = results(measurement=measured(options=rare))
    shown = words(draw_distractors(released, released.measurement, context()))
    assert "不知道" not in shown
    assert "2 胃" in shown


def test_groups_too_small_to_compare_are_told_instead_of_drawn():
    figure = drawn(measured(dif=tables.dif().tail(1)))["dif"]
    assert "样本量不足，未能比较不同人群的答题差异" in words(figure)
    assert not figure.axes[0].lines


def test_long_texts_are_cut_and_say_so():
    shown = words(drawn(measured(), "en")["distractors"])
    assert TEXTS[1][1] not in shown
    assert "A cold medicine" in shown


def test_charts_without_data_are_not_drawn():
    empty = measured(options=tables.options().iloc[:0], curves=tables.curves().iloc[:0])
    assert set(drawn(empty)) == {"accuracy", "dif"}
