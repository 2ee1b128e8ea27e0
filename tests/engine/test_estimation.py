from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.config.plan import Choice, Plan, Variance
from pipeline.engine.estimation import WaveTables, chosen, estimate_table, headline_row
from pipeline.engine.samples import WeightTables
from pipeline.engine.weighting import calibrated_weights, given_weights

JACKKNIFE = Variance(method="jackknife", lonely_psu="fail")


@pytest.fixture
def tables(people, fieldwork, margins, instrument, plan) -> WaveTables:
    n = len(people)
    score = pd.Series(np.tile([3.0, 7.0, 9.5, 5.0], n // 4))
    identity = pd.DataFrame({"respondent_id": people["respondent_id"], "standard": "quiz@1"})
    weighting = calibrated_weights(people, fieldwork, margins, instrument, plan.weights)
    return WaveTables(
        weighting=WeightTables(
            people=people,
            weights=weighting.weights,
            not_interviewed=weighting.not_interviewed,
            online=weighting.online,
            left_out=weighting.left_out,
        ),
        answers=pd.DataFrame({"respondent_id": people["respondent_id"], "tv": [1, 2, -2, -1] * 10}),
        items=pd.DataFrame({"respondent_id": people["respondent_id"], "q1": [1.0, 0.0] * 20}),
        scores=identity.assign(score=score, is_literate=score >= 6, level=None),
        dimensions=identity.assign(dimension="all", points=score),
    )


def row(table: pd.DataFrame, indicator: str, measure: str, domain="all", category="all"):
    found = table[
        (table.indicator == indicator) & (table.measure == measure)
        & (table.domain == domain) & (table.category == category)
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


def test_share_mean_and_total_tell_one_story(tables, standard, instrument, plan):
    table, _ = estimate_table(tables, [standard], instrument, plan, "t")
    share, total = row(table, "is_literate", "share"), row(table, "is_literate", "total")
    w = tables.weighting.weights["weight"].to_numpy()
    literate = tables.scores["is_literate"].to_numpy()
    assert share.estimate == pytest.approx((w * literate).sum() / w.sum())
    assert total.estimate == pytest.approx((w * literate).sum())
    assert share.ci_low < share.estimate < share.ci_high
    assert share.df == 6


def test_levels_are_cumulative_and_dimensions_are_means(tables, standard, instrument, plan):
    table, _ = estimate_table(tables, [standard], instrument, plan, "t")
    assert row(table, "level:high", "share").estimate < row(table, "is_literate", "share").estimate
    assert row(table, "dimension:all", "mean").estimate == pytest.approx(
        row(table, "score", "mean").estimate
    )


def test_domains_of_a_partition_add_up_to_the_total(tables, standard, instrument, plan):
    table, _ = estimate_table(tables, [standard], instrument, plan, "t")
    totals = table[(table.indicator == "is_literate") & (table.measure == "total")]
    whole = totals[totals.domain == "all"].estimate.iloc[0]
    for domain in ("county", "sex", "county*sex"):
        assert totals[totals.domain == domain].estimate.sum() == pytest.approx(whole)


def test_overlapping_groups_are_estimated_each_for_itself(tables, standard, instrument, plan):
    table, _ = estimate_table(tables, [standard], instrument, plan, "t")
    assert row(table, "score", "mean", "group", "women").n == tables.people.group_women.sum()
    assert row(table, "score", "mean", "group", "older").n == tables.people.group_older.sum()


def test_people_without_a_score_leave_the_base(tables, standard, instrument, plan):
    half = tables.scores[tables.scores["respondent_id"] < "t-20"]
    fewer = replace(tables, scores=half)
    table, _ = estimate_table(fewer, [standard], instrument, plan, "t")
    found = row(table, "is_literate", "share")
    assert found.n == 20
    # The other county's units stay in the design, but its degrees of freedom do not count.
    assert found.df == 3


def test_dont_know_stays_in_the_base_and_not_asked_leaves_it(tables):
    values = chosen(tables.answers, Choice(question="tv", codes=("1",)))
    assert values[:4].tolist()[:3] == [1, 0, 0]
    assert np.isnan(values[3])


def test_multiple_response_counts_any_of_the_codes():
    answers = pd.DataFrame({"ch_1": [1, 0, -1], "ch_2": [0, 0, -1], "ch_3": [0, 1, -1]})
    values = chosen(answers, Choice(question="ch", codes=("1", "2")))
    assert values[:2].tolist() == [1, 0]
    assert np.isnan(values[2])


def test_every_delivered_weight_gives_its_own_estimates(tables, standard, instrument, plan, people):
    weights = given_weights(people.assign(w1=1.0, w2=np.arange(1.0, 41)), ("w1", "w2"))
    content = plan.model_dump(by_alias=True)
    content["weights"] = {"method": "given", "columns": ("w1", "w2")}
    own = Plan.model_validate(content)
    changed = replace(tables, weighting=replace(tables.weighting, weights=weights))
    table, _ = estimate_table(changed, [standard], instrument, own, "t")
    assert set(table["weighting"]) == {"final", "w2"}
    assert headline_row(table, "quiz@1")["weighting"] == "final"


def test_unit_totals_give_back_the_standard_error(tables, standard, instrument, plan):
    table, sums = estimate_table(tables, [standard], instrument, plan, "t")
    z = sums[(sums.domain == "all")].groupby("stratum").z
    variance = (z.count() / (z.count() - 1) * z.apply(lambda v: ((v - v.mean()) ** 2).sum())).sum()
    assert np.sqrt(variance) == pytest.approx(row(table, "is_literate", "share").se)


def test_the_jackknife_sees_the_raking_repeated(
    people, fieldwork, margins, instrument, plan, standard, tables
):
    """With one margin and equal response both errors are near each other, but not equal."""
    done = calibrated_weights(
        people, fieldwork, margins, instrument, plan.weights, variance=JACKKNIFE
    )
    left_out = replace(tables.weighting, left_out=done.left_out)
    linear, _ = estimate_table(tables, [standard], instrument, plan, "t")
    jackknife, _ = estimate_table(
        replace(tables, weighting=left_out), [standard], instrument, plan, "t"
    )
    before, after = (row(table, "score", "mean") for table in (linear, jackknife))
    assert after.estimate == before.estimate
    assert after.se == pytest.approx(before.se, rel=0.25)
    assert after.se != before.se


def test_a_category_gone_with_its_unit_is_carried_by_the_rest_of_the_margin(
    people, fieldwork, margins, instrument, plan
):
    """Without n/0 no man is left in n: 2000 + 1000 + 900 people stand for all 5400."""
    people.loc[people["psu"] == "n/0", "sex"] = "m"
    people.loc[people["psu"].isin(["n/1", "n/2", "n/3"]), "sex"] = "f"
    done = calibrated_weights(
        people, fieldwork, margins, instrument, plan.weights, variance=JACKKNIFE
    )
    without = done.left_out.set_index("respondent_id")["n/0"]
    in_n = without[people["county"].eq("n").to_numpy()]
    assert without.sum() == pytest.approx(5400)
    assert in_n.sum() == pytest.approx(2000 * 5400 / 3900)
