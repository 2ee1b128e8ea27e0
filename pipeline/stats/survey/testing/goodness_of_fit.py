"""Whether a classification has given shares in the population."""

from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError, DesignError
from pipeline.stats.arrays import FloatArray
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


def shares_test(total: FloatArray, covariance: FloatArray, shares: FloatArray) -> GoodnessOfFit:
    """Test whether the levels of a classification have given shares in the population.

    The standardised departures (T - p N) / sqrt(p N) have a covariance by the delta method; X2
    then follows the sum of chi-squares weighted by its eigenvalues, here by two moments.

    Args:
        total: (c,) weighted counts.
        covariance: (c, c) their covariances.
        shares: (c,) shares under the hypothesis, above 0; taken over their sum.

    Raises:
        ContractError: a share is not above 0.
        DesignError: the counts do not vary.

    Source: Rao & Scott (1981), JASA 76, 221-230. Oracle: R survey 4.5 svygofchisq.
    """
    if wrong := int((~(shares > 0)).sum()):
        raise ContractError(WHERE, f"expected shares above 0, got another for {wrong} levels")
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
