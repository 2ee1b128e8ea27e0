"""What charts say: finding, standard, source, marks; and what they keep to themselves."""

import pytest
from matplotlib.text import Text

from pipeline.present import charts
from tests.present.monitors import context, country
from tests.present.tables import changes, country_results, estimates, gaps, results


def words(figure):
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def drawn(name, **changed):
    """Words of one chart of the city, line breaks taken out."""
    kind, _, gap = name.partition("_")
    arguments = (gap,) if gap else ()
    figure = getattr(charts, kind).draw(results(**changed), context(), *arguments)
    return words(figure).replace("\n", "")


@pytest.mark.parametrize("name", ["trend", "counties", "gap_urban_rural", "gap_sex", "groups"])
def test_every_chart_names_standard_population_sample_interval_and_provenance(name):
    shown = drawn(name)
    assert "公民科学素质百分制测评标准（cast_100@2024）" in shown
    assert "18—69周岁常住居民" in shown
    assert "2025年样本量2406人" in shown
    assert "95%置信区间" in shown
    assert "分析方案 pzh@1；程序版本 0.1.0" in shown
    assert "2025年6月1日至2025年7月15日" in shown


@pytest.mark.parametrize(("language", "mark"), [("zh-CN", "模拟数据"), ("en", "SIMULATED DATA")])
def test_synthetic_results_are_marked_above_and_behind_the_data(language, mark):
    for figure in charts.draw_all(results(), context(language)).values():
        assert words(figure).count(mark) >= 1 + len(figure.axes)
    for figure in charts.draw_all(results(), context(language, is_synthetic=False)).values():
        assert mark not in words(figure)


def test_titles_state_a_rise_only_when_it_is_significant():
    unclear = drawn("trend")
    clear = drawn("trend", changes=changes(latest=0.03, is_significant=True))
    assert "与2023年相比未见统计显著变化" in unclear
    assert "上升" not in unclear
    assert "比2023年上升3.0个百分点" in clear


def test_targets_and_reference_areas_are_named_at_their_lines():
    shown = drawn("trend")
    for text in ("2025年目标：高于13%", "2025年力争目标：达到15%", "2035年远景目标：达到25%",
                 "全国 15.4%", "四川省 2.8%", "攀枝花市 13.6%", "省实施方案，2012年"):  # fmt: skip
        assert text in shown


def test_no_line_crosses_from_one_standard_to_another():
    axes = charts.trend.draw(results(), context()).axes[0]
    lines = [line.get_xdata() for line in axes.lines if line.get_marker() == "s"]
    assert [list(years) for years in lines] == [[2010, 2015], [2018, 2020, 2022, 2023, 2024]]
    assert "miller_3part" in words(axes.figure)
    assert "测评标准发生变更" in words(axes.figure)


def test_a_change_of_standard_after_which_nothing_was_published_is_marked_too():
    old = results().trend.assign(standard="miller_3part")
    shown = words(charts.trend.draw(results(trend=old), context()))
    assert "测评标准发生变更" in shown


def test_withheld_shares_are_said_to_be_withheld_and_not_drawn():
    frame = estimates(**{"county/510422": (33.3, 9.0, 20)})
    shown = drawn("counties", estimates=frame)
    assert "数据不足，不予公布" in shown
    assert "33.3" not in shown
    assert "盐边县" in shown


def test_a_chart_survives_when_all_it_could_show_is_withheld():
    frame = estimates().assign(flag="withhold")
    tables = results(estimates=frame, gaps=gaps().assign(flag="withhold"))
    figures = charts.draw_all(tables, context())
    assert list(figures) == [
        "trend", "counties", "groups", "item_map", "information", "distractors", "dif",
    ]  # fmt: skip
    assert "数据不足，不予公布" in words(figures["trend"])


def test_areas_stand_in_the_order_of_their_codes():
    shown = drawn("counties")
    assert "先后不代表名次" in shown
    places = [shown.index(f"{name}") for name in ("西区", "仁和区", "米易县", "盐边县")]
    assert places == sorted(places)


def test_overlapping_groups_are_said_to_overlap():
    assert "重点人群（可重叠）" in drawn("groups")
    assert "重叠" not in words(charts.draw_all(country_results(), country())["groups"])


def test_in_a_document_that_names_its_sources_charts_do_not_repeat_them():
    shown = words(charts.trend.draw(results(), context(), in_document=True))
    assert "数据来源" not in shown
    assert "cast_100@2024" in shown
    assert "模拟数据" in shown
