"""Replicate factors of PSUs by the jackknife: one replicate per PSU left out.

A replicate multiplies the weights of a PSU by one factor, so a matrix of PSUs x replicates
holds all there is to know of it. Only the first stage varies between replicates: fractions
drawn at later stages play no part.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipeline.errors import DesignError, LonelyPsuError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.design.sample import LonelyPsuRule
from pipeline.stats.survey.design.units import Units

Method = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]

_SAME = 1e-7  # fractions drawn this close are one


@dataclass(frozen=True, kw_only=True, eq=False)
class Factors:
    """Replicate factors of the P PSUs of a design.

    Attributes:
        method: how they were made.
        factor: (P, R) multipliers of a PSU's weights, PSUs in the order of the design's units.
        scale: see `Scaling`.
        rscales: (R,) see `Scaling`.
        pairing: see `Scaling`.
    """

    method: Method
    factor: FloatArray
    scale: float
    rscales: FloatArray
    pairing: str | None = None


def jk1(units: Units) -> Factors:
    """Jackknife without strata: replicate r leaves out PSU r, the others get n / (n - 1).

    Variance: (1 - f) (n - 1) / n times the sum of squares over the n replicates, f the
    fraction of PSUs drawn. For totals this equals the linearised variance.

    Args:
        units: PSUs of one stratum.

    Raises:
        DesignError: there are strata, a single PSU, or the whole population was drawn.

    Source: Wolter (2007), section 4.2. Oracle: R survey 4.5 as.svrepdesign(type = "JK1").
    """
    if len(units.stratum) > 1:
        raise DesignError(
            "JK1",
            f"expected one stratum, got {len(units.stratum)}",
            hint="use JKn, which leaves PSUs out stratum by stratum",
        )
    left = fraction_left(units)[0]
    n = len(units.unit)
    if n == 1 or left == 0:
        raise _nothing_to_leave_out("JK1", "a single PSU" if n == 1 else "all PSUs of the frame")
    factor = np.full((n, n), n / (n - 1))
    np.fill_diagonal(factor, 0)
    return Factors(method="JK1", factor=factor, scale=left * (n - 1) / n, rscales=np.ones(n))


def jkn(units: Units, *, lonely_psu: LonelyPsuRule = "fail") -> Factors:
    """Jackknife within strata: replicate r leaves out one PSU, its stratum fills the gap.

    With n_h PSUs in the stratum, the others of it get n_h / (n_h - 1) and all other strata 1.
    The replicate's square counts with (1 - f_h) (n_h - 1) / n_h. Strata taken whole have no
    replicates. A stratum of one PSU follows the rule: "certainty" and "remove" give it no
    replicate; "average" neither, but all others count as PSUs / replicates; "adjust" leaves
    out the stratum, the H - 1 others get H / (H - 1), which measures its distance from the
    mean of the strata.

    Args:
        units: PSUs in their strata.
        lonely_psu: what to do with strata of one PSU.

    Raises:
        LonelyPsuError: a stratum has one PSU and the rule is "fail".
        DesignError: no stratum is left that varies.

    Source: Wolter (2007), section 4.5; lonely PSUs as in the Oracle: R survey 4.5
    as.svrepdesign(type = "JKn").
    """
    size, left = stratum_size(units), fraction_left(units)
    is_lone = (size == 1) & (left > 0)
    refuse_lonely("JKn", units, is_lone, lonely_psu)
    n, f = size[units.stratum_of_unit], left[units.stratum_of_unit]
    stands_against_others = lonely_psu == "adjust" and len(size) > 1
    dropped = np.flatnonzero((f > 0) & ((n > 1) | stands_against_others))
    if not len(dropped):
        raise _nothing_to_leave_out("JKn", "no stratum that varies")
    same = units.stratum_of_unit[:, None] == units.stratum_of_unit[dropped]
    others = n[dropped] / np.maximum(n[dropped] - 1, 1)
    factor = np.where(same, others, 1.0)
    rscales = f[dropped] / others
    if (alone := is_lone[units.stratum_of_unit[dropped]]).any():
        swollen = len(size) / (len(size) - 1)
        factor[:, alone] = swollen
        rscales[alone] = 1 / swollen
    factor[dropped, np.arange(len(dropped))] = 0
    scale = len(n) / len(dropped) if lonely_psu == "average" else 1.0
    return Factors(method="JKn", factor=factor, scale=scale, rscales=rscales)


def refuse_lonely(where: str, units: Units, is_lone: BoolArray, rule: LonelyPsuRule) -> None:
    """Name the strata of one PSU when the rule does not know what to do with them."""
    if rule == "fail" and is_lone.any():
        names = ", ".join(str(name) for name in units.stratum[is_lone])
        raise LonelyPsuError(
            where,
            f"expected two PSUs or more in every stratum, got one in: {names}",
            hint="join each stratum to a similar one in the sampling record, or choose "
            'lonely_psu: "average", or "certainty" if the PSU was sure to be drawn',
        )


def stratum_size(units: Units) -> CodeArray:
    """(H,) PSUs per stratum."""
    return np.bincount(units.stratum_of_unit, minlength=len(units.stratum)).astype(np.int64)


def fraction_left(units: Units) -> FloatArray:
    """(H,) fraction of the stratum's PSUs not drawn; 1 when drawn with replacement.

    Raises:
        DesignError: PSUs of a stratum have fractions of their own.
    """
    left = np.ones(len(units.stratum))
    left[units.stratum_of_unit] = units.left
    if (np.abs(left[units.stratum_of_unit] - units.left) > _SAME).any():
        raise DesignError(
            "replicates",
            "expected one fraction drawn per stratum, got PSUs with probabilities of their own",
            hint="replicate the design as drawn with replacement (no fpc), which is cautious",
        )
    return left


def _nothing_to_leave_out(where: str, got: str) -> DesignError:
    return DesignError(
        where,
        f"expected a sample that varies, got {got}",
        hint="a census has no sampling variance; a single PSU cannot show it",
    )
