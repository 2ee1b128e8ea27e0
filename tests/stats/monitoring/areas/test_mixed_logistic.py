"""Random intercepts: likelihoods against plain integration, laws and refusals."""

import numpy as np
import pytest
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.monitoring.areas.counts import counts_of
from pipeline.stats.monitoring.areas.integrated_logistic import integrated_logistic
from pipeline.stats.monitoring.areas.mixed_logistic import mixed_logistic, quadrature
from pipeline.stats.monitoring.areas.random_intercepts import laplace, slope
from pipeline.stats.survey.estimation.regression.families import LOGIT
from pipeline.stats.survey.estimation.regression.fitting import fit
from tests.stats.monitoring.areas.simulated_areas import simulated

B, SD = np.array([-1.4, 0.4]), np.array([0.5])


def integrated(y, x, code, b, sd):
    """Log-likelihood on a fine grid, group by group."""
    v = np.linspace(-9, 9, 4001)
    total = 0.0
    for g in np.unique(code):
        mine = code == g
        share = expit((x[mine] @ b)[:, None] + sd * v)
        each = np.where(y[mine][:, None] == 1, share, 1 - share).prod(axis=0)
        total += np.log((each * np.exp(-(v**2) / 2) / np.sqrt(2 * np.pi)).sum() * (v[1] - v[0]))
    return total


def test_quadrature_is_the_integral_and_laplace_is_near_it():
    y, x, code, _ = simulated(n=300, groups=8)
    counts = counts_of(y, x, code)
    mode = laplace(counts, B, SD)
    exact = integrated(y, x, code, B, 0.5)
    assert quadrature(counts, mode, 0.5, 15) == pytest.approx(exact, abs=1e-8)
    assert quadrature(counts, mode, 0.5, 1) == pytest.approx(mode.log_likelihood, abs=1e-10)
    assert mode.log_likelihood == pytest.approx(exact, abs=0.05)


@pytest.mark.parametrize("nested", [False, True])
def test_slope_is_the_change_of_the_likelihood(nested):
    y, x, code, _ = simulated(n=400)
    groups = np.column_stack([code // 4, code]) if nested else code
    sd = np.array([0.3, 0.5]) if nested else SD
    counts = counts_of(y, x, groups)
    found = slope(counts, laplace(counts, B, sd), sd)
    at = np.r_[B, sd]
    for j, h in enumerate(1e-5 * np.eye(len(at))):
        up, down = (laplace(counts, p[:2], p[2:]).log_likelihood for p in (at + h, at - h))
        assert found[j] == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_truth_is_found_in_a_large_sample():
    y, x, code, effect = simulated(n=40_000, groups=60, sd=0.5)
    found = mixed_logistic(y, x, code)
    assert found.sd[0] == pytest.approx(effect.std(), abs=0.05)
    assert found.coefficient[1] == pytest.approx(0.5, abs=4 * found.se[1])
    assert np.corrcoef(found.effects[0], effect)[0, 1] > 0.97


def test_effects_are_shrunk_towards_0():
    y, x, code, _ = simulated(n=600)
    found = mixed_logistic(y, x, code)
    dummies = np.column_stack([x[:, 1], np.eye(12)[code]])
    free = fit(y, dummies, np.ones(600), family=LOGIT).coefficient[1:]
    assert found.effects[0].std() < free.std()
    assert np.corrcoef(found.effects[0], free)[0, 1] > 0.95


def test_without_differences_it_is_plain_regression():
    """Every group the same people: the deviation is 0 and so is every effect."""
    y, x, _, _ = simulated(n=300)
    code = np.repeat(np.arange(4), 300)
    found = mixed_logistic(np.tile(y, 4), np.tile(x, (4, 1)), code)
    plain = fit(y, x, np.ones(300), family=LOGIT)
    assert found.sd[0] == pytest.approx(0, abs=1e-2)
    assert found.coefficient == pytest.approx(plain.coefficient, abs=1e-4)
    assert np.isfinite(found.se).all()


def test_order_of_people_and_names_of_groups_change_nothing():
    y, x, code, _ = simulated(n=500)
    order = np.random.default_rng(0).permutation(500)
    once = mixed_logistic(y, x, code)
    again = mixed_logistic(y[order], x[order], 11 - code[order])
    assert again.coefficient == pytest.approx(once.coefficient, abs=1e-5)
    assert again.effects[0][::-1] == pytest.approx(once.effects[0], abs=1e-4)


def test_a_group_without_people_has_effect_0():
    y, x, code, _ = simulated(n=500)
    found = mixed_logistic(y, x, code, sizes=(13,))
    assert found.effects[0][12] == 0
    assert found.log_likelihood == pytest.approx(mixed_logistic(y, x, code).log_likelihood)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, x, g: (y[:-1], x, g), "n outcomes"),
        (lambda y, x, g: (0 * y, x, g), "both present"),
        (lambda y, x, g: (2 * y, x, g), "outcomes 0 and 1"),
        (lambda y, x, g: (y, np.column_stack([x, x[:, 1]]), g), "mix of the others"),
        (lambda y, x, g: (y, x, 0 * g), "spread cannot be seen"),
        (lambda y, x, g: (y, x, g - 1), "codes from 0"),
    ],
)
def test_unusable_data_are_refused(change, message):
    y, x, code, _ = simulated(n=200)
    with pytest.raises(ContractError, match=message):
        mixed_logistic(*change(y, x, code))


def test_quadrature_over_two_groupings_is_refused():
    y, x, code, _ = simulated(n=200)
    with pytest.raises(ContractError, match="one grouping"):
        mixed_logistic(y, x, np.column_stack([code // 4, code]), points=5)


def test_a_column_that_tells_outcomes_apart_is_refused():
    y, x, code, _ = simulated(n=200)
    told = np.column_stack([x, y])
    with pytest.raises(ContractError, match="x2"):
        mixed_logistic(y, told, code)
    with pytest.raises(ContractError, match="x2"):
        integrated_logistic(y, told, code, prior_scale=[0.5])
