import numpy as np
import pytest

from pipeline.errors import ContractError, NotConvergedError, UnscaledItemsError
from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from tests.stats.measurement.irt.simulated import answers_of, graded_items, logistic_items

N = 400


@pytest.fixture
def answers():
    random = np.random.default_rng(21)
    return answers_of(logistic_items(6), random.standard_normal(N), random)


@pytest.mark.parametrize(
    ("value", "said"),
    [(1, "item q3: answered all right"), (0, "all wrong"), (-1, "answered by nobody")],
)
def test_an_item_without_two_kinds_of_answers_is_named(answers, value, said):
    answers[:, 2] = value
    with pytest.raises(ContractError, match=said):
        calibrate(answers, items=[f"q{j}" for j in range(1, 7)])


def test_right_answers_of_people_without_weight_do_not_count(answers):
    weights = np.ones(N)
    answers[:, 2] = 0
    answers[0, 2], weights[0] = 1, 0
    with pytest.raises(ContractError, match="item 3: answered all wrong"):
        calibrate(answers, weights=weights)


def test_a_category_that_nobody_chose_is_named():
    random = np.random.default_rng(22)
    y = answers_of(graded_items(3), random.standard_normal(N), random)
    y[y[:, 1] == 1, 1] = 2
    with pytest.raises(ContractError, match=r"item 2: expected answers in categories 0 to 3.* 1"):
        calibrate(y, "grm")


def test_fewer_people_for_guessing_must_be_asked_for(answers):
    assert calibrate(answers, "3pl", fewest_for_guessing=400).n_people == 400


def test_guessing_needs_a_thousand_people(answers):
    with pytest.raises(ContractError, match=r"guessing needs 1000 people.*got 400"):
        calibrate(answers, "3pl")


def test_items_with_one_fault_are_told_together(answers):
    answers[:, [0, 4]] = 1
    with pytest.raises(ContractError, match="item 1, 5: answered all right"):
        calibrate(answers)


@pytest.mark.parametrize(
    ("family", "said"),
    [
        ("4pl", "expected a family among"),
        (["2pl"] * 5, "expected a family and a name for each of 6 items"),
    ],
)
def test_unknown_families_are_refused(answers, family, said):
    with pytest.raises(ContractError, match=said):
        calibrate(answers, family)


def test_several_categories_need_a_family_that_has_them(answers):
    answers[:50, 1] = 2
    with pytest.raises(ContractError, match='item 2: expected two categories for "2pl", got 3'):
        calibrate(answers)


def test_two_items_cannot_tell_of_ability(answers):
    with pytest.raises(ContractError, match="expected 3 items or more"):
        calibrate(answers[:, :2])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"weights": np.zeros(N)}, "a person with weight, got none"),
        ({"weights": np.full(N, -1.0)}, "got 400 negative or missing"),
        ({"weights": np.full(N, np.nan)}, "got 400 negative or missing"),
        ({"weights": np.ones(3)}, r"weights: expected 400 numbers, got shape \(3,\)"),
        ({"groups": np.ones(N)}, "groups: expected whole numbers"),
        ({"groups": np.full(N, -1)}, "groups: expected numbers from 0"),
        ({"groups": np.full(N, 2)}, "groups: expected answers in every group, got none in 0, 1"),
        ({"covariates": np.ones(N)}, "covariates: expected 400 rows"),
        ({"covariates": np.full((N, 1), np.inf)}, "got 400 missing or infinite"),
        ({"covariates": np.ones((N, 1))}, "do not follow from each other"),
        ({"covariates": np.zeros((N, 1))}, "do not follow from each other"),
    ],
)
def test_people_who_cannot_be_used_are_refused(answers, options, said):
    with pytest.raises(ContractError, match=said):
        calibrate(answers, **options)


@pytest.mark.parametrize("wrong", [np.full((N, 6), -2), np.full((N, 6), 0.5), np.zeros(N, int)])
def test_answers_are_categories_from_zero(wrong):
    with pytest.raises(ContractError, match="responses: expected"):
        calibrate(wrong)


def test_groups_without_a_common_item_are_unlinked(answers):
    groups = np.arange(N) % 3
    for group in range(3):
        asked = {0: [0, 1, 2], 1: [2, 3], 2: [4, 5]}[group]
        left_out = [j for j in range(6) if j not in asked]
        answers[np.ix_(groups == group, left_out)] = -1
    with pytest.raises(ContractError, match=r"0, 1 \| 2") as caught:
        calibrate(answers, groups=groups)
    assert "publish no change" in caught.value.hint


def test_an_item_that_repeats_another_is_named(answers):
    with pytest.raises(UnscaledItemsError, match="item 1: slope ran to") as caught:
        calibrate(np.column_stack([answers, answers[:, 0]]))
    assert any("item 7" in fault for fault in caught.value.faults)
    # The worst first, for whoever wants to go on without it.
    assert sorted(caught.value.items) == [0, 6]
    places = [int(fault.split(":")[0].removeprefix("item ")) - 1 for fault in caught.value.faults]
    assert tuple(places) == caught.value.items


def test_unrelated_items_are_no_ruler():
    coins = np.random.default_rng(23).integers(0, 2, (N, 8))
    with pytest.raises(NotConvergedError) as caught:
        calibrate(coins, "rasch")
    assert "unrelated" in caught.value.hint


def test_a_population_beyond_the_nodes_is_refused(answers):
    with pytest.raises(NotConvergedError, match="expected the nodes to hold the population"):
        calibrate(answers, nodes=np.linspace(-1, 1, 21))


def test_answers_that_known_items_do_not_have_are_refused(answers):
    with pytest.raises(ContractError, match="expected 5 items as in the model, got 6"):
        fit_population(answers, logistic_items(5))
    answers[0, 3] = 2
    with pytest.raises(ContractError, match="item 4: expected 2 categories"):
        fit_population(answers, logistic_items(6))
