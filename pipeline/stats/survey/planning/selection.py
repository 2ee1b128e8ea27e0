"""Drawing units and households so that every probability is known and kept.

Communities of a stratum are drawn systematically with probability proportional to size;
reserves are drawn in the same pass; households by a fixed interval on the list of the
community. Randomness comes from a seed and names alone, so a draw can be repeated and
nothing else that is drawn changes it.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.planning.limits import refuse_outside

_FINE = 2**32  # parts of the interval among which the random start falls


def random_numbers(seed: str, *names: str) -> np.random.Generator:
    """A generator of its own for each seed and sequence of names.

    Source: Philox counter-based generator, Salmon et al. (2011), keyed by sha256 of the names.
    """
    digest = hashlib.sha256("\x1f".join((seed, *names)).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))


def systematic(probability: FloatArray, start: float) -> CodeArray:
    """Systematic selection: units whose cumulated probability passes start, start + 1, ...

    Args:
        probability: (N,) inclusion probabilities in the order of the frame; their sum is whole.
        start: random start in [0, 1).

    Returns:
        (n,) positions drawn, ascending; a unit of probability 1 is always among them.

    Source: Madow (1949), Annals of Mathematical Statistics 20, 333-354.
    """
    number = round(float(probability.sum()))
    found = np.searchsorted(probability.cumsum(), start + np.arange(number), "right")
    # The last running total may fall short of the whole number by rounding of floats.
    return np.asarray(np.minimum(found, probability.size - 1), dtype=np.int64)


def systematic_pps(
    size: FloatArray, number: int, start: float, stratum: str
) -> tuple[CodeArray, FloatArray]:
    """Systematic selection with probability proportional to size, without certainty units.

    Args:
        size: (N,) sizes in the order of the frame.
        number: units to draw.
        start: random start in [0, 1).
        stratum: name of the stratum in errors.

    Returns:
        (number,) positions drawn, ascending, and (N,) inclusion probabilities.

    Raises:
        DesignError: a unit is so large that it could be drawn twice.
    """
    probability = number * size / size.sum()
    if (probability > 1).any():
        raise DesignError(
            f"stratum {stratum}",
            f"expected no unit above 1/{number} of the stratum, got {(probability > 1).sum()}",
            hint="draw fewer units, or make units more equal",
        )
    return systematic(probability, start), probability


def inclusion_probabilities(size: FloatArray, number: int) -> FloatArray:
    """Probabilities proportional to size that sum to `number`, none above 1.

    Units whose share of the size reaches 1 / number are taken for certain and set aside;
    the rest is shared out again until no further unit is certain.

    Args:
        size: (N,) sizes above 0.
        number: units to draw, at most N.

    Returns:
        (N,) probabilities; 1 for the certain units.

    Raises:
        DesignError: a size is not above 0, or fewer units than asked for.

    Source: Särndal, Swensson & Wretman (1992), section 3.6.2.
    """
    size = np.asarray(size, dtype=np.float64)
    if not (size > 0).all() or not 0 <= number <= size.size:
        raise DesignError(
            "inclusion probabilities",
            f"expected sizes above 0 and at most {size.size} units to draw, got {number} units "
            f"and {(~(size > 0)).sum()} other sizes",
        )
    certain = np.zeros(size.size, dtype=bool)
    while (left := number - certain.sum()) > 0:
        rest = np.where(certain, 0.0, size)
        large = ~certain & (left * rest >= rest.sum())
        if not large.any():
            return np.where(certain, 1.0, left * rest / rest.sum())
        certain |= large
    return certain.astype(np.float64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Draw:
    """What was drawn in one stratum of N units.

    Attributes:
        chosen: (n,) positions of the sample, in the order of the frame.
        reserve: (r,) positions of the reserves, in the order of their use.
        probability: (N,) probability of every unit to be in the sample. A reserve that
            replaces a unit carries its own: releasing it and giving the lost unit's weight to
            the stratum comes to the same.
        is_certain: (N,) whether the unit is in every sample.
        start: the random start.
    """

    chosen: CodeArray
    reserve: CodeArray
    probability: FloatArray
    is_certain: BoolArray
    start: float


def draw_units(
    size: FloatArray, number: int, reserves: int, random: np.random.Generator, stratum: str
) -> Draw:
    """Draw a stratum's sample and its reserves in one systematic pass.

    Certain units (see `inclusion_probabilities`) are taken. From the others number + reserves
    units are drawn with probability proportional to size, pi*, and of these every k-th,
    from a second random start, is set aside as a reserve, each with the same probability.
    The sample's probabilities are then pi* (n / (n + r)), n and r without the certain units:
    exactly proportional to size unless a unit becomes certain only through the reserves.
    Reserves are put in random order; they are used in that order and in their stratum only.

    Args:
        size: (N,) sizes in the order of the frame, which spreads the sample along it.
        number: units of the sample.
        reserves: units beside it.
        random: see `random_numbers`.
        stratum: name in errors.

    Raises:
        DesignError: the stratum has too few units for the sample and its reserves.

    Source: Madow (1949); Valliant, Dever & Kreuter (2018), section 6.4, for reserve samples.
    """
    sample = inclusion_probabilities(size, _possible(number, reserves, len(size), stratum))
    is_certain = sample == 1
    wanted = number - int(is_certain.sum())
    start, second = random.random(2)
    others = np.flatnonzero(~is_certain)
    larger = inclusion_probabilities(np.asarray(size)[others], wanted + reserves)
    drawn = others[systematic(larger, float(start))]
    aside = _every_kth(len(drawn), reserves, float(second))
    sample[others] = larger * wanted / max(wanted + reserves, 1)
    return Draw(
        chosen=np.sort(np.concatenate([np.flatnonzero(is_certain), np.delete(drawn, aside)])),
        reserve=random.permutation(drawn[aside]),
        probability=sample,
        is_certain=is_certain,
        start=float(start),
    )


def _possible(number: int, reserves: int, there: int, stratum: str) -> int:
    if number < 1 or reserves < 0 or number + reserves > there:
        raise DesignError(
            f"stratum {stratum}",
            f"expected 1 to {there} units with the reserves, got {number} and {reserves} reserves",
            hint="draw fewer units or reserves, or merge strata",
        )
    return number


def _every_kth(there: int, number: int, start: float) -> CodeArray:
    """Positions of `number` among `there`, evenly spread, each with the same probability."""
    return systematic(np.full(there, number / max(there, 1)), start)


def household_interval(listed: int, issued: int) -> float:
    """Interval of a systematic draw of households: listed / issued, not rounded.

    Raises:
        DesignError: more households than the list holds, or none.
    """
    if not 1 <= issued <= listed:
        raise DesignError(
            "households of a community",
            f"expected 1 to {listed} households to draw, got {issued}",
            hint="draw fewer households, or join the community with a neighbour",
        )
    return listed / issued


def household_lines(listed: int, issued: int, start: float) -> CodeArray:
    """Numbers on the list of the households drawn, from 1.

    line_j = floor((start + j) * listed / issued) + 1: every household has the probability
    issued / listed, whatever the interval's fraction.

    Args:
        listed: households on the list of the community.
        issued: households to draw.
        start: random start in [0, 1).

    Returns:
        (issued,) numbers, ascending.

    Raises:
        DesignError: more households than the list holds, or none.

    Source: Särndal, Swensson & Wretman (1992), section 3.4.1 (fractional interval).
    """
    refuse_outside("households of a community", random_start=(start, "in [0, 1)"))
    household_interval(listed, issued)
    # In whole numbers, for no rounding of floats may draw a household twice.
    steps = int(start * _FINE) + np.arange(issued, dtype=np.int64) * _FINE
    return np.asarray(steps * listed // (issued * _FINE) + 1)
