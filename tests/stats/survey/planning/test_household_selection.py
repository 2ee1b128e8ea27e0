"""Within households: Kish's tables as printed and their probabilities."""

from collections import Counter

import numpy as np
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.planning.household_selection import (
    KISH_TABLES,
    assign_tables,
    kish_probability,
)
from pipeline.stats.survey.planning.selection import random_numbers


def test_tables_share_out_twelve_addresses():
    assert [table.twelfths for table in KISH_TABLES] == [2, 1, 1, 2, 2, 1, 1, 2]
    assert all(1 <= p <= n for t in KISH_TABLES for n, p in enumerate(t.person, start=1))


@pytest.mark.parametrize("eligible", [1, 2, 3, 4, 6])
def test_everybody_has_the_same_chance(eligible):
    people = np.arange(1, eligible + 1)
    found = kish_probability(np.full(eligible, eligible), people)
    assert found == pytest.approx(1 / eligible)


def test_of_five_persons_the_third_and_the_fifth_come_more_often():
    found = kish_probability(np.full(5, 5), np.arange(1, 6))
    assert found == pytest.approx([1 / 6, 1 / 6, 1 / 4, 1 / 6, 1 / 4])


def test_over_many_addresses_persons_come_as_often_as_their_probability_says():
    letters = assign_tables(12 * 500 + 5, random_numbers("a"))
    person = {table.letter: table.person for table in KISH_TABLES}
    for eligible in range(1, 7):
        chosen = Counter(person[letter][eligible - 1] for letter in letters)
        people = np.arange(1, eligible + 1)
        often = [chosen[number] / len(letters) for number in people]
        expected = kish_probability(np.full(eligible, eligible), people)
        assert often == pytest.approx(expected, abs=1e-3)


def test_each_dozen_of_addresses_holds_all_tables_in_another_order():
    letters = assign_tables(24, random_numbers("a"))
    counts = {table.letter: table.twelfths for table in KISH_TABLES}
    assert Counter(letters[:12]) == Counter(letters[12:]) == counts
    assert letters[:12].tolist() != letters[12:].tolist()


def test_the_first_address_has_every_table_with_its_frequency():
    firsts = Counter(assign_tables(1, random_numbers(str(seed)))[0] for seed in range(3000))
    for table in KISH_TABLES:
        assert firsts[table.letter] / 3000 == pytest.approx(table.twelfths / 12, abs=0.03)


def test_larger_households_follow_the_birthday():
    assert kish_probability(np.array([8]), np.array([7])) == pytest.approx(1 / 8)


def test_a_person_not_on_the_list_is_refused():
    with pytest.raises(DesignError, match="got another 2 times"):
        kish_probability(np.array([2, 3, 4]), np.array([3, 0, 4]))
