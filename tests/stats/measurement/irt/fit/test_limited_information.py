"""M2: it keeps its level under the model and rejects a test of two abilities."""

import numpy as np
import pytest
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.calibration import calibrate
from pipeline.stats.measurement.irt.fit.limited_information import limited_information


def ability(people: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(people)


@pytest.mark.parametrize(("name", "family"), [("two_parameter", "2pl"), ("graded", "grm")])
def test_the_model_that_made_the_answers_is_rejected_as_often_as_chance_says(
    name, family, drawn, request
):
    model = request.getfixturevalue(name)
    p = []
    for seed in range(25):
        answers = drawn(model, ability(500, seed), seed)
        p.append(limited_information(calibrate(answers, family), answers).p)
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_two_abilities_are_no_single_one(two_parameter, drawn):
    half = two_parameter.take(np.arange(6))
    answers = np.hstack([drawn(half, ability(1000, seed), seed) for seed in (1, 2)])
    found = limited_information(calibrate(answers, "2pl"), answers)
    assert found.p < 1e-6
    assert found.rmsea > 0.05
    assert found.rmsea_low < found.rmsea < found.rmsea_high
    assert found.srmsr > 0.1


def test_degrees_of_freedom_are_means_and_pairs_less_parameters(two_parameter, drawn):
    answers = drawn(two_parameter, ability(400, 1), 1)
    assert limited_information(calibrate(answers, "2pl"), answers).df == 12 + 66 - 24
    # Rasch: twelve intercepts and the spread of ability.
    assert limited_information(calibrate(answers, "rasch"), answers).df == 12 + 66 - 13


def test_the_order_of_items_and_people_does_not_matter(two_parameter, drawn):
    answers = drawn(two_parameter, ability(400, 1), 1)
    turned = answers[::-1, ::-1]
    found = limited_information(calibrate(answers, "2pl"), answers)
    again = limited_information(calibrate(turned, "2pl"), turned)
    assert again.m2 == pytest.approx(found.m2, rel=1e-3)
    assert again.srmsr == pytest.approx(found.srmsr, rel=1e-3)


def test_the_interval_of_rmsea_holds_ninety_percent_of_the_chi_square(two_parameter, drawn):
    answers = drawn(two_parameter, ability(400, 1), 1)
    copied = np.arange(400) % 2 == 0
    answers[copied, 1] = answers[copied, 0]
    found = limited_information(calibrate(answers, "2pl"), answers)
    bounds = np.array([found.rmsea_low, found.rmsea_high]) ** 2 * found.df * found.n
    np.testing.assert_allclose(stats.ncx2.cdf(found.m2, found.df, bounds), [0.95, 0.05], atol=1e-6)


def test_weights_count_as_kishs_number_of_people(two_parameter, drawn):
    answers = drawn(two_parameter, ability(400, 1), 1)
    weights = np.random.default_rng(1).uniform(1, 3, 400)
    calibrated = calibrate(answers, "2pl", weights=weights)
    found = limited_information(calibrated, answers, weights=weights)
    again = limited_information(calibrated, answers, weights=50 * weights)
    assert found.n == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert again.m2 == pytest.approx(found.m2)
    assert found.p > 0.001


def test_several_populations_are_refused(two_parameter, drawn):
    answers = drawn(two_parameter, ability(400, 1), 1)
    calibrated = calibrate(answers, "2pl", groups=np.arange(400) % 2)
    with pytest.raises(ContractError, match="one normal population, got 2 groups"):
        limited_information(calibrated, answers)


def test_three_items_have_no_degrees_of_freedom_left(two_parameter, drawn):
    answers = drawn(two_parameter.take(np.array([3, 4, 5])), ability(2000, 1), 1)
    with pytest.raises(ContractError, match="more means and pairs of items than parameters"):
        limited_information(calibrate(answers, "2pl"), answers)


def test_an_item_answered_alike_by_all_complete_people_is_named(two_parameter, drawn):
    answers = drawn(two_parameter, ability(400, 1), 1)
    calibrated = calibrate(answers, "2pl")
    with pytest.raises(ContractError, match="same score: items 3"):
        limited_information(calibrated, answers[answers[:, 2] == 1])
