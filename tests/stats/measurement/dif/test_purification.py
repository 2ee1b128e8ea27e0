"""Purification: how rounds end, on rules whose answers are known."""

import numpy as np
import pytest

from pipeline.stats.measurement.dif.purification import purify


def flags(*items, size=10) -> np.ndarray:
    return np.isin(np.arange(size), items)


def test_nothing_flagged_leaves_all_items_in():
    found = purify(lambda matching: flags(), 10)
    assert (found.ending, len(found.rounds), found.matching.all()) == ("settled", 1, True)


def test_flags_that_stay_end_the_search():
    found = purify(lambda matching: flags(2, 7), 10)
    assert found.ending == "settled"
    np.testing.assert_array_equal(found.matching, ~flags(2, 7))
    np.testing.assert_array_equal(found.flagged, flags(2, 7))


def test_an_item_wrongly_flagged_at_first_comes_back():
    found = purify(lambda matching: flags(2, 3) if matching[2] else flags(2), 10)
    assert (found.ending, len(found.rounds)) == ("settled", 3)
    np.testing.assert_array_equal(found.matching, ~flags(2))


def test_a_cycle_leaves_out_every_item_of_it():
    """Out with 1: 2 is flagged; out with 2: 1 is. So it would go on."""
    found = purify(lambda matching: flags(2) if not matching[1] else flags(1), 10)
    assert found.ending == "cycle"
    np.testing.assert_array_equal(found.matching, ~flags(1, 2))


def test_a_score_of_fewer_than_five_items_is_not_used():
    found = purify(lambda matching: flags(*range(6)), 10)
    assert found.ending == "too few items"
    assert found.matching.all()
    assert found.flagged.sum() == 6


def test_rounds_are_limited():
    counter = iter(range(100))
    found = purify(lambda matching: flags(next(counter), size=100), 100, most_rounds=4)
    assert found.ending == "rounds"
    assert len(found.rounds) == 5


@pytest.mark.parametrize("size", [1, 4])
def test_short_tests_are_not_purified(size):
    found = purify(lambda matching: np.ones(size, bool), size)
    assert found.ending == "too few items"
    assert found.matching.all()


def test_r_follows_a_cycle_to_the_last_round():
    found = purify(
        lambda matching: flags(2) if not matching[1] else flags(1), 10, r_last_round=True
    )
    assert (found.ending, len(found.rounds)) == ("rounds", 11)
    np.testing.assert_array_equal(found.flagged, flags(1))
    np.testing.assert_array_equal(found.matching, ~flags(2))


def test_r_matches_by_scores_of_few_items():
    found = purify(lambda matching: flags(*range(6)), 10, r_last_round=True)
    assert found.ending == "settled"
    assert found.matching.sum() == 4
