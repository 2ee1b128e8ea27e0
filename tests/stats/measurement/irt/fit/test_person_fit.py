"""lz*: standard normal for people who follow the model, far below zero for those who do not."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.ability.point_estimates import weighted_likelihood
from pipeline.stats.measurement.irt.curves import Graded, Logistic
from pipeline.stats.measurement.irt.fit.person_fit import person_fit

PEOPLE = 3000


@pytest.fixture
def long_test() -> Logistic:
    slope = np.random.default_rng(1).uniform(0.8, 2.0, 40)
    return Logistic.of_difficulty(slope, np.linspace(-2.5, 2.5, 40))


@pytest.fixture
def ability() -> np.ndarray:
    return np.random.default_rng(2).normal(0, 0.8, PEOPLE)


def test_people_who_follow_the_model_are_about_standard_normal(long_test, drawn, ability):
    answers = drawn(long_test, ability, 3)
    found = person_fit(long_test, answers, weighted_likelihood(long_test, answers).estimate)
    assert found.mean() == pytest.approx(0, abs=0.1)
    assert found.std() == pytest.approx(1, abs=0.06)
    assert np.mean(found < -1.645) == pytest.approx(0.05, abs=0.02)


def test_many_categories_are_about_standard_normal_too(drawn, ability):
    intercepts = np.array([2.0, 0.5, -1.0]) + np.linspace(-1.5, 1.5, 25)[:, None]
    model = Graded(slope=np.linspace(0.8, 2, 25), intercepts=intercepts)
    answers = drawn(model, ability, 4)
    found = person_fit(model, answers, weighted_likelihood(model, answers).estimate)
    assert found.mean() == pytest.approx(0, abs=0.12)
    assert found.std() == pytest.approx(1, abs=0.08)


def test_people_who_guess_or_answer_upside_down_are_found(long_test, drawn, ability):
    guessed = np.random.default_rng(5).integers(0, 2, (500, 40))
    upside_down = np.sort(drawn(long_test, ability[:500], 6), axis=1)
    for answers in (guessed, upside_down):
        estimated = weighted_likelihood(long_test, answers).estimate
        assert np.mean(person_fit(long_test, answers, estimated) < -1.645) > 0.8


def test_the_likeliest_answers_fit_best(long_test):
    guttman = np.repeat([1, 0], 20)[None, :].astype(np.int64)
    assert person_fit(long_test, guttman, np.zeros(1))[0] > 1


def test_the_correction_is_snijders_for_warms_estimate(long_test, drawn, ability):
    answers = drawn(long_test, ability[:50], 7)
    estimate = weighted_likelihood(long_test, answers).estimate
    curves = long_test.curves(estimate)
    right, slope, bend = (
        part[:, 1] for part in (curves.probability, curves.slope, curves.curvature)
    )
    weight = np.log(right / (1 - right))
    score = slope / (right * (1 - right))
    information = (slope * score).sum(axis=0)
    start = (bend * score).sum(axis=0) / (2 * information)
    carried = (slope * weight).sum(axis=0) / information
    deviation = np.sqrt(((weight - carried * score) ** 2 * right * (1 - right)).sum(axis=0))
    expected = (((answers.T - right) * weight).sum(axis=0) + carried * start) / deviation
    np.testing.assert_allclose(person_fit(long_test, answers, estimate), expected, atol=1e-6)


def test_items_not_asked_are_skipped(long_test, drawn, ability):
    answers = drawn(long_test, ability[:20], 7)
    skipped = answers.copy()
    skipped[:, 30:] = -1
    np.testing.assert_allclose(
        person_fit(long_test, skipped, ability[:20]),
        person_fit(long_test.take(np.arange(30)), answers[:, :30], ability[:20]),
    )


def test_nobody_is_judged_without_answers(long_test):
    answers = np.vstack([np.full(40, -1), np.ones(40, dtype=int), np.zeros(40, dtype=int)])
    found = person_fit(long_test, answers, np.array([np.nan, 3.5, -3.5]))
    assert np.isnan(found[0])
    assert np.isfinite(found[1:]).all()
    assert np.isnan(person_fit(long_test, answers[:1], np.zeros(1))).all()


def test_what_the_model_does_not_know_is_refused(long_test):
    with pytest.raises(ContractError, match="one per person"):
        person_fit(long_test, np.zeros((3, 40), dtype=int), np.zeros(2))
    with pytest.raises(ContractError, match="items 40"):
        person_fit(long_test, np.repeat([0, 2], [39, 1])[None, :], np.zeros(1))
