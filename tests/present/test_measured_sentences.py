"""The measurement in sentences: every case that decides what may be said."""

import numpy as np
import pytest

from pipeline.present.brief import findings
from pipeline.present.measurement import comparability, sentences, titles
from tests.present import measurement as tables
from tests.present.measurement import measured
from tests.present.monitors import context, country, plan, standard
from tests.present.tables import country_results, estimates, results

ZH, EN = context("zh-CN"), context("en")


def said(found):
    return "".join(found)


def strict(**rules):
    """A city whose plan asks more of the test."""
    rules = plan().measurement.model_copy(update=rules)
    return context("zh-CN", plan=plan().model_copy(update={"measurement": rules}))


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({}, ""),
        ({"min_reliability": 0.9}, "信度未达到分析方案的要求"),
        ({"min_accuracy": 0.95}, "达标判定的准确率未达到分析方案的要求"),
        (
            {"min_reliability": 0.9, "min_accuracy": 0.95},
            "信度和达标判定的准确率均未达到分析方案的要求",
        ),
    ],
)
def test_a_weak_test_is_named_beside_the_headline(rules, told):
    own = strict(**rules)
    beside = said(sentences.beside_headline(measured(), own))
    assert "达标分数线处的信度为0.83" in beside
    assert "校正后的比例约为11.4%（95%置信区间为9.4%～13.5%）" in beside
    assert (told in beside) if told else ("未达到" not in beside)
    assert findings(results(), own)[0][1][1] == beside


def test_a_test_without_reliability_at_the_cut_is_judged_by_that_of_the_whole():
    without = tables.reliability().query("coefficient != 'at_cut'")
    beside = said(sentences.beside_headline(measured(reliability=without), ZH))
    assert "测验的信度系数为0.87（分析方案要求不低于0.80）" in beside


def test_of_a_hundred_who_passed_the_share_that_would_not_again_is_told():
    assert "每100名达标者中，约24人换一套同等难度的试题可能不达标。" in said(
        sentences.decision(measured(), ZH)
    )
    assert titles.accuracy(measured(), EN) == (
        "Of 100 people who passed, about 24 might not pass another test of like difficulty"
    )


def test_nobody_passed_so_nobody_would_fail_again():
    nobody = tables.accuracy().assign(pass_again=np.nan)
    told = said(sentences.decision(measured(accuracy=nobody), ZH))
    assert "每100名" not in told
    assert "92.3%" in told
    assert "约" not in titles.accuracy(measured(accuracy=nobody), ZH)


def test_the_corrected_share_is_never_set_against_other_areas():
    told = said(sentences.corrected(measured(), ZH))
    assert "一律采用实测比例" in told
    assert "不得与其他地区公布的数据比较" in told
    assert "全国" not in told


def test_a_withheld_corrected_share_is_said_to_be_withheld():
    held = results(measurement=measured(corrected=tables.corrected().assign(flag="withhold")))
    told = said(sentences.corrected(held.measurement, ZH))
    assert told == "校正测量误差后的比例数据不足，不予公布。"
    assert "11.4" not in said(sentences.beside_headline(held.measurement, ZH))


@pytest.mark.parametrize(("inclusive", "reading"), [(True, "前一种"), (False, "后一种")])
def test_both_readings_of_the_cut_are_given(inclusive, reading):
    rule = standard().passing.model_copy(update={"inclusive": inclusive})
    own = context("zh-CN", standards=(standard().model_copy(update={"passing": rule}),))
    told = said(sentences.cut(measured(), own))
    assert "得分恰为70分的公民占1.2%" in told
    assert "13.6%" in told
    assert "12.4%" in told
    assert f"总体结果采用{reading}口径" in told


@pytest.mark.parametrize(
    ("size", "p_value", "told"),
    [
        (0.05, 0.31, "公民平均水平未见统计显著变化（差值为+0.05个标准差"),
        (0.15, 0.004, "公民平均水平有所上升（差值为+0.15个标准差"),
        (-0.15, 0.004, "公民平均水平有所下降（差值为-0.15个标准差"),
    ],
)
def test_a_change_between_linked_waves_is_told_as_its_test_finds_it(size, p_value, told):
    links = tables.links(p_value=p_value).assign(ability_change=size)
    found = said(comparability.link(measured(links=links), ZH))
    assert "2025年与2023年的测验，通过19道锚题（两轮共用的题目）统一到同一量尺。" in found
    assert "另有1道共用题目表现不稳定，不作锚题。" in found
    assert told in found
    assert "以2023年的达标水平为准，校正后的比例未见统计显著变化" in found


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("none_shared", "两轮没有共用的题目"),
        ("too_few", "锚题数量不足"),
        ("too_small_a_share", "锚题占试题总量的比例不足"),
    ],
)
def test_no_change_is_told_between_waves_that_are_not_linked(code, reason):
    links = tables.links(is_linked=False).assign(link_reason=code)
    found = said(comparability.link(measured(links=links), ZH))
    assert found == (
        f"2025年与2023年的测验未能统一到同一量尺（{reason}），不公布两轮之间公民平均水平的变化。"
    )


def test_the_first_wave_is_linked_with_nothing():
    first = measured(links=tables.links().iloc[:0])
    assert comparability.link(first, ZH) == []


def test_items_that_treat_groups_differently_are_named_with_what_they_do_to_the_gap():
    found = said(comparability.fairness(measured(), ZH))
    assert "有2道题在总分相同的人群之间答题难易明显不同（C类）：k07和s05。" in found
    assert "城镇与乡村达标比例的差距由8.3个百分点变为7.7个百分点" in found


def test_fair_items_are_said_to_be_fair_and_untested_ones_are_not():
    fair = measured(dif=tables.dif(worst="B"), dif_effects=tables.dif_effects().iloc[:0])
    assert "未发现" in said(comparability.fairness(fair, ZH))
    assert titles.dif(fair, ZH) == "总分相同的不同人群，答题难易未见明显差异"
    untested = measured(dif=tables.dif().tail(1))
    assert comparability.fairness(untested, ZH) == ["各类人群的样本量不足，未作题目公平性比较。"]


def test_a_gap_with_a_withheld_group_is_not_told():
    frame = estimates()
    rural = (frame["domain"] == "urban_rural") & (frame["category"] == "rural")
    frame = frame.assign(flag=frame["flag"].mask(rural, "withhold"))
    found = said(comparability.fairness(results(estimates=frame).measurement, ZH))
    assert "k07和s05" in found
    assert "差距" not in found


def test_without_a_measurement_the_brief_is_silent_on_it():
    told = str(findings(results(measurement=None), ZH))
    assert "测量" not in told
    assert "测量质量" in str(findings(results(), ZH))
    assert "measurement" not in str(findings(country_results(), country()))
