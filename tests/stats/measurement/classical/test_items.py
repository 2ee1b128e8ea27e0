"""Item statistics and item-rest curves."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.items import item_statistics, rest_curves

NAN = float("nan")
# A Guttman pattern: each person gets all items up to their own.
GUTTMAN = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]])


def statistics(scores, **given):
    found = item_statistics(scores, **given)
    return np.array(
        [found.difficulty, found.variance, found.item_total, found.item_rest, found.upper_lower]
    )


@pytest.fixture
def credit() -> np.ndarray:
    generator = np.random.default_rng(12)
    ability = generator.standard_normal(300)
    return (ability[:, None] + generator.logistic(size=(300, 7)) > np.linspace(-1, 1, 7)) * 1.0


def test_a_guttman_scale_by_hand():
    found = item_statistics(GUTTMAN)
    np.testing.assert_array_equal(found.n, [4, 4, 4])
    np.testing.assert_allclose(found.difficulty, [0.75, 0.5, 0.25])
    np.testing.assert_allclose(found.variance, [3 / 16, 1 / 4, 3 / 16])
    # Item 2 with the rest 0, 1, 1, 2: covariance 1/4, variances 1/4 and 1/2.
    assert found.item_rest[1] == pytest.approx(0.25 / np.sqrt(0.125))
    # Item 2 with the total 0, 1, 2, 3: covariance 1/2, variances 1/4 and 5/4.
    assert found.item_total[1] == pytest.approx(0.5 / np.sqrt(5 / 16))
    # 1.08 people a group: the highest is right, the lowest wrong, the next ones as item 2 is.
    assert found.upper_lower[1] == pytest.approx(1)


def test_correlations_are_those_with_sum_scores_when_all_is_scored(credit):
    points = np.array([1.0, 2, 3, 4, 5, 6, 7])
    found = item_statistics(credit, points=points)
    worth = credit * points
    for item in range(7):
        rest = np.delete(worth, item, axis=1).sum(axis=1)
        assert found.item_rest[item] == pytest.approx(np.corrcoef(credit[:, item], rest)[0, 1])
        total = worth.sum(axis=1)
        assert found.item_total[item] == pytest.approx(np.corrcoef(credit[:, item], total)[0, 1])


def test_a_weight_of_three_is_a_person_three_times(credit):
    times = np.random.default_rng(3).integers(0, 4, len(credit))
    np.testing.assert_allclose(
        statistics(np.repeat(credit, times, axis=0)),
        statistics(credit, weights=times.astype(float)),
        atol=1e-12,
    )


def test_order_of_people_and_unit_of_weights_do_not_matter(credit):
    weights = np.random.default_rng(3).uniform(0.2, 4, len(credit))
    order = np.random.default_rng(4).permutation(len(credit))
    np.testing.assert_allclose(
        statistics(credit[order], weights=1e4 * weights[order]),
        statistics(credit, weights=weights),
        atol=1e-12,
    )


def test_a_form_not_asked_does_not_disturb_the_items_of_the_other():
    generator = np.random.default_rng(5)
    ability = generator.standard_normal(4000)
    answers = (ability[:, None] + generator.logistic(size=(4000, 9)) > 0) * 1.0
    forms = answers.copy()
    forms[:2000, :3], forms[2000:, 6:] = NAN, NAN
    found = item_statistics(forms)
    np.testing.assert_array_equal(found.n, [2000] * 3 + [4000] * 3 + [2000] * 3)
    np.testing.assert_allclose(found.difficulty, answers.mean(axis=0), atol=0.03)
    alone = item_statistics(answers[2000:, :6])
    np.testing.assert_allclose(found.item_rest[:3], alone.item_rest[:3])
    np.testing.assert_allclose(found.item_total[:3], alone.item_total[:3])


def test_an_item_all_get_right_is_described_without_correlations():
    found = item_statistics(np.column_stack([np.ones(4), GUTTMAN]))
    assert (found.difficulty[0], found.variance[0], found.upper_lower[0]) == (1, 0, 0)
    assert np.isnan([found.item_total[0], found.item_rest[0]]).all()
    assert np.isfinite(found.item_rest[1:]).all()


def test_one_person_has_a_difficulty_and_nothing_else():
    found = item_statistics(np.array([[1.0, 0]]))
    np.testing.assert_array_equal(found.difficulty, [1, 0])
    assert np.isnan(found.item_total).all()


def test_an_item_scored_for_nobody_is_named():
    with pytest.raises(ContractError, match="scored for nobody: items b"):
        item_statistics(np.array([[1, NAN]]), items=["a", "b"])


def test_rest_curves_rise_for_good_items_and_fall_for_a_wrong_key(credit):
    wrong = np.column_stack([credit[:, :6], 1 - credit[:, 6]])
    found = rest_curves(wrong, bands=4)
    assert found.credit.shape == found.rest.shape == found.n.shape == (7, 4)
    assert (found.credit[:6, -1] > found.credit[:6, 0]).all()
    assert found.credit[6, -1] < found.credit[6, 0]
    assert (np.diff(found.rest, axis=1) > 0).all()
    np.testing.assert_array_equal(found.n.sum(axis=1), 300)


def test_curves_by_hand():
    # Rest of item 2: 0, 1, 1, 2 of 2; three bands.
    found = rest_curves(GUTTMAN, bands=3, weights=np.array([1.0, 1, 3, 1]))
    np.testing.assert_allclose(found.credit[1], [0, 0.75, 1])
    np.testing.assert_allclose(found.rest[1], [0, 0.5, 1])
    np.testing.assert_array_equal(found.n[1], [1, 2, 1])


def test_a_band_without_people_is_nan():
    found = rest_curves(np.array([[1.0, 1], [0, 1]]), bands=3)
    np.testing.assert_allclose(found.credit[0], [NAN, 0.5, NAN])


@pytest.mark.parametrize("right", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_the_difficulty_of_an_item_all_answer_alike_is_exact(right, seed):
    """Sums about a centre once gave -6e-17, which is no share."""
    generator = np.random.default_rng(seed)
    credit = (generator.random((401, 5)) < 0.4).astype(float)
    credit[:, 2] = right
    found = item_statistics(credit, weights=generator.uniform(0.5, 1.5, 401))
    assert found.difficulty[2] == right
