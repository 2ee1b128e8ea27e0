"""Unit-level model with one random effect per area."""

import numpy as np
import pytest

from pipeline.errors import ContractError, DesignError
from pipeline.stats.monitoring.areas.unit_level import Units, unit_level

VALUE = np.array([1.0, 3.0, 6.0, 8.0, 2.0, 4.0])
AREA = np.array([0, 0, 1, 1, 2, 2])


def units(value=VALUE, area=AREA, n_areas=3, covariates=None):
    x = np.ones((len(value), 1)) if covariates is None else covariates
    return Units(value=value, covariates=x, area=area, n_areas=n_areas)


@pytest.fixture
def found():
    return unit_level(units())


def test_in_a_balanced_sample_the_variances_are_those_of_the_analysis_of_variance(found):
    """Area means 2, 7, 3 about 4: between 2 * 14 / 2 = 14, within 6 / 3 = 2, area (14 - 2) / 2."""
    assert found.unit_variance == pytest.approx(2.0, rel=1e-5)
    assert found.area_variance == pytest.approx(6.0, rel=1e-5)
    assert found.coefficients == pytest.approx([4.0])
    weight = 6 / (6 + 2 / 2)
    assert found.effect == pytest.approx(weight * np.array([-2.0, 3.0, -1.0]), rel=1e-5)


def test_the_likelihood_is_that_of_the_whole_covariance_matrix(found):
    same = (AREA[:, None] == AREA).astype(float)
    v = found.area_variance * same + found.unit_variance * np.eye(6)
    one, inverse = np.ones(6), np.linalg.inv(v)
    r = VALUE - found.coefficients[0]
    by_hand = 5 * np.log(2 * np.pi) + np.linalg.slogdet(v)[1] + np.log(one @ inverse @ one)
    assert found.log_likelihood == pytest.approx(-0.5 * (by_hand + r @ inverse @ r))


def test_areas_alike_have_no_effect():
    found = unit_level(units(np.array([1.0, 5.0, 2.0, 4.0, 1.5, 4.5])))
    assert found.area_variance == 0.0
    assert found.effect == pytest.approx(0.0, abs=1e-12)


def test_a_fully_sampled_area_has_its_own_mean(found):
    means = found.area_means(np.ones((3, 1)), np.array([2.0, 1e12, 4.0]))
    assert means[0] == pytest.approx(2.0)
    assert means[1] == pytest.approx(4.0 + found.effect[1])
    assert means[2] == pytest.approx(0.5 * 3.0 + 0.5 * (4.0 + found.effect[2]))


def test_an_area_without_units_gets_the_synthetic_mean():
    found = unit_level(units(n_areas=4))
    assert found.effect[3] == 0.0
    assert found.area_means(np.ones((4, 1)), np.full(4, 10.0))[3] == pytest.approx(4.0)


def test_neither_order_nor_unit_matters():
    x = np.column_stack([np.ones(6), [1.0, 2.0, 2.0, 5.0, 1.0, 3.0]])
    plain = unit_level(units(covariates=x))
    order = np.array([5, 2, 0, 4, 1, 3])
    other = unit_level(units(100 * VALUE[order], AREA[order], covariates=x[order]))
    assert other.coefficients == pytest.approx(100 * plain.coefficients, rel=1e-5)
    assert other.effect == pytest.approx(100 * plain.effect, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"area": AREA[:5]},
        {"area": AREA - 1},
        {"n_areas": 2},
        {"value": np.array([1.0, np.nan, 6.0, 8.0, 2.0, 4.0])},
        {"covariates": np.ones(6)},
    ],
)
def test_wrong_units_are_refused(wrong):
    with pytest.raises(ContractError, match="unit-level"):
        units(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"covariates": np.ones((6, 2))},
        {"area": np.arange(6), "n_areas": 6},
        {"area": np.zeros(6, dtype=np.int64)},
    ],
)
def test_units_that_cannot_tell_are_refused(wrong):
    with pytest.raises(DesignError):
        units(**wrong)


def test_values_without_error_are_refused():
    with pytest.raises(DesignError, match="differ"):
        unit_level(units(np.ones(6)))


@pytest.mark.parametrize(
    ("covariates", "population"),
    [
        (np.ones((2, 1)), np.full(3, 10.0)),
        (np.ones((3, 1)), np.full(2, 10.0)),
        (np.ones((3, 1)), np.full(3, 1.0)),
    ],
)
def test_populations_that_do_not_fit_are_refused(found, covariates, population):
    with pytest.raises(ContractError, match="unit-level"):
        found.area_means(covariates, population)
