"""Judging methods on what thousands of surveys found: bias of variances, coverage of intervals.

A method is a variance, perhaps made more cautious, with degrees of freedom and an interval.
All of them are worked out afterwards from the same estimates and variances.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pipeline.stats.survey.estimation.share_intervals import ShareMethod, share_interval
from repeated_surveys.variances import Found

LEVEL = 0.95
FEW_DF = 8  # degrees of freedom below which a county's own variance says little
NORMAL = 1e9  # degrees of freedom at which Student's t is the normal distribution


@dataclass(frozen=True, kw_only=True, eq=False)
class Study:
    """S surveys of one design by one weighting scheme.

    Attributes:
        design: name of the design.
        scheme: name of the scheme.
        truth: (k, cuts) true shares; the city first, then its counties.
        estimate: (S, k, cuts).
        variance: by method, (S, k, cuts); NaN where it could not be had.
        n: (S, k) respondents.
        df: (S, k) PSUs - strata of the domain.
        kish: (S, k) design effect of the weights.
        n_categories: mean number of calibrated categories.
        faults: why surveys could not be weighted.
    """

    design: str
    scheme: str
    truth: np.ndarray
    estimate: np.ndarray
    variance: dict[str, np.ndarray]
    n: np.ndarray
    df: np.ndarray
    kish: np.ndarray
    n_categories: float
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, design: str, scheme: str, truth: np.ndarray, results: Sequence[Found | str]
    ) -> "Study":
        """Collect surveys; those that could not be weighted count as faults."""
        found = [result for result in results if isinstance(result, Found)]
        names = found[0].variance
        return cls(
            design=design,
            scheme=scheme,
            truth=truth,
            estimate=np.array([one.estimate for one in found]),
            variance={name: np.array([one.variance[name] for one in found]) for name in names},
            n=np.array([one.n for one in found]),
            df=np.array([one.df for one in found]),
            kish=np.array([one.kish for one in found]),
            n_categories=float(np.mean([one.n_categories for one in found])),
            faults=[result for result in results if isinstance(result, str)],
        )

    @cached_property
    def true_variance(self) -> np.ndarray:
        """(k, cuts) variance of the estimates over the surveys."""
        return np.asarray(self.estimate.var(axis=0, ddof=1))

    @cached_property
    def weighted_srs(self) -> np.ndarray:
        """(S, k, cuts) variance of a simple random sample times the effect of the weights."""
        p = self.estimate
        return np.asarray(p * (1 - p) * (self.kish / self.n)[:, :, None])

    def usable(self, name: str) -> float:
        """Share of the surveys that have the variance."""
        return float(np.isfinite(self.variance[name][:, 0, 0]).mean())

    def bias(self, name: str) -> np.ndarray:
        """(k, cuts) mean of the variance over the variance over the surveys."""
        return np.asarray(np.nanmean(self.variance[name], axis=0) / self.true_variance)

    def floored(self, name: str) -> np.ndarray:
        """Not below what the weights alone make of a simple random sample."""
        return np.maximum(self.variance[name], self.weighted_srs)

    def pooled(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Variances and df: counties of few units share the clustering effect of all counties.

        As `estimation.pooling.pooled`: what the variances are together beyond the effect of
        the weights, times the county's own effect of the weights.
        """
        own, weighted = self.variance[name], self.weighted_srs
        over = weighted[:, 1:].sum(axis=1)
        ratio = own[:, 1:].sum(axis=1) / np.where(over > 0, over, np.nan)
        is_few = self.df < FEW_DF
        is_few[:, 0] = False
        variance = np.where(is_few[:, :, None], ratio[:, None, :] * weighted, own)
        together = self.df[:, 1:].sum(axis=1, keepdims=True)
        return variance, np.where(is_few, together, self.df)


@dataclass(frozen=True)
class Coverage:
    """How often intervals hold the truth, and how wide they are.

    Attributes:
        held: (k, cuts) share of the surveys whose interval holds the truth.
        width: (k, cuts) median width.
    """

    held: np.ndarray
    width: np.ndarray


def coverage(study: Study, variance: np.ndarray, df: np.ndarray, interval: ShareMethod) -> Coverage:
    """Coverage of intervals made from variances (S, k, cuts) and degrees of freedom (S, k)."""
    shape = study.estimate.shape
    usable = np.isfinite(variance)
    wide = np.broadcast_to
    bounds = share_interval(
        interval,
        study.estimate[usable],
        np.sqrt(variance[usable]),
        wide(df[:, :, None], shape)[usable],
        n=wide(study.n[:, :, None], shape)[usable],
        level=LEVEL,
    )
    truth = wide(study.truth, shape)[usable]
    held, width = np.full(shape, np.nan), np.full(shape, np.nan)
    held[usable] = (bounds.low <= truth) & (truth <= bounds.high)
    width[usable] = bounds.high - bounds.low
    if not usable.any():
        return Coverage(*(np.full(shape[1:], np.nan) for _ in range(2)))
    return Coverage(np.nanmean(held, axis=0), np.nanmedian(width, axis=0))


def own_df(study: Study) -> np.ndarray:
    """(S, k) PSUs - strata of each domain."""
    return study.df


def whole_df(study: Study) -> np.ndarray:
    """(S, k) PSUs - strata of the whole design for every domain."""
    return np.broadcast_to(study.df[:, [0]], study.df.shape)


def normal_df(study: Study) -> np.ndarray:
    """(S, k) so many that t is normal."""
    return np.full(study.df.shape, NORMAL)
