"""Missing answers and times."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.fields import MissingKind
from pipeline.stats.measurement.classical.answering import item_times, missing_shares

NAN = float("nan")
NOT_ASKED, DONT_KNOW, REFUSED, INVALID = (int(kind) for kind in MissingKind)


def test_not_asked_is_of_all_and_the_rest_of_those_asked():
    answers = np.array(
        [[1, NOT_ASKED], [DONT_KNOW, NOT_ASKED], [REFUSED, NOT_ASKED], [NOT_ASKED] * 2]
    )
    found = missing_shares(answers, weights=np.array([2.0, 1, 1, 4]))
    np.testing.assert_allclose(found[MissingKind.NOT_ASKED], [0.5, 1])
    np.testing.assert_allclose(found[MissingKind.DONT_KNOW], [0.25, NAN])
    np.testing.assert_allclose(found[MissingKind.REFUSED], [0.25, NAN])
    np.testing.assert_allclose(found[MissingKind.INVALID], [0, NAN])


def test_times_are_weighted_quartiles_of_those_recorded():
    times = np.array([[10.0, 5], [20, NAN], [30, NAN], [40, NAN], [900, NAN]])
    found = item_times(times, weights=np.array([1.0, 1, 1, 1, 0]))
    np.testing.assert_array_equal(found.n, [4, 1])
    np.testing.assert_array_equal(found.lower_quartile, [10, 5])
    np.testing.assert_array_equal(found.median, [20, 5])
    np.testing.assert_array_equal(found.upper_quartile, [30, 5])


def test_a_form_without_times_has_none():
    assert np.isnan(item_times(np.full((3, 1), NAN)).median).all()


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: missing_shares(np.array([1, 2])), "people x items"),
        (lambda: item_times(np.ones(3)), "people x items"),
        (lambda: item_times(np.array([[-1.0]])), "none below 0, got 1"),
        (lambda: missing_shares(np.ones((2, 1), dtype=int), weights=np.ones(3)), "weights"),
    ],
)
def test_wrong_shapes_and_negative_times_are_refused(refused, message):
    with pytest.raises(ContractError, match=message):
        refused()
