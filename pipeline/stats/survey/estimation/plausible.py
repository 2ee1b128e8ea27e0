"""Estimates over plausible values or imputations, pooled by Rubin's rules.

Each person's score is known only up to its distribution, so it is drawn M times and every
estimate made M times: the mean of the estimates is reported, and what they differ by is added
to the sampling variance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.intervals import Interval, t_interval

WHERE = "plausible values"


@dataclass(frozen=True, kw_only=True, eq=False)
class Pooled:
    """k numbers pooled over M draws.

    Attributes:
        estimate: (k,) means over the draws.
        covariance: (k, k) total covariance, within + (1 + 1/M) between.
        within: (k, k) mean sampling covariance.
        between: (k, k) covariance of the estimates over the draws.
        df: (k,) degrees of freedom; infinite where the draws agree.
        missing_information: (k,) fraction of the information that the unknown score costs.
    """

    estimate: FloatArray
    covariance: FloatArray
    within: FloatArray
    between: FloatArray
    df: FloatArray
    missing_information: FloatArray

    @property
    def se(self) -> FloatArray:
        """(k,) standard errors."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))

    def interval(self, *, level: float) -> Interval:
        """Bounds of the numbers, by Student's t."""
        return t_interval(self.estimate, self.se, self.df, level=level)


def pool(
    estimates: Sequence[FloatArray] | FloatArray,
    covariances: Sequence[FloatArray] | FloatArray,
    *,
    complete_df: float = np.inf,
) -> Pooled:
    """Pool the estimates of M draws: means by domain, coefficients, any vector.

    T = W + (1 + 1/M) B; r = (1 + 1/M) B / W and df = (M - 1) (1 + 1/r)^2 by number. With f
    degrees of freedom in the design, g = (f + 1) / (f + 3) f W / (W + B) caps them:
    1 / df = 1 / df + 1 / g.

    Args:
        estimates: M times (k,).
        covariances: M times (k, k) sampling covariances.
        complete_df: degrees of freedom f if the score were known; infinite: as in R's default.

    Raises:
        ContractError: fewer than two draws, or shapes that differ.

    Source: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, ch. 3; Barnard & Rubin
    (1999), Biometrika 86, 948-955, for finite f. Oracle: R mitools 2.4 MIcombine.
    """
    values = np.stack([np.atleast_1d(estimate) for estimate in _alike(estimates, "estimates")])
    within_each = np.stack([np.atleast_2d(part) for part in _alike(covariances, "covariances")])
    m, k = values.shape
    if within_each.shape != (m, k, k):
        raise ContractError(
            WHERE,
            f"expected {m} covariances of {k} x {k}, got {within_each.shape[0]} "
            f"of {within_each.shape[1]} x {within_each.shape[2]}",
        )
    within = within_each.mean(axis=0)
    between = np.atleast_2d(np.cov(values, rowvar=False))
    w, b = within.diagonal(), between.diagonal()
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (1 + 1 / m) * b / w
        df = (m - 1) * (1 + 1 / r) ** 2
        if np.isfinite(complete_df):
            df = 1 / (1 / df + 1 / _observed_df(complete_df, w, b))
        missing = (r + 2 / (df + 3)) / (r + 1)
    return Pooled(
        estimate=values.mean(axis=0),
        covariance=within + (1 + 1 / m) * between,
        within=within,
        between=between,
        df=df,
        missing_information=missing,
    )


def _observed_df(complete_df: float, within: FloatArray, between: FloatArray) -> FloatArray:
    shrunk = (complete_df + 1) / (complete_df + 3) * complete_df
    return np.asarray(shrunk * within / (within + between))


def _alike(parts: Sequence[FloatArray] | FloatArray, name: str) -> list[FloatArray]:
    listed = [np.asarray(part, dtype=np.float64) for part in parts]
    shapes = sorted({part.shape for part in listed})
    if len(listed) < 2:
        raise ContractError(WHERE, f"{name}: expected two draws or more, got {len(listed)}")
    if len(shapes) > 1:
        raise ContractError(WHERE, f"{name}: expected one shape over the draws, got {shapes}")
    return listed
