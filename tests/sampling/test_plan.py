"""What a plan reports, against the planning functions and figures worked out by hand."""

import json

import pytest

from pipeline.errors import ConfigError, DesignError
from pipeline.sampling.planned import work_out
from pipeline.sampling.run import plan
from pipeline.stats.survey.planning.power import power_to_exceed, power_to_show
from pipeline.stats.survey.planning.sample_size import n_by_wilson, n_to_exceed

ABOVE = """
[[questions]]
id = "goal"
kind = "above"
title_en = "Is it above the goal"
truth = 0.3
target = 0.2
must_decide = false
"""
CHANGE = """
[[questions]]
id = "change"
kind = "change"
title_en = "Has it changed"
before = 0.2
after = 0.3
overlap = 0.5
correlation = 0.6
must_decide = false
"""


def answer_to(planned, question, domain="city"):
    return next(
        answer
        for answer in planned.answers
        if (answer.question.id, answer.domain.name) == (question, domain)
    )


def test_interviews_and_effective_sizes_are_those_worked_out_by_hand(workspace, write_design):
    """Households: A 1860, B-urban 1500, B-rural 375 of 3735; 12 communities: 6, 4 + 2 -> below.

    20 addresses at 0.8 * 0.5 give 8 interviews per community; deff 1.2 (1 + 7 * 0.05) = 1.62.
    """
    planned = work_out(workspace, write_design())
    assert {s.name: s.communities for s in planned.strata} == {"A": 6, "B-urban": 4, "B-rural": 2}
    assert [stratum.deff for stratum in planned.strata] == pytest.approx([1.62] * 3)
    city, county_a, _ = planned.domains
    assert (city.interviews, city.df) == (pytest.approx(96), 9)
    assert county_a.n_eff == pytest.approx(48 / 1.62)
    parts = [1860 / 3735, 1500 / 3735, 375 / 3735]
    loss = sum(part**2 / n for part, n in zip(parts, (48, 32, 16), strict=True))
    assert city.n_eff == pytest.approx(1 / (1.62 * loss))
    assert city.share == pytest.approx(0.2 - 0.1 * parts[2])


def test_a_given_deff_stands_in_for_icc_and_kish(workspace, write_design):
    planned = work_out(workspace, write_design(("icc = 0.05\nkish_deff = 1.2", "deff = 2.5")))
    assert [stratum.deff for stratum in planned.strata] == [2.5] * 3


def test_rates_of_a_stratum_replace_those_of_the_design(workspace, write_design):
    path = write_design(('name = "A"', 'name = "A"\neligibility = 0.5\nresponse = 0.4'))
    assert work_out(workspace, path).strata[0].interviews == pytest.approx(6 * 20 * 0.2)


def test_a_level_is_answered_by_the_wilson_interval(workspace, write_design):
    planned = work_out(workspace, write_design())
    city, answer = planned.domains[0], answer_to(planned, "level")
    assert n_by_wilson(city.share, answer.reached, df=9).n == pytest.approx(city.n_eff)
    low, high = city.interval(level=0.95)
    assert answer.reached == pytest.approx((high - low) / 2)


def test_what_is_needed_is_the_fewest_communities_that_reach_it(workspace, write_design):
    """With more communities the t quantile falls too, so both ends are tried."""
    planned = work_out(
        workspace,
        write_design(
            ("margin = 0.15", "margin = 0.06"), ("must_decide = true", "must_decide = false")
        ),
    )
    city, answer = planned.domains[0], answer_to(planned, "level")
    assert not answer.is_decided
    per_community = city.n_eff / city.communities

    def reaches(communities):
        wanted = n_by_wilson(city.share, 0.06, df=communities - city.strata).n
        return wanted <= per_community * communities

    assert reaches(answer.communities_needed)
    assert not reaches(answer.communities_needed - 1)
    df = answer.communities_needed - city.strata
    needed = n_by_wilson(city.share, 0.06, df=df).n * city.deff
    assert needed <= answer.interviews_needed < needed + 1


def test_a_target_is_answered_by_the_score_test(workspace, write_design):
    planned = work_out(workspace, write_design(more=ABOVE))
    city, answer = planned.domains[0], answer_to(planned, "goal")
    assert answer.reached == pytest.approx(power_to_exceed(0.3, 0.2, city.n_eff, df=9))
    df = answer.communities_needed - city.strata
    needed = n_to_exceed(0.3, 0.2, df=df) * city.deff
    assert needed <= answer.interviews_needed < needed + 1


def test_a_change_counts_the_covariance_of_communities_visited_twice(workspace, write_design):
    planned = work_out(workspace, write_design(more=CHANGE))
    n = planned.domains[0].n_eff
    last, now = (0.16 / n) ** 0.5, (0.21 / n) ** 0.5
    se = (last**2 + now**2 - 2 * 0.3 * last * now) ** 0.5
    expected = power_to_show(0.1, se, df=9)
    assert answer_to(planned, "change").reached == pytest.approx(expected)


def test_a_change_the_last_wave_hides_is_out_of_reach_of_any_number(workspace, write_design):
    planned = work_out(workspace, write_design(more=CHANGE + "last_se = 0.05\n"))
    answer = answer_to(planned, "change")
    assert (answer.interviews_needed, answer.communities_needed) == (None, None)
    assert not answer.is_decided


def test_a_question_about_counties_is_asked_in_each(workspace, write_design):
    path = write_design(("margin = 0.15", 'margin = 0.4\ndomain = "county"'))
    named = [answer.domain.name for answer in work_out(workspace, path).answers]
    assert named == ["A", "B"]


def test_a_target_can_be_named_by_the_register(workspace, write_design):
    path = write_design(more=ABOVE.replace("target = 0.2", 'target_id = "nothing"'))
    with pytest.raises(ConfigError, match="target nothing is unknown; known: "):
        work_out(workspace, path)


def test_a_plan_that_cannot_decide_is_refused_with_the_numbers_that_would(
    workspace, write_design, capsys
):
    path = write_design(("margin = 0.15", "margin = 0.06"))
    answer = answer_to(work_out(workspace, path), "level")
    with pytest.raises(DesignError) as refused:
        plan(workspace, path)
    assert refused.value.exit_code == 12
    assert (
        f"question level, city: expected half-width 0.06, the design reaches "
        f"{answer.reached:.3g} with 96 interviews in 12 communities; {answer.interviews_needed} "
        f"interviews in {answer.communities_needed} communities would decide it "
        f"(the list holds 24)"
    ) in str(refused.value)
    assert "How large" in capsys.readouterr().out  # the report is shown all the same
    assert not workspace.processed("sampling").exists()


def test_a_plan_out_of_reach_says_that_no_number_would_do(workspace, write_design):
    path = write_design(
        more=CHANGE.replace("must_decide = false", "must_decide = true") + "last_se = 0.05\n"
    )
    with pytest.raises(DesignError, match="no number of interviews would decide it"):
        plan(workspace, path)


def test_the_plan_is_written_in_both_forms_and_marked(workspace, write_design):
    said = plan(workspace, write_design())
    folder = workspace.processed("sampling", "2030") / "plan"
    assert "data/processed/sampling/2030/plan" in said
    text = (folder / "plan.md").read_text(encoding="utf-8")
    languages = workspace.register.monitor.languages
    assert text.count("\n# ") + text.startswith("# ") == len(languages)
    assert "SIMULATED DATA" in text or "模拟数据" in text
    written = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert written["origin"] == "synthetic"
    assert [row["communities"] for row in written["strata"]] == [6, 4, 2]
    assert written["answers"][0]["is_decided"] is True


def test_words_of_both_languages_have_the_same_keys_and_gaps():
    from pipeline.present.language import gaps_of
    from pipeline.sampling.words import sampling_words

    chinese, english = (sampling_words(name).sentences for name in ("zh-CN", "en"))
    for key, sentence in english.items():
        assert gaps_of(sentence) == gaps_of(chinese[key])
    only_chinese = {key.partition(".")[0] for key in chinese.keys() - english.keys()}
    assert only_chinese == {"sheet", "outcome"}
