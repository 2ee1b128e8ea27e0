"""Which person of a household answers: Kish's tables and their probabilities."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray, FloatArray, TextArray

_WHERE = "selection within households"


@dataclass(frozen=True, slots=True)
class KishTable:
    """One of Kish's tables.

    Attributes:
        letter: its name.
        twelfths: addresses out of twelve that get it.
        person: number of the person to be interviewed in households of 1, 2, ... 6 persons,
            listed men before women and the older before the younger.
    """

    letter: str
    twelfths: int
    person: tuple[int, int, int, int, int, int]


# Kish (1949), JASA 44, 380-387; Kish (1965), section 11.3B.
KISH_TABLES = (
    KishTable("A", 2, (1, 1, 1, 1, 1, 1)),
    KishTable("B1", 1, (1, 1, 1, 1, 2, 2)),
    KishTable("B2", 1, (1, 1, 1, 2, 2, 2)),
    KishTable("C", 2, (1, 1, 2, 2, 3, 3)),
    KishTable("D", 2, (1, 2, 2, 3, 4, 4)),
    KishTable("E1", 1, (1, 2, 3, 3, 3, 5)),
    KishTable("E2", 1, (1, 2, 3, 4, 5, 5)),
    KishTable("F", 2, (1, 2, 3, 4, 5, 6)),
)
LARGEST = len(KISH_TABLES[0].person)
_DOZEN = [table.letter for table in KISH_TABLES for _ in range(table.twelfths)]


def assign_tables(addresses: int, random: np.random.Generator) -> TextArray:
    """Letters for the addresses of a community, each dozen with all tables in random order.

    Args:
        addresses: how many.
        random: source of chance.

    Returns:
        (addresses,) letters; each address has every table with its frequency.
    """
    dozens = -(-addresses // len(_DOZEN))
    letters = [letter for _ in range(dozens) for letter in random.permutation(_DOZEN)]
    return np.array([str(letter) for letter in letters[:addresses]], dtype=object)


def kish_probability(eligible: CodeArray, person: CodeArray) -> FloatArray:
    """Probability of the interviewed person within the household.

    It is 1 / persons, but for five persons, where Kish's tables give 1/4 to the third and the
    fifth and 1/6 to the others. Households beyond the tables follow the birthday: 1 / persons.

    Args:
        eligible: (n,) persons on the household's list.
        person: (n,) number of the one interviewed, from 1.

    Returns:
        (n,) probabilities.

    Raises:
        DesignError: a number is below 1, or the person is not on the list.

    Source: Kish (1965), section 11.3B.
    """
    eligible, person = np.asarray(eligible), np.asarray(person)
    wrong = int(((person < 1) | (person > eligible)).sum())
    if wrong:
        raise DesignError(
            _WHERE, f"expected persons numbered 1 to those listed, got another {wrong} times"
        )
    within = eligible <= LARGEST
    chance = _chances()[np.where(within, eligible, 1) - 1, np.where(within, person, 1) - 1]
    return np.where(within, chance, 1 / eligible)


def _chances() -> FloatArray:
    """(6, 6) probability of person k in a household of so many."""
    table = np.zeros((LARGEST, LARGEST))
    for kish in KISH_TABLES:
        table[np.arange(LARGEST), np.array(kish.person) - 1] += kish.twelfths / len(_DOZEN)
    return table
