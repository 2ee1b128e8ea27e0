"""Numbers become sentences by rule: cases with their exact wording in both languages."""

import pandas as pd
import pytest

from pipeline.present import sentences, titles
from pipeline.present.results import headline, of_domain
from tests.present.monitors import context
from tests.present.tables import results, row

ZH, EN = context("zh-CN"), context("en")


def level(**changed: object) -> pd.Series:
    return pd.Series({"wave": "2025", **row(13.6, 0.95, 2406), **changed})


def change(size: float, *, significant: bool, p: float, flag: str = "publish") -> pd.Series:
    return pd.Series(
        {"wave_from": "2023", "wave_to": "2025", "change": size, "ci_low": size - 0.02,
         "ci_high": size + 0.02, "p_value": p, "is_significant": significant, "flag": flag}
    )  # fmt: skip


def verdict(outcome: str, **changed: object) -> pd.Series:
    return pd.Series(
        {"target_id": "floor25", "target_year": 2025, "is_due": True, "operator": ">",
         "target": 0.13, "p_value": 0.26, "prob_met": 0.74, "verdict": outcome,
         "n_needed": 21843.0, **changed}
    )  # fmt: skip


def areas(*shares: float, flags: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows of the first counties with these shares, each ± 3.9 points."""
    codes = ("510402", "510403", "510411", "510421", "510422")
    rows = [row(share, 2.0, 400) | {"flag": "publish"} for share in shares]
    frame = pd.DataFrame(rows).assign(domain="county", category=codes[: len(shares)], wave="2025")
    return frame.assign(flag=[*flags, *["publish"] * (len(shares) - len(flags))])


def gap(points: float, se: float, **changed: object) -> pd.Series:
    return pd.Series(
        {"wave": "2025", "gap": "urban_rural", "category_a": "urban", "category_b": "rural",
         "estimate": points, "ci_low": points - 2 * se, "ci_high": points + 2 * se,
         "flag": "publish", **changed}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "chinese", "english"),
    [
        (
            {},
            "2025年，攀枝花市公民具备科学素质的比例约为13.6%（95%置信区间为11.7%～15.5%，样本量2406人）。",
            "Panzhihua, 2025: about 13.6% of citizens were science-literate (95% confidence "
            "interval 11.7% to 15.5%; 2,406 respondents).",
        ),
        (
            {"flag": "withhold"},
            "2025年，攀枝花市公民具备科学素质的比例数据不足，不予公布。",
            "Panzhihua, 2025: data on the share of science-literate citizens were too few; the "
            "figure is withheld.",
        ),
    ],
)
def test_the_level_comes_with_its_interval_or_not_at_all(facts, chinese, english):
    assert sentences.level(level(**facts), ZH) == chinese
    assert sentences.level(level(**facts), EN) == english


@pytest.mark.parametrize(
    ("facts", "chinese"),
    [
        (None, "本轮为首次调查，暂无可比的以往轮次。"),
        (
            change(0.012, significant=False, p=0.38),
            "与上次（2023年）相比未见统计显著变化（差值为+1.2个百分点，"
            "95%置信区间为-0.8～3.2个百分点，P=0.380）。",
        ),
        (
            change(0.05, significant=True, p=0.0004),
            "与2023年相比上升5.0个百分点（95%置信区间为3.0～7.0个百分点，P<0.001），变化在统计上显著。",
        ),
        (
            change(-0.05, significant=True, p=0.0004),
            "与2023年相比下降5.0个百分点（95%置信区间为3.0～7.0个百分点，P<0.001），变化在统计上显著。",
        ),
        (
            change(0.05, significant=True, p=0.01, flag="withhold"),
            "与2023年相比的变化数据不足，不予公布。",
        ),
    ],
)
def test_a_rise_or_fall_is_stated_only_when_it_is_significant(facts, chinese):
    assert sentences.change(facts, ZH) == chinese
    says_it_moved = any(word in sentences.change(facts, EN) for word in ("rose", "fell"))
    assert says_it_moved == any(word in chinese for word in ("上升", "下降"))


@pytest.mark.parametrize(
    ("facts", "chinese"),
    [
        (
            verdict("not_decided"),
            "对照2025年目标（高于13%），现有样本尚不能判定是否达到（达到的概率约为74%），"
            "按目前水平约需22000份有效样本方可判定。",
        ),
        (
            verdict("not_decided", n_needed=float("nan")),
            "对照2025年目标（高于13%），现有样本尚不能判定是否达到（达到的概率约为74%），"
            "估计值与目标值过于接近，增加样本也难以判定。",
        ),
        (
            verdict("shown_above", p_value=0.003),
            "对照2025年目标（高于13%），调查结果表明已经达到（单侧检验，P=0.003）。",
        ),
        (
            verdict("shown_below", target_id="stretch25", operator=">=", target=0.15, p_value=0.98),
            "对照2025年力争目标（达到15%），调查结果表明未达到（单侧检验，P=0.020）。",
        ),
        (
            verdict("shown_below", target_id="goal35", operator=">=", target=0.25, p_value=1.0,
                    target_year=2035, is_due=False),
            "对照2035年远景目标（达到25%），调查结果表明目前仍低于目标值（单侧检验，P<0.001），"
            "目标年份未到。",
        ),
        (
            verdict("shown_above", target_id="unknown", p_value=0.003),
            "对照2025年目标（高于13%），调查结果表明已经达到（单侧检验，P=0.003）。",
        ),
    ],
)  # fmt: skip
def test_a_verdict_says_what_the_test_showed(facts, chinese):
    assert sentences.verdict(facts, ZH) == chinese


@pytest.mark.parametrize(
    ("rows", "chinese", "title"),
    [
        (
            areas(14, 13, 12, 11, 10),
            ["各县（区）的置信区间相互重叠，不宜排名。"],
            "2025年各县（区）的置信区间相互重叠，不宜排名",
        ),
        (
            areas(20, 13, 12, 11, 10),
            ["东区的置信区间整体高于米易县和盐边县。",
             "置信区间相互重叠的县（区）之间不宜排名。"],
            "2025年东区的置信区间整体高于米易县和盐边县，区间重叠的县（区）之间不宜排名",
        ),
        (
            areas(30, 20, 10),
            ["东区的置信区间整体高于西区和仁和区。", "西区的置信区间整体高于仁和区。",
             "置信区间相互重叠的县（区）之间不宜排名。"],
            "2025年部分县（区）的置信区间互不重叠，区间重叠的县（区）之间不宜排名",
        ),
        (
            areas(30, 10, flags=("withhold", "review")),
            ["可公布结果的县（区）不足两个，不作比较。", "东区数据不足，不予公布。",
             "西区的估计精度较低，须谨慎使用。"],
            "2025年可公布结果的县（区）不足两个，不作比较",
        ),
    ],
)  # fmt: skip
def test_areas_are_never_ranked_on_overlapping_intervals(rows, chinese, title):
    assert sentences.areas(rows, ZH) == chinese
    assert titles.areas(rows, ZH) == title


RATIO = gap(2.02, 0.2)


@pytest.mark.parametrize(
    ("points", "ratio", "chinese"),
    [
        (
            gap(0.083, 0.016),
            RATIO,
            "2025年，城镇公民具备科学素质的比例比乡村高8.3个百分点（95%置信区间为5.1～11.5个百分点），"
            "前者约为后者的2.02倍。",
        ),
        (
            gap(-0.083, 0.016),
            gap(0.5, 0.1),
            "2025年，乡村公民具备科学素质的比例比城镇高8.3个百分点（95%置信区间为5.1～11.5个百分点），"
            "前者约为后者的2.00倍。",
        ),
        (
            gap(0.083, 0.016),
            gap(2.02, 0.2, flag="withhold"),
            "2025年，城镇公民具备科学素质的比例比乡村高8.3个百分点（95%置信区间为5.1～11.5个百分点）。",
        ),
        (
            gap(0.02, 0.016),
            RATIO,
            "2025年，城镇与乡村公民具备科学素质的比例相差2.0个百分点（95%置信区间为-1.2～5.2个百分点），"
            "未见统计显著差异。",
        ),
        (
            gap(0.083, 0.016, flag="withhold"),
            RATIO,
            "2025年，城镇与乡村的差距数据不足，不予公布。",
        ),
    ],
)
def test_a_gap_is_stated_only_when_its_interval_leaves_out_zero(points, ratio, chinese):
    assert sentences.gap(points, ratio, ZH) == chinese


def test_the_widest_grouping_is_named_only_when_intervals_part():
    parted, equal = areas(30, 10), areas(12, 11)
    assert sentences.groups(parted, EN) == (
        "Among groups of the population, the widest differences are by County: "
        "Dongqu about 30.0%, Xiqu about 10.0%."
    )
    assert sentences.groups(equal, ZH) == "各类人群的置信区间相互重叠，未见明确差别。"


def test_a_withheld_extreme_is_not_named():
    rows = areas(60, 30, 10, flags=("withhold",))
    assert "60.0%" not in sentences.groups(rows, EN)


def test_cautions_name_simulation_and_few_degrees_of_freedom():
    rows = headline(results(), ZH)
    assert sentences.cautions(rows, ZH) == [
        "本文所列调查结果均由模拟数据生成，仅用于演示测评流程，不得作为任何判断的依据。",
        "2020年估计的自由度仅为5，置信区间较宽，须谨慎使用。",
        "表中数值经四舍五入，差值与分项之差可能略有出入。",
    ]
    assert len(sentences.cautions(rows, context("zh-CN", is_synthetic=False))) == 2


def test_flags_are_told_for_each_category():
    rows = of_domain(results().estimates, EN, "2025", "key_group").query("measure == 'share'")
    assert sentences.flags(rows, EN) == [
        "Too few data for Leading cadres and civil servants; withheld.",
        "The figures for Farmers and Older adults (60-69) are imprecise and must be used with "
        "caution.",
    ]
