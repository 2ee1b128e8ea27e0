import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ContractError
from pipeline.stats.survey.estimation.regression.families import FAMILIES, LOGIT, family_named
from pipeline.stats.survey.estimation.regression.fitting import coefficients, fit
from tests.stats.survey.survey_strategies import LAWS

NAMES = ["(Intercept)", "age", "sexM"]


def people(n=80, seed=1):
    """Columns of an intercept, a number and two levels; outcomes of 0 and 1."""
    random = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), random.normal(size=n), np.arange(n) % 2])
    y = (random.random(n) < 0.3 + 0.3 * x[:, 2]).astype(float)
    return y, x, random.uniform(0.5, 3, n)


def test_a_weighted_line_worked_by_hand():
    """Means of x and y are 1 and 2 with weights 1 2 1; slope (1 * 1 + 1 * 3) / 2 = 2."""
    x = np.column_stack([np.ones(3), [0.0, 1, 2]])
    found = fit(np.array([1.0, 1, 5]), x, np.array([1.0, 2, 1]))
    assert found.coefficient == pytest.approx([0, 2])
    assert found.fitted == pytest.approx([0, 2, 4])


def test_two_groups_have_the_log_odds_of_their_weighted_shares():
    y = np.array([1.0, 0, 0, 1, 1, 0])
    group = np.array([0.0, 0, 0, 1, 1, 1])
    weight = np.array([1.0, 1, 2, 2, 1, 1])
    found = fit(y, np.column_stack([np.ones(6), group]), weight, family=LOGIT)
    assert found.coefficient == pytest.approx([np.log(1 / 3), np.log(3) - np.log(1 / 3)])


@pytest.mark.parametrize("name", FAMILIES)
def test_without_weights_it_is_what_statsmodels_finds(name):
    y, x, _ = people()
    plain = sm.GLM(y, x, family=family_named(name).model).fit(tol=1e-14, maxiter=300)
    found = fit(y, x, np.full(80, 5.0), family=family_named(name))
    assert found.coefficient == pytest.approx(plain.params, rel=1e-5, abs=1e-7)
    sandwich = 25 * found.influence.T @ found.influence
    robust = sm.GLM(y, x, family=family_named(name).model).fit(cov_type="HC0").cov_params()
    if name in ("gaussian", "logit", "poisson"):  # elsewhere statsmodels observes information
        assert sandwich == pytest.approx(robust, rel=1e-4)


@settings(**LAWS)
@given(st.integers(0, 10_000), st.sampled_from(list(FAMILIES)))
def test_influences_total_zero_at_the_solution(seed, name):
    y, x, weight = people(seed=seed)
    found = fit(y, x, weight, family=family_named(name))
    assert weight @ found.influence == pytest.approx(np.zeros(3), abs=1e-6)


@settings(**LAWS)
@given(st.integers(0, 10_000), st.sampled_from(["gaussian", "logit"]))
def test_influences_are_the_slopes_of_the_coefficients_in_the_weights(seed, name):
    y, x, weight = people(seed=seed)
    family = family_named(name)
    found = fit(y, x, weight, family=family)
    heavier = weight + 1e-5 * (np.arange(80) == 7)
    moved = coefficients(y, x, heavier, family=family) - found.coefficient
    assert moved / 1e-5 == pytest.approx(found.influence[7], rel=1e-3, abs=1e-6)


def test_neither_the_scale_of_weights_nor_rows_without_part_change_anything():
    y, x, weight = people()
    found = fit(y, x, weight, family=LOGIT)
    more_y = np.array([*y, np.nan, 1.0, 1.0])
    more_x = np.vstack([x, x[0], x[0], [1.0, np.nan, 0.0]])
    other = fit(more_y, more_x, np.array([*(7 * weight), 1.0, 0.0, 1.0]), family=LOGIT)
    assert other.coefficient == pytest.approx(found.coefficient)
    assert 7 * other.influence[:80] == pytest.approx(found.influence)
    assert not other.influence[80:].any()
    assert other.is_used.sum() == 80


def test_columns_of_very_unequal_size_are_no_obstacle():
    y, x, weight = people()
    size = np.array([1.0, 1e9, 1e-9])
    plain, other = (coefficients(y, x * by, weight, family=LOGIT) for by in (np.ones(3), size))
    assert other * size == pytest.approx(plain)


def test_all_columns_that_repeat_others_are_named():
    y, x, weight = people()
    wider = np.column_stack([x, 1 - x[:, 2], np.zeros(80)])
    with pytest.raises(ContractError) as caught:
        fit(y, wider, weight, names=[*NAMES, "sexF", "empty"])
    assert caught.value.faults == [
        'column "sexF": a combination of (Intercept), sexM',
        'column "empty": 0 in every row',
    ]


def test_a_level_with_equal_outcomes_is_named():
    y, x, weight = people()
    with pytest.raises(ContractError, match='regression: "sexM": tell outcomes of 0 and 1 apart'):
        fit(np.where(x[:, 2] == 1, 1.0, y), x, weight, names=NAMES, family=LOGIT)


@pytest.mark.parametrize("name", ["logit", "probit", "cloglog"])
def test_columns_that_separate_only_together_are_named_together(name):
    _, x, weight = people()
    y = (x[:, 1] + 0.5 * x[:, 2] > 0.2).astype(float)
    with pytest.raises(ContractError, match='"age", "sexM": tell outcomes'):
        fit(y, x, weight, names=NAMES, family=family_named(name))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"y": np.full(80, 2.0)}, "logit: expected outcomes from 0 to 1, got others in 80 rows"),
        ({"y": np.ones(80)}, "the outcome is the same in all 80 rows"),
        ({"weight": np.eye(80)[0]}, "3 coefficients, but 1 complete rows with weight"),
        ({"x": np.ones(80)}, "expected n outcomes, n x p columns, n weights"),
    ],
)
def test_bad_input_is_refused(change, fault):
    y, x, weight = people()
    given = {"y": y, "x": x, "weight": weight} | change
    with pytest.raises(ContractError, match=fault):
        fit(**given, family=LOGIT)


def test_an_unknown_family_is_refused_with_those_there_are():
    with pytest.raises(ContractError, match=r'gaussian, logit, .* got "gamma"'):
        family_named("gamma")
