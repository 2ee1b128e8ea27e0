"""Replicate factors of PSUs by the rescaled bootstrap, drawn by name.

What a replicate does to a PSU depends on the seed, the names of its stratum and of the PSU,
and on the rest only through the size of the stratum. The order of rows, other strata and
other waves change nothing, and a PSU that stays in the sample for a second wave meets nearly
the same fate there: replicates of the two waves, number by number, show how their estimates
vary together.
"""

import math
from collections.abc import Iterator
from hashlib import blake2b

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.design.sample import LonelyPsuRule
from pipeline.stats.survey.design.units import Units
from pipeline.stats.survey.replication.factors import (
    Factors,
    fraction_left,
    refuse_lonely,
    stratum_size,
)


def bootstrap(
    units: Units, *, replicates: int, seed: str | int, lonely_psu: LonelyPsuRule = "fail"
) -> Factors:
    """Rescaled bootstrap: n_h - 1 of a stratum's n_h PSUs drawn with replacement.

    A PSU drawn k times gets 1 - l + l k n_h / (n_h - 1) with l = sqrt(1 - f_h), f_h the
    fraction of PSUs drawn; without fractions k n_h / (n_h - 1). No factor is negative. The
    variance of a total is the linearised one in expectation.

    Names decide who is drawn: in each replicate every PSU has a random number of its own
    (stream of seed, stratum and PSU), every stratum a list of n_h - 1 draws turned into
    sorted counts (stream of seed and stratum), and the PSUs take the counts in the order of
    their numbers. Counts are thus multinomial. A PSU kept while others rotate keeps its
    number and roughly its rank, hence its count.

    Args:
        units: PSUs in their strata.
        replicates: R.
        seed: any name or number; waves that share PSUs share it.
        lonely_psu: strata of one PSU: "certainty" and "remove" keep factor 1; "average" too,
            the variance then grows by strata / other strata; "adjust" is not defined here.

    Raises:
        LonelyPsuError: a stratum has one PSU and the rule is "fail".
        DesignError: fewer than two replicates, more than there are different resamples, or
            no stratum that varies.

    Source: Rao & Wu (1988), JASA 83, 231-241; Rao, Wu & Yue (1992), Survey Methodology 18,
    209-217.
    """
    size, left = stratum_size(units), fraction_left(units)
    is_lone = (size == 1) & (left > 0)
    refuse_lonely("bootstrap", units, is_lone, "fail" if lonely_psu == "adjust" else lonely_psu)
    varies = (size > 1) & (left > 0)
    _refuse_replicates(replicates, size[varies])
    factor = np.ones((len(units.unit), replicates))
    for stratum, rows in _strata(units):
        if varies[stratum]:
            names = [str(name) for name in units.unit[rows]]
            count = _resample(str(units.stratum[stratum]), names, replicates, seed)
            softened = math.sqrt(left[stratum])
            factor[rows] = 1 - softened + softened * count * (len(names) / (len(names) - 1))
    others = len(size) / max(len(size) - is_lone.sum(), 1) if lonely_psu == "average" else 1.0
    return Factors(
        method="bootstrap",
        factor=factor,
        scale=float(others) / (replicates - 1),
        rscales=np.ones(replicates),
        pairing=f"bootstrap {seed}",
    )


def _strata(units: Units) -> Iterator[tuple[int, slice]]:
    """Each stratum with the place of its PSUs, which lie together."""
    bounds = np.searchsorted(units.stratum_of_unit, np.arange(len(units.stratum) + 1))
    for stratum in range(len(units.stratum)):
        yield stratum, slice(int(bounds[stratum]), int(bounds[stratum + 1]))


def _resample(stratum: str, names: list[str], replicates: int, seed: str | int) -> FloatArray:
    """(n, R) how often each PSU is drawn."""
    n = len(names)
    stream = np.random.Generator(_bits(seed, stratum))
    draws = stream.integers(n, size=(replicates, n - 1))
    counts = np.sort(_tally(draws, n), axis=1)
    numbers = np.stack([_bits(seed, stratum, name).random_raw(replicates) for name in names], 1)
    drawn = np.empty((replicates, n))
    np.put_along_axis(drawn, np.argsort(numbers, axis=1), counts, axis=1)
    return drawn.T


def _tally(draws: CodeArray, n: int) -> CodeArray:
    """(R, n) counts of the numbers 0 to n - 1 in the rows of (R, m) draws."""
    place = draws + n * np.arange(len(draws))[:, None]
    return np.bincount(place.ravel(), minlength=n * len(draws)).reshape(-1, n)


def _bits(*names: str | int) -> np.random.Philox:
    """The random stream that belongs to a list of names."""
    text = "\x1f".join(str(name) for name in names).encode()
    return np.random.Philox(key=np.frombuffer(blake2b(text, digest_size=16).digest(), "<u8"))


def _refuse_replicates(replicates: int, size: CodeArray) -> None:
    """A stratum of n PSUs has (2n - 2 choose n - 1) different resamples of n - 1."""
    different = math.prod(math.comb(2 * int(n) - 2, int(n) - 1) for n in size)
    if replicates < 2 or different < replicates:
        allowed = f"between 2 and {different}" if different > 1 else "a stratum that varies"
        raise DesignError(
            "bootstrap",
            f"expected {allowed} (as many different resamples exist), got {replicates} replicates "
            f"of {int(size.sum())} PSUs in {len(size)} strata",
            hint="take fewer replicates, or JKn or BRR, which are exact with few PSUs; more "
            "replicates add no degrees of freedom",
        )
