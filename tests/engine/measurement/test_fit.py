import numpy as np
import pytest

from pipeline.engine.measurement.fit import fit_table, item_fit_p
from pipeline.engine.measurement.own_scale import OwnScale
from tests.engine.measurement.town import ITEMS, RIGHT, WRONG, parameters, quiz, town_wave


def statistics(wave):
    return fit_table(OwnScale.of(wave)).set_index("statistic")["estimate"]


def test_the_planted_model_fits(tables):
    found = tables["fit"].query("wave == 'w1'").set_index("statistic")["estimate"]
    assert found["m2_df"] == 20 * 21 / 2 - 40
    assert found["rmsea"] < 0.03
    assert found["srmsr"] < 0.05
    assert abs(found["q3_mean"]) < 0.1


@pytest.mark.parametrize("graded", [["i02", "i03"]])
def test_forms_with_partial_credit_are_judged_too(graded):
    assert {"m2", "rmsea", "q3_largest"} <= set(statistics(town_wave(n=800, graded=graded)).index)


def test_people_whose_answers_hardly_go_together_are_counted():
    """Of 400 people, the last 20 know the six hardest items and miss all others."""
    hardest = sorted(ITEMS, key=lambda item: parameters(item)[1])[-6:]

    def spoil(answers):
        for item in ITEMS:
            answers.loc[380:, item] = RIGHT if item in hardest else WRONG[0]

    clean, spoiled = (statistics(town_wave(spoil=each))["odd_answers"] for each in (None, spoil))
    assert 0.02 < clean < 0.09
    assert spoiled > clean + 0.02


def test_too_few_items_leave_what_needs_more_out():
    found = statistics(town_wave(items=ITEMS[:3]))
    assert "m2" not in found.index
    assert "q3_mean" in found.index


def test_when_nobody_was_asked_everything_items_have_no_fit():
    """Two halves of the test, each for half of the people; nobody has a score by both."""

    def spoil(answers):
        half = len(answers) // 2
        answers.loc[:half, list(ITEMS[:5])] = -1
        answers.loc[half + 1 :, list(ITEMS[5:10])] = -1

    counted = {
        item: {"dimension": ("facts", "skills")[place % 2], "points": 5}
        for place, item in enumerate(ITEMS[10:])
    }
    wave = town_wave(spoil=spoil, standards=[quiz("common", 30)], elsewhere={"common": counted})
    assert np.isnan(item_fit_p(OwnScale.of(wave))).all()
    assert "m2" not in statistics(wave).index
