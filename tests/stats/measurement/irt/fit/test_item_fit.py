"""S-X2: it keeps its level under the model and finds the item that does not follow it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.calibration import calibrate
from pipeline.stats.measurement.irt.fit.item_fit import item_fit, item_parameters
from pipeline.stats.measurement.irt.quadrature import GRID

POPULATION = stats.norm.pdf(GRID)


def ability(people: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(people)


def fit(model, responses, **changed):
    given = {"population": POPULATION, "parameters": np.zeros(len(model.categories), dtype=int)}
    return item_fit(model, responses, **(given | changed))


@pytest.mark.parametrize("name", ["two_parameter", "graded"])
def test_known_items_are_misfitting_as_often_as_chance_says(name, drawn, request):
    model = request.getfixturevalue(name)
    p = np.concatenate([fit(model, drawn(model, ability(800, s), s)).p for s in range(25)])
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.04)


def test_an_item_of_another_shape_is_found(two_parameter, drawn):
    answers = drawn(two_parameter, ability(3000, 1), 1)
    # Item 7 no longer rises with ability, but is as difficult as before.
    answers[:, 6] = np.random.default_rng(2).permutation(answers[:, 6])
    found = fit(two_parameter, answers)
    assert found.p[6] < 1e-6
    assert found.rmsea[6] == max(found.rmsea) > 0.05
    assert np.mean(found.p[[0, 1, 2, 3, 4]] > 0.001) == 1


def test_degrees_of_freedom_are_scores_between_the_ends_less_parameters(two_parameter, drawn):
    answers = drawn(two_parameter, ability(100_000, 3), 3)
    np.testing.assert_array_equal(fit(two_parameter, answers).df[3:9], 11)
    fewer = fit(two_parameter, answers, parameters=np.full(12, 2))
    np.testing.assert_array_equal(fewer.df[3:9], 9)


def test_people_not_asked_everything_or_of_weight_zero_change_nothing(two_parameter, drawn):
    answers = drawn(two_parameter, ability(500, 4), 4)
    more = np.vstack([answers, np.zeros((40, 12), dtype=int)])
    more[500:520, 0] = -1
    weights = np.append(np.ones(520), np.zeros(20))
    found = fit(two_parameter, more, weights=weights)
    np.testing.assert_allclose(found.statistic, fit(two_parameter, answers).statistic)
    assert found.n == 500


def test_weights_count_as_kishs_number_of_people(two_parameter, drawn):
    answers = drawn(two_parameter, ability(500, 4), 4)
    weights = np.random.default_rng(5).uniform(1, 3, 500)
    found = fit(two_parameter, answers, weights=weights)
    assert found.n == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    again = fit(two_parameter, answers, weights=1000 * weights)
    np.testing.assert_allclose(again.statistic, found.statistic)


def test_the_unit_and_direction_of_ability_do_not_matter(two_parameter, drawn):
    answers = drawn(two_parameter, ability(500, 4), 4)
    moved = fit(two_parameter.rescaled(2.0, 1.0), answers, nodes=2 * GRID + 1)
    np.testing.assert_allclose(moved.statistic, fit(two_parameter, answers).statistic)


def test_few_people_leave_items_unjudged(two_parameter, drawn):
    found = fit(two_parameter, drawn(two_parameter, ability(3, 1), 1), parameters=np.full(12, 2))
    assert (found.df <= 0).all()
    assert np.isnan(found.p).all()
    assert np.isnan(found.rmsea).all()


def test_parameters_of_items_are_counted_from_the_calibration(two_parameter, graded, drawn):
    answers = drawn(two_parameter, ability(400, 6), 6)
    np.testing.assert_array_equal(item_parameters(calibrate(answers, "rasch")), 1)
    np.testing.assert_array_equal(item_parameters(calibrate(answers, "2pl")), 2)
    ordered = drawn(graded, ability(400, 6), 6)
    np.testing.assert_array_equal(
        item_parameters(calibrate(ordered, "grm")), [4, 4, 4, 4, 4, 4, 3, 3]
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"responses": np.zeros((3, 5), dtype=int)}, "expected 12 columns"),
        ({"responses": np.full((3, 12), 2)}, "categories of the model or -1"),
        ({"responses": np.full((3, 12), -1)}, "asked every item, got none"),
        ({"weights": np.zeros(3)}, "asked every item, got none"),
        ({"weights": -np.ones(3)}, "negative"),
        ({"population": np.ones(5)}, "a share per node"),
        ({"parameters": np.ones(3)}, "a number of parameters per item"),
    ],
)
def test_what_cannot_be_judged_is_refused(two_parameter, changed, message):
    given = {"responses": np.zeros((3, 12), dtype=int)} | changed
    with pytest.raises(ContractError, match=message):
        fit(two_parameter, **given)


def test_a_single_item_has_no_rest_score(two_parameter):
    with pytest.raises(ContractError, match="two items or more"):
        fit(two_parameter.take(np.array([0])), np.zeros((3, 1), dtype=int))


def test_guessing_of_another_item_does_not_hide(two_parameter, drawn):
    guessed = replace(two_parameter, guessing=np.where(np.arange(12) == 11, 0.4, 0.0))
    found = fit(two_parameter, drawn(guessed, ability(4000, 8), 8))
    assert np.argmax(found.rmsea) == 11
