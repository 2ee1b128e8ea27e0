"""What removing items does to shares and gaps, over a table of five people."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.dif.removal import reaches_share, removal

FULL = np.array([1.0, 1.0, 2.0])
POINTS = np.array([[1, 1, 2], [1, 1, 0], [0, 1, 2], [1, 0, 0], [0, 0, 2.0]])
GROUP = np.array([0, 0, 1, 1, 1])
ALL_BUT_LAST = np.array([True, True, False])


def found(**changes):
    given = {
        "points": POINTS,
        "is_kept": ALL_BUT_LAST,
        "full": FULL,
        "cut_share": 0.5,
        "group": GROUP,
        "reference": 0,
    } | changes
    return removal(given.pop("points"), given.pop("is_kept"), **given)


def test_shares_before_and_after_worked_by_hand():
    """Totals 4 2 3 1 2 against 2; without the last item 2 2 1 1 0 against 1."""
    effect = found()
    assert effect.before == pytest.approx([1, 2 / 3])
    assert effect.after == pytest.approx([1, 2 / 3])
    assert found(cut_share=0.75).before == pytest.approx([0.5, 1 / 3])
    assert found(cut_share=0.75).after == pytest.approx([1, 0])
    assert found(cut_share=0.75).gap_before == pytest.approx([0, 1 / 3 - 0.5])
    assert found(cut_share=0.75).gap_after == pytest.approx([0, -1])
    assert found(cut_share=0.75).total_before == pytest.approx(2 / 5)
    assert found(cut_share=0.75).total_after == pytest.approx(2 / 5)


def test_a_cut_that_must_be_passed():
    assert found(is_inclusive=False).before == pytest.approx([0.5, 1 / 3])


def test_weights_count_and_weight_zero_is_nobody():
    effect = found(cut_share=0.75, weights=np.array([3.0, 1, 0, 1, 1]))
    assert effect.before == pytest.approx([0.75, 0])
    np.testing.assert_array_equal(effect.n, [2, 2])


def test_people_without_points_on_an_item_are_in_neither_share():
    points = POINTS.copy()
    points[0, 2] = np.nan
    effect = found(points=points)
    np.testing.assert_array_equal(effect.n, [1, 3])
    assert effect.total_after == pytest.approx(3 / 4)


def test_keeping_every_item_changes_nothing():
    effect = found(is_kept=np.ones(3, bool), cut_share=0.6)
    assert effect.after == pytest.approx(effect.before)


def test_points_that_are_short_decimals_reach_the_cut_exactly():
    points = np.full((1, 7), 0.1)
    full = np.full(7, 0.1)
    assert reaches_share(points, np.ones(7, bool), full=full, cut_share=1.0).all()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"is_kept": np.zeros(3, bool)}, "an item that stays"),
        ({"full": FULL[:2]}, "3 items"),
        ({"cut_share": 70}, r"in \(0, 1\]"),
        ({"group": GROUP[:2]}, "5 people"),
        ({"reference": 4}, "reference group 4"),
    ],
)
def test_unclear_requests_are_refused(change, fault):
    with pytest.raises(ContractError, match=fault):
        found(**change)
