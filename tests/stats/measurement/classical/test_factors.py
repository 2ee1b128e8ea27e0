"""Factor models: planted structures are found again, wrong requests refused."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.eigenvalues import parallel_analysis
from pipeline.stats.measurement.classical.moments import ItemMoments, item_moments
from pipeline.stats.measurement.classical.one_factor import one_factor
from pipeline.stats.measurement.classical.reliability import alpha
from pipeline.stats.measurement.classical.second_order import second_order

LOADING = np.array([0.3, 0.4, 0.5, 0.6, 0.7, 0.8])
UNIQUE = np.array([0.5, 0.9, 0.4, 1.0, 0.6, 0.8])
DIMENSION = np.repeat(np.arange(4), 3)
ON_GENERAL = np.array([0.9, 0.8, 0.7, 0.6])


def population(covariance: np.ndarray, n_eff: float = 1000.0) -> ItemMoments:
    count = len(covariance)
    return ItemMoments(
        mean=np.zeros(count),
        covariance=covariance,
        n=1000,
        n_eff=n_eff,
        items=tuple(str(item) for item in range(count)),
    )


def four_dimensions() -> tuple[np.ndarray, np.ndarray]:
    loading = np.linspace(0.5, 0.8, 12)
    between = np.outer(ON_GENERAL, ON_GENERAL)
    np.fill_diagonal(between, 1)
    common = np.outer(loading, loading) * between[np.ix_(DIMENSION, DIMENSION)]
    return loading, common + np.diag(1 - loading**2)


def test_a_planted_factor_is_found():
    found = one_factor(population(np.outer(LOADING, LOADING) + np.diag(UNIQUE)))
    np.testing.assert_allclose(found.loading, LOADING, atol=1e-5)
    np.testing.assert_allclose(found.unique, UNIQUE, atol=1e-5)
    assert found.fit.discrepancy == pytest.approx(0, abs=1e-9)
    assert found.fit.srmr == pytest.approx(0, abs=1e-5)
    assert (found.fit.df, found.fit.is_improper) == (9, False)


def test_omega_of_equal_loadings_is_alpha_and_else_more():
    equal = 0.25 + np.diag(UNIQUE)
    assert one_factor(population(equal)).omega == pytest.approx(alpha(equal))
    unequal = np.outer(LOADING, LOADING) + np.diag(UNIQUE)
    assert one_factor(population(unequal)).omega > alpha(unequal)


def test_points_scale_loadings_and_not_the_fit():
    moments = population(np.outer(LOADING, LOADING) + np.diag(UNIQUE) + 0.1 * np.eye(6)[::-1])
    points = np.array([1.0, 2, 3, 1, 2, 3])
    plain, scaled = one_factor(moments), one_factor(moments.in_points(points))
    np.testing.assert_allclose(scaled.loading, points * plain.loading, atol=1e-5)
    assert scaled.fit.discrepancy == pytest.approx(plain.fit.discrepancy)


def test_an_item_with_negative_loading_keeps_its_sign():
    loading = LOADING * np.array([1, 1, -1, 1, 1, 1])
    found = one_factor(population(np.outer(loading, loading) + np.diag(UNIQUE)))
    np.testing.assert_allclose(found.loading, loading, atol=1e-5)


def test_a_heywood_case_is_said_to_be_improper():
    # The correlations ask for loadings .9 * .9 / .6 > 1.
    correlation = np.array([[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]])
    assert one_factor(population(correlation)).fit.is_improper


def test_schmid_and_leimans_loadings_of_a_planted_structure():
    loading, covariance = four_dimensions()
    found = second_order(population(covariance), DIMENSION)
    on_general = ON_GENERAL[DIMENSION]
    np.testing.assert_allclose(found.dimension_on_general, ON_GENERAL, atol=1e-4)
    np.testing.assert_allclose(found.general, loading * on_general, atol=1e-4)
    np.testing.assert_allclose(found.specific, loading * np.sqrt(1 - on_general**2), atol=1e-4)
    np.testing.assert_allclose(found.unique, 1 - loading**2, atol=1e-4)
    assert found.fit.discrepancy == pytest.approx(0, abs=1e-8)
    assert found.fit.df == 78 - 28


def test_omegas_are_shares_of_the_variance_of_the_total():
    loading, covariance = four_dimensions()
    found = second_order(population(covariance), DIMENSION)
    general = (loading * ON_GENERAL[DIMENSION]).sum() ** 2
    assert found.omega_hierarchical == pytest.approx(general / covariance.sum(), abs=1e-5)
    error = (1 - loading**2).sum() / covariance.sum()
    assert found.omega_total == pytest.approx(1 - error, abs=1e-5)
    own = (loading[:3].sum() ** 2) * (1 - ON_GENERAL[0] ** 2)
    assert found.omega_dimension[0] == pytest.approx(own / covariance[:3, :3].sum(), abs=1e-5)
    assert 0 < found.common_variance_explained < 1


def test_one_dimension_called_four_is_nearly_all_general():
    loading = np.linspace(0.5, 0.8, 12)
    covariance = np.outer(loading, loading) + np.diag(1 - loading**2)
    found = second_order(population(covariance), DIMENSION)
    assert found.common_variance_explained > 0.999
    assert found.omega_hierarchical == pytest.approx(
        one_factor(population(covariance)).omega, abs=1e-3
    )


def test_dimensions_turned_over_are_the_same_structure():
    _, covariance = four_dimensions()
    sign = np.where(DIMENSION == 2, -1.0, 1.0)
    found = second_order(population(covariance * np.outer(sign, sign)), DIMENSION)
    assert found.dimension_on_general[2] == pytest.approx(ON_GENERAL[2], abs=1e-4) or (
        found.dimension_on_general[2] == pytest.approx(-ON_GENERAL[2], abs=1e-4)
    )
    np.testing.assert_allclose(
        found.general, sign * second_order(population(covariance), DIMENSION).general, atol=1e-4
    )


@pytest.mark.parametrize(
    ("dimension", "message"),
    [
        (np.repeat([0, 1], 6), r"three dimensions or more .* got \[6, 6\]"),
        (np.array([0] * 5 + [1] * 6 + [2]), "two items or more"),
        (np.array([0] * 6 + [2] * 6), "two items or more"),
        (np.zeros(3, dtype=int), "12 numbers from 0"),
    ],
)
def test_a_structure_that_cannot_be_told_is_refused(dimension, message):
    with pytest.raises(ContractError, match=message):
        second_order(population(four_dimensions()[1]), dimension)


@pytest.mark.parametrize(
    ("covariance", "message"),
    [
        (np.eye(2), "three items or more"),
        (np.ones((3, 3)), "positive definite"),
        (np.diag([1.0, 1, 0]), "same score: items 2"),
    ],
)
def test_items_without_a_factor_model_are_refused(covariance, message):
    with pytest.raises(ContractError, match=message):
        one_factor(population(covariance))


def test_one_planted_factor_is_counted_as_one_and_four_as_four():
    generator = np.random.default_rng(3)
    asked = {"draws": 100, "quantile": 0.95, "generator": generator}
    ability = generator.standard_normal((1500, 4))
    noise = generator.standard_normal((1500, 12))
    one = item_moments(ability[:, :1] + noise)
    four = item_moments(2 * ability[:, DIMENSION] + noise)
    assert [parallel_analysis(moments, **asked).factors for moments in (one, four)] == [1, 4]


@pytest.mark.parametrize("weights", [None, np.random.default_rng(1).gamma(2, size=400)])
def test_unrelated_right_and_wrong_answers_rarely_make_a_factor(weights):
    generator = np.random.default_rng(4)
    difficulty = np.linspace(0.2, 0.8, 10)
    made = [
        parallel_analysis(
            item_moments((generator.random((400, 10)) < difficulty) * 1.0, weights=weights),
            draws=200,
            quantile=0.95,
            generator=generator,
        ).factors
        > 0
        for _ in range(300)
    ]
    assert np.mean(made) == pytest.approx(0.05, abs=0.04)


def test_chance_is_what_unrelated_people_give():
    generator = np.random.default_rng(5)
    drawn = [
        np.linalg.eigvalsh(np.corrcoef(generator.standard_normal((100, 8)), rowvar=False))[-1]
        for _ in range(1500)
    ]
    found = parallel_analysis(
        population(np.eye(8), n_eff=100.0), draws=3000, quantile=0.95, generator=generator
    )
    assert found.chance[0] == pytest.approx(np.quantile(drawn, 0.95), rel=0.01)
    assert found.chance.sum() == pytest.approx(8, abs=1)


def test_the_same_generator_gives_the_same_chance():
    first, second = (
        parallel_analysis(
            population(np.eye(5)), draws=20, quantile=0.9, generator=np.random.default_rng(1)
        ).chance
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_fewer_people_than_items_have_no_chance_values():
    with pytest.raises(ContractError, match="more effective people than the 8 items"):
        parallel_analysis(
            population(np.eye(8), n_eff=7.0),
            draws=10,
            quantile=0.95,
            generator=np.random.default_rng(1),
        )
