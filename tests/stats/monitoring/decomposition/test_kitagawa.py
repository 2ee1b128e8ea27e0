"""Kitagawa's parts, worked by hand."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.decomposition.kitagawa import Mix, kitagawa, standardised_rate

LATER = Mix(people=np.array([40.0, 60]), rate=np.array([0.1, 0.3]))
EARLIER = Mix(people=np.array([160.0, 40]), rate=np.array([0.1, 0.2]))


def test_two_parts_by_hand():
    """.22 - .12: composition .4 (.25 - .1), rate .1 times mean share .4."""
    found = kitagawa(LATER, EARLIER)
    assert found.difference == pytest.approx(0.10)
    assert found.composition_by_cell == pytest.approx([-0.04, 0.10])
    assert found.composition == pytest.approx(0.06)
    assert found.rate_by_cell == pytest.approx([0, 0.04])


def test_three_parts_by_hand():
    found = kitagawa(LATER, EARLIER)
    assert found.composition_at_second == pytest.approx(0.04)
    assert found.rate_at_second == pytest.approx(0.02)
    assert found.interaction == pytest.approx(0.04)


def test_parts_add_up_and_turn_their_sign():
    found, turned = kitagawa(LATER, EARLIER), kitagawa(EARLIER, LATER)
    assert found.composition + found.rate == pytest.approx(found.difference)
    assert turned.composition == pytest.approx(-found.composition)
    assert turned.rate == pytest.approx(-found.rate)


def test_standardised_rate_has_the_other_composition():
    assert standardised_rate(EARLIER, LATER) == pytest.approx(0.4 * 0.1 + 0.6 * 0.2)
    assert standardised_rate(LATER, LATER) == pytest.approx(LATER.overall)


def test_size_of_populations_does_not_matter():
    larger = Mix(people=7 * LATER.people, rate=LATER.rate)
    assert kitagawa(larger, EARLIER).composition == pytest.approx(
        kitagawa(LATER, EARLIER).composition
    )


def test_a_cell_empty_on_both_sides_adds_nothing():
    wide = [
        Mix(people=np.r_[mix.people, 0], rate=np.r_[mix.rate, np.nan]) for mix in (LATER, EARLIER)
    ]
    found = kitagawa(*wide)
    assert found.composition == pytest.approx(0.06)
    assert found.difference == pytest.approx(0.10)


@pytest.mark.parametrize(
    ("people", "rate", "message"),
    [
        ([40.0, 0], [0.1, np.nan], "1 cells have people on one side"),
        ([40.0, 60], [0.1, np.nan], "1 with people have no rate"),
        ([40.0, 60, 1], [0.1, 0.2, 0.3], "same cells"),
        ([40.0, -1], [0.1, 0.2], "counts from 0"),
        ([0.0, 0], [0.1, 0.2], "some above it"),
    ],
)
def test_cells_that_cannot_be_compared_are_refused(people, rate, message):
    with pytest.raises(ContractError, match=message):
        kitagawa(Mix(people=np.array(people), rate=np.array(rate)), EARLIER)
