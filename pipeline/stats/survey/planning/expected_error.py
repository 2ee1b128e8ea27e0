"""The error to be expected of a sample that is planned: effective size, shares and changes."""

from math import sqrt
from typing import TypeVar

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.planning.limits import refuse_outside

Figure = TypeVar("Figure", float, FloatArray)

_WHERE = "expected error"


def unit_variance(share: Figure) -> Figure:
    """Variance p (1 - p) of a 0/1 answer between people; of one share or of several."""
    return share * (1 - share)


def effective_size(size: FloatArray, deff: FloatArray, interviews: FloatArray) -> float:
    """People drawn at random who would tell as much as a stratified sample.

    n_eff = 1 / sum W_h^2 d_h / n_h with W_h = N_h / N: strata are taken to share one
    variance, which overstates the error a little.

    Args:
        size: (H,) people, or what stands for them, in the population of each stratum.
        deff: (H,) design effects within the strata.
        interviews: (H,) expected in each.

    Raises:
        DesignError: a stratum has no interviews, or a size or effect that is not above 0.

    Source: Kish (1965), section 3.5, with design effects within strata.
    """
    if not all((figures > 0).all() for figures in (size, deff, interviews)):
        raise DesignError(_WHERE, "expected sizes, design effects and interviews above 0")
    part = size / size.sum()
    return float(1 / np.sum(part**2 * deff / interviews))


def se_of_share(share: float, n_eff: float) -> float:
    """Standard error sqrt(p (1 - p) / n_eff).

    Raises:
        DesignError: a figure is outside its limits.
    """
    refuse_outside(_WHERE, share=(share, "in [0, 1]"), n_eff=(n_eff, "above 0"))
    return sqrt(unit_variance(share) / n_eff)


def se_of_change(before: float, after: float, *, correlation: float = 0.0) -> float:
    """Standard error sqrt(a^2 + b^2 - 2 c a b) of the difference of two estimates.

    Args:
        before: standard error of one.
        after: standard error of the other.
        correlation: of the two; units in common make it positive.

    Raises:
        DesignError: a figure is outside its limits.

    Source: Kish (1965), section 12.4.
    """
    refuse_outside(
        _WHERE, before=(before, "0 or more"), after=(after, "0 or more"),
        correlation=(correlation, "in [0, 1]"),
    )  # fmt: skip
    return sqrt(before**2 + after**2 - 2 * correlation * before * after)
