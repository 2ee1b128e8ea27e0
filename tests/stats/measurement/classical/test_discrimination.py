"""Upper minus lower group."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.classical.discrimination import upper_lower
from pipeline.stats.measurement.classical.discrimination_of_r import upper_lower_by_rows

TOTAL = np.array([0.0, 1, 2, 3])
ITEM = np.array([[0.0], [0], [1], [1]])


def test_half_against_half():
    assert upper_lower(ITEM, TOTAL, share=0.5) == pytest.approx([1])


def test_people_tied_at_the_border_belong_by_a_part():
    # Lower half of the weight: score 0, and half of the two people at score 1, one of them right.
    scores, total = np.array([[0.0], [1], [0], [1]]), np.array([0.0, 1, 1, 2])
    assert upper_lower(scores, total, share=0.5) == pytest.approx([1.5 / 2 - 0.5 / 2])


def test_the_order_of_rows_does_not_matter():
    generator = np.random.default_rng(7)
    scores = generator.integers(0, 2, (200, 6)).astype(float)
    weights, order = generator.uniform(0, 2, 200), generator.permutation(200)
    found = upper_lower(scores, scores.sum(axis=1), weights=weights)
    shuffled = upper_lower(scores[order], scores[order].sum(axis=1), weights=3 * weights[order])
    np.testing.assert_allclose(found, shuffled)


def test_without_ties_whole_rows_are_what_r_takes():
    generator = np.random.default_rng(7)
    scores = generator.standard_normal((100, 6))
    np.testing.assert_allclose(
        upper_lower(scores, scores.sum(axis=1)),
        upper_lower_by_rows(scores, scores.sum(axis=1), share=0.27),
    )


def test_people_without_weight_or_total_change_nothing():
    scores = np.vstack([ITEM, [[1.0], [1.0]]])
    total, weights = np.append(TOTAL, [-5, np.nan]), np.array([1.0, 1, 1, 1, 0, 4])
    assert upper_lower(scores, total, share=0.5, weights=weights) == pytest.approx([1])


def test_an_item_not_scored_in_a_group_has_no_difference():
    scores = np.where(TOTAL[:, None] < 2, np.nan, ITEM)
    assert np.isnan(upper_lower(scores, TOTAL, share=0.5)).all()


@pytest.mark.parametrize("compute", [upper_lower, upper_lower_by_rows])
@pytest.mark.parametrize("share", [0.0, 0.6, np.nan])
def test_groups_that_are_empty_or_overlap_are_refused(compute, share):
    with pytest.raises(ContractError, match="share"):
        compute(ITEM, TOTAL, share=share)
    with pytest.raises(ContractError, match="a total for each row"):
        compute(ITEM, TOTAL[:2], share=0.3)
