import numpy as np
import pytest

from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from pipeline.stats.measurement.irt.curves import Graded, Logistic, PartialCredit
from pipeline.stats.measurement.irt.marginal_likelihood.families import GuessingPrior
from pipeline.stats.measurement.irt.mixed import Mixed
from tests.stats.measurement.irt.simulated import (
    answers_of,
    graded_items,
    logistic_items,
    partial_credit_items,
)


@pytest.fixture(scope="module")
def answers():
    random = np.random.default_rng(11)
    return answers_of(logistic_items(10), random.standard_normal(1500), random)


def test_the_items_that_made_the_answers_are_found():
    random = np.random.default_rng(1)
    truth = logistic_items(20)
    found = calibrate(answers_of(truth, random.standard_normal(20_000), random), "2pl").model
    assert isinstance(found, Logistic)
    assert found.slope == pytest.approx(truth.slope, abs=0.08)
    assert found.difficulty == pytest.approx(truth.difficulty, abs=0.08)
    assert (found.guessing == 0).all()


@pytest.mark.parametrize(("family", "truth"), [("grm", graded_items(8)), ("gpcm", None)])
def test_items_of_several_categories_are_found(family, truth):
    random = np.random.default_rng(2)
    truth = truth or partial_credit_items(8)
    found = calibrate(answers_of(truth, random.standard_normal(20_000), random), family).model
    assert type(found) is type(truth)
    assert found.slope == pytest.approx(truth.slope, abs=0.08)
    assert found.intercepts == pytest.approx(truth.intercepts, abs=0.1)


def test_guessing_is_found_where_its_prior_is_wide():
    random = np.random.default_rng(3)
    truth = logistic_items(20, 0.2)
    y = answers_of(truth, random.standard_normal(20_000), random)
    found = calibrate(y, "3pl", prior=GuessingPrior(-1.0, 1.0)).model
    hard = truth.difficulty > 0.5
    assert found.guessing[hard] == pytest.approx(0.2, abs=0.04)


def test_a_sharp_prior_decides_on_guessing():
    random = np.random.default_rng(4)
    y = answers_of(logistic_items(10, 0.25), random.standard_normal(1000), random)
    found = calibrate(y, "3pl", prior=GuessingPrior(-1.39, 1e-2)).model
    assert found.guessing == pytest.approx(1 / (1 + np.exp(1.39)), abs=2e-3)


def test_mixed_forms_keep_each_item_in_its_column():
    random = np.random.default_rng(5)
    ability = random.standard_normal(4000)
    right_wrong, graded = logistic_items(4), graded_items(3)
    y = answers_of(right_wrong, ability, random), answers_of(graded, ability, random)
    mixed = np.column_stack([y[1][:, 0], y[0][:, :2], y[1][:, 1:], y[0][:, 2:]])
    found = calibrate(mixed, ["grm", "2pl", "2pl", "gpcm", "grm", "2pl", "rasch"])
    assert isinstance(found.model, Mixed)
    assert found.model.categories.tolist() == [4, 2, 2, 4, 4, 2, 2]
    kinds = {type(part): place.tolist() for part, place in _parts(found.model)}
    assert kinds == {Logistic: [1, 2, 5, 6], Graded: [0, 4], PartialCredit: [3]}
    share = found.model.expected(found.nodes) @ np.exp(_log_weights(found))
    assert share == pytest.approx(mixed.mean(axis=0), abs=0.02)


def _parts(model):
    return zip(model.parts, model.places, strict=True)


def _log_weights(found):
    people = np.zeros(1, dtype=int), np.empty((1, 0))
    return found.population.log_weights(found.nodes, *people)[0]


def test_rasch_items_have_slope_one_and_a_free_spread():
    random = np.random.default_rng(6)
    truth = Logistic.of_difficulty(np.ones(15), np.linspace(-2, 2, 15))
    found = calibrate(answers_of(truth, 1.4 * random.standard_normal(8000), random), "rasch")
    assert (found.model.slope == 1).all()
    assert found.population.sds == pytest.approx([1.4], abs=0.05)
    assert found.model.difficulty == pytest.approx(truth.difficulty, abs=0.15)


def test_rasch_items_of_several_categories_are_partial_credit():
    random = np.random.default_rng(7)
    y = answers_of(partial_credit_items(6), random.standard_normal(2000), random)
    found = calibrate(y, "rasch").model
    assert isinstance(found, PartialCredit)
    assert (found.slope == 1).all()


def test_groups_linked_by_anchors_get_their_means_and_spreads():
    random = np.random.default_rng(8)
    items = logistic_items(30)
    groups = np.repeat([0, 1], 6000)
    ability = random.standard_normal(12_000) * np.where(groups, 1.3, 1) + 0.5 * groups
    y = answers_of(items, ability, random)
    y[groups == 0, 20:] = -1
    y[groups == 1, :10] = -1
    found = calibrate(y, "2pl", groups=groups)
    assert found.population.means == pytest.approx([0, 0.5], abs=0.06)
    assert found.population.sds == pytest.approx([1, 1.3], abs=0.06)
    assert found.model.slope == pytest.approx(items.slope, abs=0.2)


def test_covariates_get_their_coefficients():
    random = np.random.default_rng(9)
    x = random.integers(0, 2, (6000, 2)).astype(float)
    ability = x @ [0.5, -0.8] + 0.7 * random.standard_normal(6000)
    items = Logistic.of_difficulty(np.ones(20), np.linspace(-2, 2, 20))
    y = answers_of(items, ability, random)
    found = calibrate(y, "rasch", covariates=x)
    assert found.population.coefficient == pytest.approx([0.5, -0.8], abs=0.1)
    assert found.population.sds == pytest.approx([0.7], abs=0.04)
    known = fit_population(y, items, covariates=x)
    assert known.population.coefficient == pytest.approx([0.5, -0.8], abs=0.1)
    assert known.population.means == pytest.approx([0], abs=0.06)
    assert np.corrcoef(known.eap, ability)[0, 1] > 0.85


def test_known_items_give_each_group_its_mean_and_spread():
    random = np.random.default_rng(10)
    groups = np.repeat([0, 1], 4000)
    y = answers_of(logistic_items(25), random.normal(groups - 0.5, 0.8), random)
    found = fit_population(y, logistic_items(25), groups=groups)
    assert found.population.means == pytest.approx([-0.5, 0.5], abs=0.05)
    assert found.population.sds == pytest.approx([0.8, 0.8], abs=0.05)


def test_a_weight_of_two_is_the_person_twice(answers):
    weights = np.where(np.arange(len(answers)) % 3, 1.0, 2.0)
    doubled = np.concatenate([answers, answers[weights == 2]])
    weighted, plain = calibrate(answers, weights=weights), calibrate(doubled)
    assert weighted.vector == pytest.approx(plain.vector, abs=1e-5)
    assert weighted.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_the_scale_of_the_weights_moves_no_item(answers):
    weights = np.random.default_rng(0).lognormal(0, 0.5, len(answers))
    found, scaled = (calibrate(answers, weights=c * weights) for c in (1, 7))
    assert scaled.vector == pytest.approx(found.vector, abs=1e-5)
    assert scaled.log_likelihood == pytest.approx(7 * found.log_likelihood, rel=1e-9)


def test_people_without_weight_or_answers_change_nothing(answers):
    more = np.concatenate([answers, 1 - answers[:50], np.full((20, 10), -1)])
    weights = np.concatenate([np.ones(len(answers)), np.zeros(50), np.ones(20)])
    found, plain = calibrate(more, weights=weights), calibrate(answers)
    assert found.vector == pytest.approx(plain.vector, abs=1e-5)
    assert found.log_likelihood == pytest.approx(plain.log_likelihood)
    assert found.n_people == plain.n_people
    assert found.eap[-1] == pytest.approx(0, abs=1e-6)


def test_the_order_of_people_and_of_items_changes_nothing(answers):
    random = np.random.default_rng(1)
    people, items = random.permutation(len(answers)), random.permutation(10)
    found, plain = calibrate(answers[people][:, items]), calibrate(answers)
    assert found.model.slope == pytest.approx(plain.model.slope[items], abs=1e-5)
    assert found.eap == pytest.approx(plain.eap[people], abs=1e-5)


def test_equal_people_are_taken_together_without_changing_the_result(answers):
    few = answers[:, :4]
    together = calibrate(few)
    apart = calibrate(few, covariates=None, groups=np.zeros(len(few), dtype=int))
    assert together.answers.size <= 16
    assert together.eap.shape == (len(few),)
    assert together.vector == pytest.approx(apart.vector)


def test_items_not_asked_are_skipped_and_not_wrong(answers):
    """Half the people miss half the items by design: the items stay what they are."""
    thinned = answers.copy()
    thinned[::2, 5:] = -1
    found, plain = calibrate(thinned).model, calibrate(answers).model
    assert found.difficulty == pytest.approx(plain.difficulty, abs=0.25)
    as_wrong = calibrate(np.maximum(thinned, 0)).model
    assert (as_wrong.difficulty[5:8] > found.difficulty[5:8] + 0.5).all()


def test_no_other_parameters_are_more_likely(answers):
    found = calibrate(answers)
    best = _log_likelihood(found, found.vector)
    assert best == pytest.approx(found.log_likelihood)
    for place in range(len(found.vector)):
        for change in (-0.02, 0.02):
            moved = found.vector.copy()
            moved[place] += change
            assert _log_likelihood(found, moved) < best


def _log_likelihood(found, vector):
    """By summing over the nodes person by person, the plain way."""
    weights = np.exp(-(found.nodes**2) / 2)
    log_p = np.log(found.model_at(vector).probabilities(found.nodes))
    codes = found.answers.codes[:, found.answers.row].T
    people = np.stack([log_p[np.arange(codes.shape[1]), row].sum(axis=0) for row in codes])
    return np.log(np.exp(people) @ (weights / weights.sum())).sum()


def test_information_criteria_count_parameters_and_people(answers):
    found = calibrate(answers)
    assert found.aic == pytest.approx(2 * 20 - 2 * found.log_likelihood)
    assert found.bic == pytest.approx(20 * np.log(1500) - 2 * found.log_likelihood)


def test_people_in_many_blocks_have_the_posteriors_they_have_alone():
    random = np.random.default_rng(12)
    y = answers_of(logistic_items(30), random.standard_normal(9000), random)
    found = calibrate(y, groups=np.arange(9000) % 2)
    weights = np.exp(found.population.log_weights(found.nodes, np.array([1]), np.empty((1, 0))))[0]
    for person in (1, 4097, 8999):
        chances = found.model.probabilities(found.nodes)[np.arange(30), y[person]].prod(axis=0)
        posterior = chances * weights / (chances @ weights)
        assert found.eap[person] == pytest.approx(posterior @ found.nodes, abs=1e-9)


def test_the_same_answers_give_the_same_numbers(answers):
    assert (calibrate(answers).vector == calibrate(answers).vector).all()
