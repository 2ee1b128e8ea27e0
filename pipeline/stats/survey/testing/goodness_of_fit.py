"""Whether a classification has given shares in the population."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.errors import ContractError, DesignError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.membership import members_of
from pipeline.stats.survey.testing.chi_square_sums import satterthwaite, upper_tail

WHERE = "goodness of fit"
_NO_VARIATION = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodnessOfFit:
    """Outcome of a test of given shares.

    Attributes:
        statistic: X2 = sum((T - p N)^2 / (p N)) over levels, T weighted counts, N their sum.
        scale: factor of the chi-square whose law X2 follows.
        df: degrees of freedom of that chi-square.
        p_value: probability of a greater X2 if the shares are right.
    """

    statistic: float
    scale: float
    df: float
    p_value: float


def goodness_of_fit(
    values: npt.ArrayLike,
    shares: Mapping[Any, float],
    sample: Sample,
    mask: BoolArray | None = None,
) -> GoodnessOfFit:
    """Test whether the levels of a classification have given shares in the population.

    Args:
        values: (n,) levels; a missing value puts the row outside.
        shares: share of each level, above 0; taken over their sum.
        sample: the n people, same order, whole.
        mask: (n,) rows of the domain; None: everybody.

    Raises:
        ContractError: levels found and levels given differ, or a share is not above 0.
        LonelyPsuError: a stratum has one PSU and the design's rule is "fail".
    """
    labels = np.asarray(values, dtype=object)
    inside = sample.is_counted & ~pd.isna(labels)
    inside = inside if mask is None else inside & mask
    _check(shares, set(pd.unique(labels[inside])))
    is_level = np.column_stack([inside & (labels == level) for level in shares])
    linearised = is_level.astype(np.float64)
    return shares_test(
        sample.weight @ linearised,
        unit_totals(sample, linearised, members_of(inside, len(shares))).covariance(),
        np.array(list(shares.values()), dtype=np.float64),
    )


def shares_test(total: FloatArray, covariance: FloatArray, shares: FloatArray) -> GoodnessOfFit:
    """The same from weighted counts, however their covariance was found.

    The standardised departures (T - p N) / sqrt(p N) have a covariance by the delta method; X2
    then follows the sum of chi-squares weighted by its eigenvalues, here by two moments.

    Args:
        total: (c,) weighted counts.
        covariance: (c, c) their covariances.
        shares: (c,) shares under the hypothesis, taken over their sum.

    Raises:
        DesignError: the counts do not vary.

    Source: Rao & Scott (1981), JASA 76, 221-230. Oracle: R survey 4.5 svygofchisq.
    """
    share = shares / shares.sum()
    expected = share * total.sum()
    root = np.sqrt(expected)
    through_sum = -share * (total + expected) / (2 * expected * root)
    slopes = np.diag(1 / root) + through_sum[:, None]
    scales = np.linalg.eigvalsh(slopes @ covariance @ slopes.T)
    if not scales.max() > _NO_VARIATION:
        raise DesignError(WHERE, "the weighted counts do not vary between units of the design")
    x2 = float(np.square((total - expected) / root).sum())
    law = satterthwaite(scales)
    return GoodnessOfFit(
        statistic=x2,
        scale=law.scale,
        df=law.df,
        p_value=upper_tail(x2, scales, method="satterthwaite"),
    )


def _check(shares: Mapping[Any, float], found: set[Any]) -> None:
    faults = [f"level {level}: in the sample, but given no share" for level in found - set(shares)]
    faults += [f"level {level}: given a share, but nobody has it" for level in set(shares) - found]
    faults += [f"level {level}: share not above 0" for level, p in shares.items() if not p > 0]
    if faults:
        raise ContractError(
            WHERE, sorted(faults), hint="give one share above 0 for every level of the column"
        )
