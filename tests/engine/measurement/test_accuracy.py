import numpy as np
import pytest

from pipeline.engine.measurement.accuracy import accuracy_table, by_score_table
from tests.engine.measurement.test_form import form_of
from tests.engine.measurement.town import ITEMS, QUIZ, quiz, town_wave


def test_right_and_wrong_decisions_add_up(tables):
    rows = tables["accuracy"]
    assert set(rows["method"]) == {"lee", "rudner", "livingston_lewis"}
    assert (rows["accuracy"] + rows["false_pass"] + rows["false_fail"]).to_numpy() == (
        pytest.approx(1)
    )
    assert (rows["consistency"] <= rows["accuracy"]).all()
    assert rows["kappa"].between(0, 1).all()


def test_methods_agree_roughly(tables):
    assert tables["accuracy"].groupby("wave")["accuracy"].agg(np.ptp).max() < 0.03


def test_by_the_model_as_many_pass_as_did(first, tables):
    """Passing = truly passing + false passes - false fails, near the observed share."""
    lee = tables["accuracy"].query("wave == 'w1' and method == 'lee'").iloc[0]
    form = form_of(first)
    truly = form.population @ (form.expected >= 70)
    observed = tables["readings"].query("wave == 'w1'")["at_or_above"].item()
    assert truly + lee["false_pass"] - lee["false_fail"] == pytest.approx(observed, abs=0.025)


def test_the_better_the_score_the_surer_the_pass(tables):
    for _, rows in tables["accuracy_by_score"].groupby("wave"):
        rows = rows.sort_values("score")
        assert rows["prob_true"].is_monotonic_increasing
        assert rows["prob_again"].is_monotonic_increasing
        assert rows["score_share"].sum() == pytest.approx(1)
        assert rows["score"].tolist() == list(range(0, 105, 5))


def test_by_score_and_in_all_tell_one_story(first):
    """Chances by score, over the scores that the model expects, give the false passes."""
    form = form_of(first)
    rows = by_score_table(first, {QUIZ: form}).sort_values("score")
    share = form.observed.marginal(form.population)
    passing = (rows["score"] >= 70).to_numpy()
    lee = accuracy_table(first, {QUIZ: form}).query("method == 'lee'").iloc[0]
    assert share[passing] @ (1 - rows["prob_true"])[passing] == pytest.approx(lee["false_pass"])
    again = share[passing] @ rows["prob_again"][passing] / share[passing].sum()
    assert again == pytest.approx(lee["pass_again"])


def test_readings_differ_by_those_on_the_cut(first, tables):
    found = tables["readings"].query("wave == 'w1'").iloc[0]
    assert found["at_or_above"] == pytest.approx(found["above"] + found["exactly"])
    on_cut = first.scores(QUIZ) == 70
    assert found["exactly"] == pytest.approx(first.weight @ on_cut / first.n)


def test_scores_of_thirds_find_their_people():
    """Three items of 33.3 points: two of them are 66.7 however they are rounded."""
    wave = town_wave(items=ITEMS[:3])
    rows = by_score_table(wave, {QUIZ: form_of(wave)})
    assert rows["score_share"].sum() == pytest.approx(1)


def test_scores_without_reliability_have_no_row_of_the_method_that_needs_it():
    """Two items that go slightly against each other: alpha is below zero."""

    def spoil(answers):
        chance = np.random.default_rng(4).random(len(answers))
        answers["i02"] = np.where(chance < np.where(answers["i01"] == 1, 0.2, 0.3), 1, 2)

    two = {item: {"dimension": part, "points": 2}
           for item, part in (("i01", "facts"), ("i02", "skills"))}  # fmt: skip
    wave = town_wave(n=800, standards=[quiz(), quiz("two", 2)], elsewhere={"two": two}, spoil=spoil)
    rows = accuracy_table(wave, {"two@1": form_of(wave, "two@1")})
    assert list(rows["method"]) == ["lee", "rudner"]


def test_curves_rise_to_all_points_and_hold_all_people(tables):
    rows = tables["curves"].query("wave == 'w1'").sort_values("ability")
    assert rows["expected_score"].is_monotonic_increasing
    assert rows["expected_score"].between(0, 100).all()
    step = rows["ability"].diff().iloc[1]
    assert rows["density"].sum() * step == pytest.approx(1, abs=1e-3)
    assert (rows["information"] > 0).all()
